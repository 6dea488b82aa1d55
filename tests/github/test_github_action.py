"""The action's way in one process, with a run that is only played: what it is given, what it leaves, what is shown."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from launchguard.cli import main
from launchguard.errors import LaunchGuardError
from launchguard.github.action import act
from launchguard.github.child import Ended, run_environment, run_launchguard
from launchguard.model.result import RunResult
from launchguard.model.verdict import Verdict
from launchguard.report import REPORTS
from tests.github.fake_api import REPOSITORY, TOKEN, FakeGitHub
from tests.report.conftest import go_with_warnings, many_findings, no_go_from_load

MANIFEST = """\
launchguard: 1
name: Spring sale
launch: 2027-03-01 09:00 Europe/Madrid
pages:
  - url: http://127.0.0.1:9/spring
"""
DEFAULTS: dict[str, Any] = {
    "manifests": "campaigns/**/*.yml",
    "base_url": "manifest",
    "changed_only": False,
    "smoke_only": False,
    "budget": "",
    "fail_on": "unknown",
    "comment": "auto",
    "annotations": True,
    "summary": True,
    "status": False,
    "sarif_file": "",
    "junit_file": "",
    "report_dir": "",
    "name": "",
    "working_directory": "",
}


class Played:
    """A run that writes the reports of given verdicts, and remembers what it was started with."""

    def __init__(self, *verdicts: Verdict, exit_code: int = 0, errors: tuple[str, ...] = ()) -> None:
        self.verdicts, self.ended = verdicts, Ended(exit_code, errors)
        self.arguments: list[str] = []
        self.env: Mapping[str, str] = {}
        self.base: dict[str, str] = {}

    def __call__(self, arguments: Sequence[str], folder: Path, env: Mapping[str, str]) -> Ended:
        self.arguments, self.env = list(arguments), env
        for argument in arguments:
            if argument.startswith("--base="):
                base = Path(argument.removeprefix("--base="))
                found = [path for path in base.parent.rglob("*") if path.is_file()]
                self.base = {os.path.relpath(path, base): path.read_text() for path in found}
            if argument.startswith("--output=") and self.verdicts:
                kind, path = argument.removeprefix("--output=").split("=", 1)
                Path(path).write_text(REPORTS[kind](RunResult(self.verdicts)), encoding="utf-8")
        return self.ended

    def option(self, name: str) -> str:
        """The value of an option that was given."""
        (value,) = [text.split("=", 1)[1] for text in self.arguments if text.startswith(f"--{name}=")]
        return value


class Job:
    """A pull request's job in a temporary folder, and everything that it printed."""

    def __init__(self, folder: Path, github: FakeGitHub) -> None:
        self.workspace = folder / "workspace"
        (self.workspace / "campaigns").mkdir(parents=True)
        (self.workspace / "campaigns" / "spring.yml").write_text(MANIFEST)
        (folder / "temp").mkdir()
        home = {"full_name": REPOSITORY, "default_branch": "main"}
        pull = {"number": 7, "head": {"sha": github.pull_head, "repo": home}, "base": {"ref": "main", "repo": home}}
        (folder / "event.json").write_text(json.dumps({"pull_request": pull, "repository": home}))
        self.printed: list[str] = []
        self.env = {
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_API_URL": github.url,
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "RUNNER_TEMP": str(folder / "temp"),
        }
        self.token = TOKEN

    def act(self, start: Played, **inputs: Any) -> int:
        return act({**DEFAULTS, **inputs}, self.env, self.printed.append, token=self.token, start=start)

    @property
    def summary(self) -> str:
        return Path(self.env["GITHUB_STEP_SUMMARY"]).read_text()

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs, the last value of each name, as the runner keeps it."""
        found, lines = {}, Path(self.env["GITHUB_OUTPUT"]).read_text().splitlines()
        while lines:
            name, delimiter = lines.pop(0).split("<<")
            end = lines.index(delimiter)
            found[name], lines = "\n".join(lines[:end]), lines[end + 1 :]
        return found


@pytest.fixture
def job(tmp_path: Path, github: FakeGitHub) -> Job:
    return Job(tmp_path, github)


def test_five_thousand_findings_fit_everywhere(job: Job, github: FakeGitHub) -> None:
    assert job.act(Played(many_findings(), exit_code=1)) == 1
    assert len(job.summary.encode()) < 1024 * 1024
    assert "more" in job.summary
    (comment,) = github.comments
    assert 20_000 < len(comment["body"]) < 65_536
    named = [line.split(" ", 1)[0] for line in job.printed]
    assert named.count("::error") == 10
    assert named.count("::warning") <= 10
    assert "more error" in job.printed[-1]
    assert len(job.outputs["reasons"]) < 100_000


@pytest.mark.parametrize(
    ("exit_code", "fail_on", "step"),
    [
        (0, "unknown", 0),
        (1, "unknown", 1),
        (3, "unknown", 3),
        (1, "no-go", 1),
        (3, "no-go", 0),
        (1, "never", 0),
        (3, "never", 0),
        (2, "never", 2),
        (130, "never", 130),
    ],
)
def test_what_fails_the_step(job: Job, exit_code: int, fail_on: str, step: int) -> None:
    verdict = no_go_from_load() if exit_code == 1 else go_with_warnings()
    assert job.act(Played(verdict, exit_code=exit_code), fail_on=fail_on) == step
    assert job.outputs["exit-code"] == str(exit_code)


def test_the_run_gets_its_arguments_and_not_the_token(job: Job) -> None:
    played = Played(go_with_warnings())
    inputs = {
        "base_url": "http://127.0.0.1:3000",
        "smoke_only": True,
        "budget": "25m",
        "sarif_file": "out/x.sarif",
        "junit_file": "j",
    }
    job.act(played, **inputs)
    assert played.option("base-url") == "http://127.0.0.1:3000"
    assert "--smoke-only" in played.arguments
    assert played.option("budget") == "25m"
    assert "--allow-ended" in played.arguments
    assert played.arguments[-2:] == ["--", "campaigns/spring.yml"]
    assert (job.workspace / "out" / "x.sarif").exists()
    assert TOKEN not in " ".join(job.printed) + " ".join(played.arguments)
    withheld = run_environment(
        {**job.env, "LG_GITHUB_TOKEN": TOKEN, "GITHUB_TOKEN": "x", "GITHUB_ENV": "x", "ACTIONS_RUNTIME_TOKEN": "x"}
    )
    assert TOKEN not in withheld.values()
    assert "x" not in withheld.values()
    assert not {"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"} & set(withheld)
    assert withheld["PYTHONSAFEPATH"] == "1"
    assert withheld["GITHUB_WORKSPACE"]


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_base_url_is_an_error_and_not_the_manifests_hosts(job: Job, github: FakeGitHub, text: str) -> None:
    played = Played(go_with_warnings())
    assert job.act(played, base_url=text, fail_on="never") == 2
    assert played.arguments == []
    assert job.outputs["verdict"] == "error"
    for shown in (job.outputs["reasons"], job.summary, github.comments[0]["body"]):
        assert "no preview to look at" in shown
    job.act(played, base_url="manifest")
    assert not [argument for argument in played.arguments if argument.startswith("--base-url")]


@pytest.mark.parametrize(
    ("given", "expected"), [(None, "manifest"), ("", ""), ("http://127.0.0.1:3", "http://127.0.0.1:3")]
)
def test_an_empty_variable_counts_for_the_base_url_alone(
    monkeypatch: pytest.MonkeyPatch, given: str | None, expected: str
) -> None:
    found: dict[str, Any] = {}
    monkeypatch.setattr("launchguard.github.action.act", lambda given, *_, **__: found.update(given) or 0)
    variables = {"LG_MANIFESTS": "", "LG_COMMENT": ""} | ({} if given is None else {"LG_BASE_URL": given})
    assert CliRunner().invoke(main, ["action"], env=variables).exit_code == 0
    assert (found["base_url"], found["manifests"], found["comment"]) == (expected, "campaigns/**/*.yml", "auto")


def test_an_old_report_is_not_taken_for_this_runs(job: Job) -> None:
    job.act(Played(go_with_warnings()))
    assert job.act(Played(exit_code=0)) == 3
    assert job.outputs["verdict"] == "unknown"
    assert "left no report" in job.outputs["reasons"]


def test_without_a_token_there_are_notices_and_a_verdict(job: Job, github: FakeGitHub) -> None:
    job.token = ""
    assert job.act(Played(go_with_warnings()), status=True) == 0
    assert job.outputs["verdict"] == "go"
    assert any("so no load is sent" in line for line in job.printed)
    assert github.calls == []
    assert sum("there is no github-token" in line for line in job.printed) == 2


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"manifests": "nothing/*.yml"}, "no manifest matches"),
        ({"manifests": "/etc/hostname"}, "leads out of the workspace"),
        ({"manifests": "../../*.yml\n../event.json"}, "leads out of the workspace"),
    ],
)
def test_a_wrong_input_is_an_error_with_outputs(job: Job, inputs: dict[str, str], message: str) -> None:
    played = Played(go_with_warnings())
    assert job.act(played, **inputs) == 2
    assert played.arguments == []
    assert job.outputs["verdict"] == "error"
    assert message in job.outputs["reasons"]
    assert message.split(maxsplit=1)[0] in job.summary


@pytest.mark.parametrize("length", [5_000, 100_000])
@pytest.mark.parametrize("name", ["manifests", "name", "base_url", "working_directory", "report_dir", "sarif_file"])
def test_a_very_long_input_is_an_error_or_a_text(job: Job, name: str, length: int) -> None:
    played = Played(go_with_warnings())
    try:
        code = job.act(played, **{name: "x" * length})
    except LaunchGuardError as error:
        code = error.exit_code
    assert code == (0 if name in ("name", "base_url") else 2)
    assert max(map(len, job.printed)) < 5_000


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "a/b", "..", "%2e%2e", "a\n::error::b", "-->", "x" * 999])
def test_a_name_stays_in_its_folder(job: Job, github: FakeGitHub, name: str) -> None:
    assert job.act(Played(go_with_warnings()), name=name) == 0
    folder = Path(job.outputs["report-dir"])
    assert folder.parent == Path(job.env["RUNNER_TEMP"]) / "launchguard-reports"
    assert github.comments[0]["body"].splitlines()[0].count("-->") == 1


@pytest.mark.parametrize("inputs", [{"report_dir": "out/reports"}, {"sarif_file": "out/x.sarif"}])
def test_reports_do_not_leave_the_workspace_by_a_link(job: Job, tmp_path: Path, inputs: dict[str, str]) -> None:
    (tmp_path / "home").mkdir()
    (job.workspace / "out").symlink_to(tmp_path / "home")
    with pytest.raises(LaunchGuardError, match="leads out of the workspace"):
        job.act(Played(go_with_warnings()), **inputs)
    assert list((tmp_path / "home").iterdir()) == []


def test_a_workflow_may_put_reports_elsewhere(job: Job, tmp_path: Path) -> None:
    assert job.act(Played(go_with_warnings()), report_dir=str(tmp_path / "elsewhere")) == 0
    assert (tmp_path / "elsewhere" / "report.json").exists()


def test_two_calls_of_one_run_share_a_comment_and_are_told(job: Job, github: FakeGitHub) -> None:
    job.env |= {"GITHUB_RUN_ID": "77", "GITHUB_RUN_ATTEMPT": "1"}
    assert job.act(Played(no_go_from_load(), exit_code=1)) == 1
    assert job.act(Played(go_with_warnings())) == 0
    assert len(github.comments) == 1
    assert "NO-GO" in job.summary
    assert "NO-GO" in github.comments[0]["body"]
    assert any(line.startswith("::notice ") and "`name` of its own" in line for line in job.printed)


def test_a_comment_names_its_commit_and_is_not_overwritten_by_an_older_run(job: Job, github: FakeGitHub) -> None:
    job.env |= {"GITHUB_RUN_ID": "77", "GITHUB_RUN_ATTEMPT": "1", "GITHUB_SERVER_URL": "https://github.example"}
    job.act(Played(no_go_from_load(), exit_code=1))
    text = github.comments[0]["body"]
    assert f"For commit {github.pull_head}" in text
    assert "(https://github.example/acme/shop/actions/runs/77)" in text
    job.env["GITHUB_RUN_ID"] = "76"
    assert job.act(Played(go_with_warnings())) == 0
    assert github.comments[0]["body"] == text
    assert "the comment stays as it is" in job.printed[-1]


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [
        (403, {}, "it needs `pull-requests: write`"),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"}, "rate limit is used up"),
        (422, {}, "did not take what was sent"),
    ],
)
def test_a_refused_comment_says_what_to_do(
    job: Job, github: FakeGitHub, status: int, headers: dict[str, str], says: str
) -> None:
    github.fail("POST", "comments$", status, headers)
    assert job.act(Played(go_with_warnings())) == 0
    (notice,) = [line for line in job.printed if "no comment" in line]
    assert says in notice


@pytest.mark.parametrize("answer", ["<html>a proxy's page</html>", {"message": "x"}, [1], [{}], [[]], "null"])
def test_an_api_without_sense_changes_no_verdict(job: Job, github: FakeGitHub, answer: Any) -> None:
    (job.workspace / "campaigns" / "spring.yml").write_text(MANIFEST + "checks: {http-status: {severity: warn}}\n")
    github.files["main", ".launchguard.yml"] = "approvers: [ana]\n"
    real = github.answer

    def answers(method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        return real(method, path, query, body) if "contents" in path else (200, answer)

    github.answer = answers  # type: ignore[method-assign]
    assert job.act(Played(no_go_from_load(), exit_code=1), status=True, changed_only=True) == 1
    assert job.outputs["verdict"] == "no-go"
    assert "NO-GO" in job.summary


def test_a_summary_that_cannot_be_written_is_a_notice(job: Job, tmp_path: Path) -> None:
    job.env["GITHUB_STEP_SUMMARY"] = str(tmp_path)
    assert job.act(Played(go_with_warnings())) == 0
    assert any("no job summary" in line for line in job.printed)


def test_a_link_out_of_the_workspace_is_refused(job: Job, tmp_path: Path) -> None:
    (tmp_path / "secret.yml").write_text("secret: value\n")
    (job.workspace / "campaigns" / "link.yml").symlink_to(tmp_path / "secret.yml")
    assert job.act(Played()) == 2
    assert "leads out of the workspace" in job.outputs["reasons"]


@pytest.mark.parametrize("inputs", [{"working_directory": "no/such"}, {"report_dir": "campaigns/spring.yml/x"}])
def test_a_folder_that_cannot_be_is_annotated(job: Job, inputs: dict[str, str]) -> None:
    with pytest.raises(LaunchGuardError):
        job.act(Played(), **inputs)
    assert job.printed[0].startswith("::error title=LaunchGuard::")


def test_a_forks_code_is_refused_when_a_declared_secret_is_set(job: Job, github: FakeGitHub, tmp_path: Path) -> None:
    event = json.loads((tmp_path / "event.json").read_text())
    event["pull_request"]["head"]["repo"] = {"full_name": "mallory/shop"}
    (tmp_path / "event.json").write_text(json.dumps(event))
    github.files["main", ".launchguard.yml"] = "secrets: {PREVIEW_KEY: [preview.example.com]}\n"
    assert job.act(Played(go_with_warnings())) != 2
    job.env["PREVIEW_KEY"] = "a secret"
    assert job.act(Played(go_with_warnings())) == 2
    assert "PREVIEW_KEY is set" in job.outputs["reasons"]


def test_a_forks_code_is_refused_when_a_secret_is_set_that_only_its_manifest_names(job: Job, tmp_path: Path) -> None:
    event = json.loads((tmp_path / "event.json").read_text())
    event["pull_request"]["head"]["repo"] = {"full_name": "mallory/shop"}
    (tmp_path / "event.json").write_text(json.dumps(event))
    access = "access: [{host: evil.example, header: X, from_env: DEPLOY_KEY}]\n"
    (job.workspace / "campaigns" / "spring.yml").write_text(MANIFEST + access)
    assert job.act(Played(go_with_warnings())) != 2
    job.env["DEPLOY_KEY"] = "a secret"
    played = Played(go_with_warnings())
    assert job.act(played) == 2
    assert "DEPLOY_KEY is set" in job.outputs["reasons"] and not played.arguments


def test_a_notice_about_what_changed_judges_everything(job: Job, github: FakeGitHub) -> None:
    github.fail("GET", "files$", 403)
    played = Played(go_with_warnings())
    job.act(played, changed_only=True)
    assert played.arguments[-1] == "campaigns/spring.yml"
    assert any("cannot be told" in line for line in job.printed)


def test_comment_modes(job: Job, github: FakeGitHub) -> None:
    job.act(Played(go_with_warnings()), comment="never")
    assert github.comments == []
    job.env["GITHUB_EVENT_NAME"] = "push"
    Path(job.env["GITHUB_EVENT_PATH"]).write_text(json.dumps({"repository": {"default_branch": "main"}}))
    job.env["GITHUB_SHA"] = "a" * 40
    job.act(Played(go_with_warnings()), comment="auto")
    assert github.comments == []
    job.act(Played(go_with_warnings()), comment="always")
    assert any("no open pull request" in line for line in job.printed)
    github.pulls_of_commit = [{"number": 1, "state": "closed"}, {"number": 7, "state": "open"}]
    job.act(Played(go_with_warnings()), comment="always")
    assert len(github.comments) == 1


def test_the_real_run_passes_its_outputs_on(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ended = run_launchguard(["run", "--", "nothing.yml"], tmp_path, dict(os.environ))
    assert ended.exit_code == 2
    assert any("nothing.yml" in line for line in ended.errors)
    printed = capfd.readouterr()
    assert "nothing.yml" in printed.out
    assert printed.err == ""  # a second stream would not keep the order that ends what the run may print


def test_a_run_with_a_base_folder_ignores_what_the_change_authorizes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / ".launchguard.yml").write_text("load: {}\n")
    own = "load: {hosts: {192.0.2.1: {max_rate: 50/s, production: false}}}\nchecks_from: [missing]\n"
    (tmp_path / ".launchguard.yml").write_text(own)
    (tmp_path / "a.yml").write_text(MANIFEST.replace("127.0.0.1:9", "192.0.2.1") + "channels:\n  - rate: 5/s\n")
    ended = run_launchguard(["run", "--dry-run", "--base=base", "--", "a.yml"], tmp_path, dict(os.environ))
    assert ended.exit_code == 0
    assert "192.0.2.1 is not authorized to receive load" in capfd.readouterr().out


@pytest.mark.parametrize("asked", [False, True])
def test_a_job_asks_for_production_by_a_variable(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], asked: bool
) -> None:
    host = "192.0.2.1"  # an address of nobody (RFC 5737), which is only decided about here
    (tmp_path / "a.yml").write_text(MANIFEST.replace("127.0.0.1:9", host) + "channels:\n  - rate: 5/s\n")
    (tmp_path / ".launchguard.yml").write_text(f"load: {{hosts: {{{host}: {{max_rate: 50/s, production: true}}}}}}\n")
    env = {**os.environ, **({"LAUNCHGUARD_RUN_PRODUCTION": "1"} if asked else {})}
    assert run_launchguard(["run", "--dry-run", "--", "a.yml"], tmp_path, env).exit_code == 0
    assert (f"{host} is a production host" in capfd.readouterr().out) is not asked


def test_outside_of_a_job_the_command_says_so() -> None:
    ran = CliRunner().invoke(main, ["action"])
    assert ran.exit_code == 2
    assert "no GitHub job" in ran.output
