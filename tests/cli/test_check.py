"""`launchguard check`: complaints, plan, exit codes; files and folders; formats and outputs."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchguard.cli import main
from launchguard.words import number

GOOD = """\
name: Spring
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 09:00 Europe/Madrid
owners: {on_call: "+34 600 555 010"}
pages:
  - url: https://shop.nordlicht.example/spring?utm_source=x&utm_medium=y
    contains: [Spring]
channels:
  - email: {recipients: 50_000, click_rate: 2%, send_over: 20m}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments], catch_exceptions=False)


def test_a_good_plan_is_zero() -> None:
    Path("a.yml").write_text(GOOD)
    result = run("a.yml")
    assert result.exit_code == 0, result.output
    assert "GO" in result.stdout.splitlines()[0]
    assert "How will success be measured?" in result.stdout


def test_every_problem_of_every_file_is_printed_and_the_others_are_still_judged() -> None:
    Path("good.yml").write_text(GOOD)
    Path("b.yml").write_text(GOOD.replace("Madrid", "Madird", 1) + "chanels: []\n")
    Path("c.yml").write_text("")
    result = run("b.yml", "c.yml", "good.yml")
    assert result.exit_code == 2
    lines = [line for line in result.stderr.splitlines() if line.startswith(("b", "c"))]
    assert lines[0].startswith("b.yml:2:9: launch: 'Europe/Madird' is not an IANA time zone; did you mean")
    assert lines[1] == "b.yml:10:1: chanels: is not known; did you mean `channels`?"
    assert lines[2].startswith("c.yml:1:1: is empty")
    assert result.stdout.startswith("ERROR: 2 of 3 manifests not judged: b.yml:2:9: launch: 'Europe/Madird'")
    assert result.stdout.endswith("\nExit code 2, the worst of 3.\n")
    told = json.loads(run("b.yml", "c.yml", "good.yml", "--format", "json").stdout)
    assert (told["exit_code"], [v["campaign"]["name"] for v in told["verdicts"]]) == (2, ["Spring"])
    assert [(row["manifest"], row["state"], row["exit_code"]) for row in told["not_judged"]] == [
        ("b.yml", "unreadable", 2),
        ("c.yml", "unreadable", 2),
    ]
    alone = json.loads(run("c.yml", "--format", "json").stdout)
    assert (alone["schema"], alone["exit_code"], alone["verdicts"]) == ("launchguard/verdicts/v1", 2, [])


def test_a_plan_that_blocks_is_one() -> None:
    Path("a.yml").write_text(GOOD.replace("nordlicht.example", "example.com"))
    result = run("a.yml")
    assert result.exit_code == 1
    assert result.stdout.startswith("NO-GO")


def test_a_draft_is_zero_and_asks() -> None:
    Path("a.yml").write_text(
        "name: A\nstatus: draft\nlaunch: 2099-03-02 09:00 UTC\npages: [{url: https://a.nordlicht.example}]\n"
    )
    result = run("a.yml")
    assert result.exit_code == 0
    assert result.stdout.startswith("DRAFT")
    assert "How will people hear of it" in result.stdout


