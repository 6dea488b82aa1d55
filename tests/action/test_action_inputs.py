"""What workflows and manifests may contain, and what the action makes of it, executed by act."""

import json

import pytest

from launchguard.site import Behaviour, Site, landing_site
from tests.action.acting import CHECKOUT, MANIFEST, OUTPUTS, Consumer, workflow
from tests.github.fake_api import FakeGitHub

FLOW = ".github/workflows/check.yml"
SMOKE = {"smoke-only": "true"}
HOSTILE = "a b'c\"d $(id) `id`\n::error::owned\n::stop-commands::x\n##[error]owned %0A::warning::x ../../x"
TITLE = "Spring\n::error::owned by a title\n::stop-commands::x\n::set-output name=verdict::go <!-- --> @octocat $(id)"


def campaign(name: str, url: str) -> str:
    return MANIFEST.format(name=json.dumps(name), url=url)


def test_two_calls_in_one_job_do_not_meet(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    consumer.temp = None  # the first call installs, from a copy of what `git archive` makes
    assert not (consumer.action / ".git").exists()
    call = {"uses": "launchguard/launchguard@v1", "continue-on-error": True}
    steps = [
        {"uses": CHECKOUT},
        {**call, "id": "one", "with": {**SMOKE, "name": "first", "manifests": "one.yml", "status": "true"}},
        {**call, "id": "two", "with": {**SMOKE, "name": "second", "manifests": "two.yml", "status": "true"}},
        {
            "run": """printf '%s' "$OUT_ONE" > "$RESULTS/one"; printf '%s' "$OUT_TWO" > "$RESULTS/two"
                ls -d "$RUNNER_TEMP"/launchguard/venv-*.seal | wc -l > "$RESULTS/environments" """,
            "env": {
                "OUT_ONE": "${{ steps.one.outputs.verdict }} ${{ steps.one.outputs.report-dir }}",
                "OUT_TWO": "${{ steps.two.outputs.verdict }} ${{ steps.two.outputs.report-dir }}",
            },
        },
    ]
    flow = {"on": ["pull_request"], "jobs": {"launchguard": {"runs-on": "ubuntu-latest", "steps": steps}}}
    files = {"one.yml": campaign("One", f"{site.url}/one"), "two.yml": campaign("Two", f"{site.url}/broken")}
    consumer.write({FLOW: json.dumps(flow), **files})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 0, ran.log
    verdict, folder = ran.reports["one"].split()
    other_verdict, other_folder = ran.reports["two"].split()
    assert (verdict, other_verdict) == ("go", "no-go")
    assert folder != other_folder
    assert ran.reports["environments"].strip() == "1"
    bodies = [" ".join(comment["body"].split()[:3]) for comment in github.comments]
    assert bodies == ["<!-- launchguard:first go", "<!-- launchguard:second no-go"]
    assert [s["context"] for s in github.statuses] == ["launchguard/first/One", "launchguard/second/Two"]


CHANGER = """
import os, pathlib
from launchguard import Campaign, Finding, check

@check("changer", severity="warn", owner="web")
def changer(campaign: Campaign):
    \'\'\'Nothing.

    Why: w.
    Fix: f.
    Source: s.
    \'\'\'
    with pathlib.Path(os.environ["GITHUB_ACTION_PATH"], "scripts", "action", "run.sh").open("a") as script:
        script.write("# owned")
    yield from ()
"""


def test_a_run_that_changes_the_action_is_an_error_whatever_it_found(
    consumer: Consumer, github: FakeGitHub, site: Site
) -> None:
    consumer.temp = None  # a copy of the action of its own
    github.files["main", ".launchguard.yml"] = "checks_from: [own]\n"
    files = {"campaigns/a.yml": campaign("A", f"{site.url}/changer"), "own/changer.py": CHANGER}
    consumer.write({FLOW: workflow(SMOKE), **files})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert (ran.outputs["verdict"], ran.outputs["exit-code"]) == ("error", "2"), ran.log
    assert "changed LaunchGuard's own files" in ran.outputs["reasons"]
    assert json.loads(ran.reports["report.json"])["verdict"] == "go"


def test_hostile_texts_are_only_texts(consumer: Consumer, github: FakeGitHub) -> None:
    with landing_site(paths={"/x": Behaviour(body=f"<title>{TITLE}</title>{TITLE}", status=404)}) as site:
        inputs = {**SMOKE, "name": HOSTILE, "report-dir": "re port/$(id)'\"", "sarif-file": "s '\"$(id).sarif"}
        consumer.write({FLOW: workflow(inputs), "campaigns/a b$(id);'x.yml": campaign(HOSTILE, f"{site.url}/x")})
        ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.outputs["verdict"] == "no-go", ran.log
    commands = [str(entry.get("arg", "")) for entry in ran.entries if "command" in entry]
    assert not [text for text in commands if text.startswith(("owned", "x"))]
    assert "uid=" not in ran.log
    assert "@octocat" not in github.comments[0]["body"]
    assert github.comments[0]["body"].count("<!--") == 1
    assert ran.outputs["report-dir"].endswith("re port/$(id)'\"")


def test_every_input_takes_hostile_text_without_running_it(consumer: Consumer, site: Site) -> None:
    names = ["manifests", "base-url", "changed-only", "smoke-only", "fail-on", "comment", "annotations", "summary"]
    names += ["status", "working-directory"]
    calls = [
        {
            "uses": "launchguard/launchguard@v1",
            "id": f"call-{name}",
            "continue-on-error": True,
            "with": {**SMOKE, name: HOSTILE},
        }
        for name in names
    ]
    codes = " ".join(f"${{{{ steps.call-{name}.outputs.exit-code }}}}" for name in names)
    last = {"run": """printf '%s' "$CODES" > "$RESULTS/codes\"""", "env": {"CODES": codes}}
    steps = [{"uses": CHECKOUT}, *calls, last]
    flow = {"on": ["pull_request"], "jobs": {"launchguard": {"runs-on": "ubuntu-latest", "steps": steps}}}
    consumer.write({FLOW: json.dumps(flow), "campaigns/a.yml": campaign("A", f"{site.url}/hostile")})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.reports["codes"].split() == ["2"] * len(names), ran.log
    commands = [str(entry.get("arg", "")) for entry in ran.entries if "command" in entry]
    assert not [text for text in commands if text.startswith(("owned", "x"))]
    assert "uid=" not in ran.log
    assert site.arrivals("/hostile") == 0


def test_no_manifest_changed_is_a_go_that_says_so(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    consumer.write({FLOW: workflow({"changed-only": "true"}), "campaigns/a.yml": campaign("A", f"{site.url}/same")})
    consumer.base = consumer.head
    consumer.write({"README.md": "changed"})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 0, ran.log
    assert ran.outputs["verdict"] == "go"
    assert "no manifest changed" in ran.outputs["reasons"]
    assert "no manifest changed" in ran.summary
    assert site.arrivals("/same") == 0


def test_what_changed_is_judged_with_whatever_shares_a_host(consumer: Consumer, github: FakeGitHub, site: Site) -> None:
    manifests = {
        "campaigns/a.yml": campaign("A", f"{site.url}/a"),
        "campaigns/b.yml": campaign("B", f"{site.url}/b"),
        "campaigns/c.yml": campaign("C", "http://localhost:1/c"),
    }
    consumer.write({FLOW: workflow({**SMOKE, "changed-only": "true"}), **manifests})
    consumer.base = consumer.head
    consumer.write({"campaigns/a.yml": manifests["campaigns/a.yml"] + "# changed\n"})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 0, ran.log
    judged = [one["campaign"]["name"] for one in json.loads(ran.reports["report.json"])["verdicts"]]
    assert judged == ["A", "B"]


def test_no_manifest_at_all_is_an_error(consumer: Consumer) -> None:
    consumer.write({FLOW: workflow(SMOKE)})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 1
    assert (ran.outputs["verdict"], ran.outputs["exit-code"]) == ("error", "2")
    assert "no manifest matches" in ran.outputs["reasons"]
    assert set(ran.outputs) == set(OUTPUTS)


def test_a_broken_manifest_is_marked_where_it_is_broken(consumer: Consumer, site: Site) -> None:
    broken = campaign("A", f"{site.url}/a").replace("ends:", "edns:")
    consumer.write({FLOW: workflow({**SMOKE, "working-directory": "shop"}), "shop/campaigns/a.yml": broken})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert (ran.outputs["verdict"], ran.outputs["exit-code"]) == ("error", "2")
    place = ran.commands("error")[0]["kvPairs"]
    assert (place["file"], place["line"]) == ("shop/campaigns/a.yml", "4")
    assert "edns" in ran.summary


@pytest.mark.load
def test_zero_visits_are_unknown(consumer: Consumer, site: Site) -> None:
    quiet = campaign("A", f"{site.url}/quiet").replace("rate: 30/s", "rate: 0.001/s")
    consumer.write({FLOW: workflow({}), "campaigns/a.yml": quiet})
    ran = consumer.act("pull_request", consumer.pull_request(), "check.yml")
    assert ran.exit_code == 1
    assert (ran.outputs["verdict"], ran.outputs["exit-code"]) == ("unknown", "3"), ran.log