def test_a_folder_is_walked_once_and_without_hidden_files() -> None:
    for name in ("campaigns/a.yml", "campaigns/deep/b.yaml", "campaigns/.hidden.yml", "campaigns/.git/c.yml"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(GOOD)
    Path("campaigns/notes.txt").write_text("no manifest")
    result = run("campaigns", "campaigns/a.yml", "--format", "json")
    assert result.exit_code == 0
    verdicts = json.loads(result.stdout)["verdicts"]
    assert [verdict["campaign"]["manifest"] for verdict in verdicts] == ["campaigns/a.yml", "campaigns/deep/b.yaml"]


def test_no_manifest_is_two() -> None:
    Path("empty").mkdir()
    result = run("empty")
    assert result.exit_code == 2
    assert "no manifest found" in result.stderr
    assert run("nothing.yml").exit_code == 2


def test_reports_go_to_files_too() -> None:
    Path("a.yml").write_text(GOOD)
    result = run("a.yml", "--output", "json=v.json", "--output", "markdown=v.md")
    assert result.exit_code == 0
    assert json.loads(Path("v.json").read_text())["exit_code"] == 0
    assert "Spring" in Path("v.md").read_text()
    assert run("a.yml", "--output", "v.json").exit_code == 2


def test_limits_and_checks_come_from_the_configuration() -> None:
    Path("a.yml").write_text(GOOD + "checks: {no-such: {}}\n")
    assert "checks.no-such: is not known" in run("a.yml").stderr
    Path(".launchguard.yml").write_text("limts: {}\n")
    result = run("a.yml")
    assert result.exit_code == 2
    assert ".launchguard.yml:1:1: limts: is not known; did you mean `limits`?" in result.stderr
    Path("other.yml").write_text("limits: {errors: 2%}\n")
    Path("a.yml").write_text(GOOD)
    assert run("a.yml", "--config", "other.yml").exit_code == 0


def test_own_checks_are_loaded_and_their_options_known() -> None:
    Path("own").mkdir()
    Path("own/my_check.py").write_text(
        "from launchguard import Campaign, Finding, check\n\n"
        "@check('my-check', severity='block', owner='web')\n"
        "def my_check(campaign: Campaign, *, longest: int = 100):\n"
        "    '''The name is short.\n\n    Why: a.\n    Fix: b.\n    Source: c.\n    '''\n"
        "    if len(campaign.name) > longest:\n"
        "        yield Finding('it has {measured} letters', measured=len(campaign.name))\n"
    )
    Path("a.yml").write_text(GOOD + "checks: {my-check: {longest: 3}}\n")
    result = run("a.yml", "--checks", "own")
    assert result.exit_code == 1
    assert "it has 6 letters" in result.stdout
    Path("own/my_check.py").write_text("import nothing_of_the_kind\n")
    broken = run("a.yml", "--checks", "own")
    assert broken.exit_code == 2
    assert "my_check.py:1: ModuleNotFoundError" in broken.stderr


def test_a_failure_of_our_own_is_one_line_and_three(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("launchguard.run.check_plan", fails)
    monkeypatch.setenv("LAUNCHGUARD_CRASH_DIR", ".")
    Path("a.yml").write_text(GOOD)
    result = run("a.yml")
    assert result.exit_code == 3
    assert result.stderr.startswith("Error: LaunchGuard itself failed: ZeroDivisionError: a bug\nHint: ")
    assert "Traceback" not in result.stderr
    assert "Traceback" in run("a.yml", "--traceback").stderr


def test_a_channel_of_unknown_reach_is_unknown_in_every_report() -> None:
    Path("a.yml").write_text(GOOD + "  - sms: {name: late}\n")
    Path("b.yml").write_text(GOOD[: GOOD.index("  - email")] + "  - sms: {name: late}\nbaseline: 3/s\n")
    several = run("a.yml", "b.yml", "--format", "json")
    assert several.exit_code == 1
    some, none = (verdict["forecast"] for verdict in json.loads(several.stdout)["verdicts"])
    late = {"visits": None, "peak_per_s": None, "peak_at": None, "share_of_peak": None}
    assert some["channels"][1] == {"name": "late", "kind": "sms", **late}
    assert some["peak_per_s"] > 0
    assert [none[key] for key in ("peak_per_s", "peak_p95_per_s", "peak_at", "visits")] == [None] * 4
    text = run("a.yml", "b.yml").stdout
    assert "Forecast  unknown: nobody said how many people the campaign reaches" in text
    assert re.search(r"^Spring +NO-GO +unknown +", text, re.MULTILINE)
    markdown = run("a.yml", "b.yml", "--format", "markdown").stdout
    assert markdown.count("| `late` | unknown | unknown | unknown | unknown |") == 2
    assert re.search(r"^\| Spring \| .* \| unknown \| ", markdown, re.MULTILINE)
    assert markdown.count("xychart") == 1


def test_a_missing_baseline_is_a_question_that_says_what_it_would_change() -> None:
    Path("a.yml").write_text(GOOD)
    Path("b.yml").write_text(GOOD + "baseline: 0/s\n")
    Path("c.yml").write_text(GOOD[: GOOD.index("channels:")] + "status: draft\n")
    without, with_one, no_peak = (json.loads(run(f"{name}.yml", "--format", "json").stdout) for name in ("a", "b", "c"))
    assert (without["verdict"], with_one["verdict"]) == ("go", "go")
    assert "WARN" not in {outcome["status"].upper() for outcome in without["outcomes"]}
    (asked,) = [question for question in without["questions"] if "(baseline)" in question]
    peak = number(without["forecast"]["peak_per_s"])
    assert asked == (
        "How many visits per second do the pages get on a usual day? (baseline): the peak of "
        f"{peak} visits/s is the campaign's alone, and comes on top of what the site has anyway"
    )
    assert not [question for question in with_one["questions"] if "(baseline)" in question]
    (asked,) = [question for question in no_peak["questions"] if "(baseline)" in question]
    assert asked.endswith("the campaign's visits come on top of it; none are taken until then")
    assert "is the campaign's alone" in " ".join(run("a.yml").stdout.split())


def test_without_a_path_it_takes_the_folder_campaigns() -> None:
    missing = run()
    assert (missing.exit_code, "there is no folder campaigns/ here" in missing.stderr) == (2, True)
    assert "launchguard init" in missing.stderr
    Path("campaigns").mkdir()
    Path("campaigns/a.yml").write_text(GOOD)
    result = run()
    assert result.exit_code == 0, result.output
    assert "campaigns/a.yml" in result.stdout


def test_every_problem_shows_its_line_with_a_caret() -> None:
    Path("a.yml").write_text(GOOD.replace("50_000", "50.000"))
    result = run("a.yml")
    problem, line, caret = result.stderr.splitlines()
    assert problem.startswith("a.yml:9:25: channels[0].email.recipients: '50.000' could mean 50 or 50000")
    assert line == "     9 |   - email: {recipients: 50.000, click_rate: 2%, send_over: 20m}"
    assert line[caret.index("^") :].startswith("50.000")


def test_both_ends_of_a_range_are_forecast_and_the_upper_one_counts() -> None:
    for name, recipients in {"low": "40k", "high": "50k", "range": "40k..50k"}.items():
        Path(f"{name}.yml").write_text(GOOD.replace("50_000", recipients) + "baseline: 0/s\n")
    low, high, both = (json.loads(run(f"{name}.yml", "--format", "json").stdout)["forecast"] for name in LOW_HIGH_BOTH)
    assert low["peak_per_s"] < high["peak_per_s"] == both["peak_per_s"]
    (told,) = [one for one in both["assumptions"] if one not in high["assumptions"]]
    assert told["what"] == "email: recipients"
    assert told["value"] == "50,000, the upper end of a range from 40,000"
    assert f"the peak is {number(low['peak_per_s'])}/s" in told["source"]


LOW_HIGH_BOTH = ("low", "high", "range")


def test_unknown_is_a_question_in_a_draft_and_blocks_what_is_ready_and_is_never_zero() -> None:
    given = {"rate": ("click_rate: 2%", "click_rate: unknown"), "reach": ("recipients: 50_000", "recipients: Unknown")}
    for name, (right, unknown) in given.items():
        Path(f"{name}.yml").write_text(GOOD.replace(right, unknown))
        Path(f"{name}-draft.yml").write_text(GOOD.replace(right, unknown) + "status: draft\n")
    ready = json.loads(run("rate.yml", "--format", "json").stdout)
    assert ready["verdict"] == "no-go"
    (found,) = [finding for outcome in ready["outcomes"] for finding in outcome["findings"]]
    assert found["message"] == (
        "channel email: its `click_rate` is unknown; usual are 0.3 % to 10 %, 150 to 5,000 visits; 1.89 % is taken "
        "until then (benchmark: clicks per delivered mail, GetResponse 2023, world)"
    )
    assert ready["forecast"]["visits"] > 945
    asked = json.loads(run("rate-draft.yml", "--format", "json").stdout)
    assert asked["verdict"] == "draft"
    assert asked["questions"][0].startswith("What is the click rate of email? (channels[0].email.click_rate): nobody")
    reach = json.loads(run("reach.yml", "--format", "json").stdout)
    assert (reach["verdict"], reach["forecast"]["visits"]) == ("no-go", None)
    draft = json.loads(run("reach-draft.yml", "--format", "json").stdout)
    assert draft["questions"][0].startswith("How many does email reach?")
