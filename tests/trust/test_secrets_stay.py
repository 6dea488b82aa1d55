"""A secret stays where it was declared for: by the base, by host, never in clear after https, on every path."""

import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner, Result

from launchguard.authorize import Grant
from launchguard.cli import main
from launchguard.load import run_load
from launchguard.model.confided import SentSecret
from launchguard.model.load_plan import LoadPlan, Phase, Target
from launchguard.model.load_run import LoadRun
from launchguard.model.parts import Access
from launchguard.probe import Credential, ProbePolicy, VisitRequest, visit_all
from launchguard.report import REPORTS
from tests.load.recorder import Answered, Recorder, recording_site

SECRET = "s3cret-value"
PAGE = Answered("<title>Spring</title> Spring sale")
MANIFEST = """
launchguard: 1
name: Spring sale
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages: [{{url: {url}/}}]
channels: [rate: {{rate: 5/s}}]
access: [{{host: 127.0.0.1, header: X-Preview, from_env: DEPLOY_KEY}}]
"""


def look(site: Recorder, folder: Path, *options: str) -> Result:
    """`launchguard run --smoke-only` of a manifest that wants a variable of this job sent to a site."""
    (folder / "campaign.yml").write_text(MANIFEST.format(url=site.url), encoding="utf-8")
    command = ["run", str(folder / "campaign.yml"), "--smoke-only", *options]
    return CliRunner(env={"DEPLOY_KEY": SECRET}).invoke(main, command)


@pytest.mark.parametrize("config", ["", "secrets: {}\n", "secrets: {OTHER: [127.0.0.1]}\n"])
def test_where_a_base_decides_a_manifest_borrows_no_variable(tmp_path: Path, config: str) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / ".launchguard.yml").write_text(config, encoding="utf-8")
    with recording_site({"/": PAGE}) as site:
        ended = look(site, tmp_path, "--base", str(tmp_path / "base"))
        assert site.seen == []
    assert ended.exit_code == 2
    assert "The secret DEPLOY_KEY is not meant for 127.0.0.1." in ended.output
    assert SECRET not in ended.output


@pytest.mark.parametrize("based", [True, False])
def test_a_secret_that_was_sent_stands_in_every_report_by_its_name(tmp_path: Path, based: bool) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / ".launchguard.yml").write_text("secrets: {DEPLOY_KEY: [127.0.0.1]}\n", encoding="utf-8")
    reports = {style: tmp_path / style for style in REPORTS}
    with recording_site({"/": PAGE}) as site:
        options = [f"--output={style}={path}" for style, path in reports.items()]
        ended = look(site, tmp_path, *options, *(["--base", str(tmp_path / "base")] if based else []))
        assert {seen.headers.get("x-preview") for seen in site.of("/")} == {SECRET}
    assert ended.exit_code in (0, 1)
    assert "Secrets sent: DEPLOY_KEY to 127.0.0.1" in ended.output
    for path in reports.values():
        report = path.read_text(encoding="utf-8")
        assert "DEPLOY_KEY" in report.replace("\\", "") and SECRET not in report, path.name
    document = json.loads(reports["json"].read_text(encoding="utf-8"))
    assert document["secrets_sent"] == [{"name": "DEPLOY_KEY", "host": "127.0.0.1"}]


@dataclass(frozen=True)
class Places:
    """A page on https that leads away, and where it leads: in clear, and to another port of its host."""

    home: Recorder
    clear: Recorder
    neighbour: Recorder

    @property
    def urls(self) -> list[str]:
        return [f"{self.home.url}/clear", f"{self.home.url}/neighbour"]

    def assert_that_only_home_heard(self) -> None:
        assert {seen.headers.get("x-preview") for seen in self.home.seen} == {SECRET}
        for place in (self.clear, self.neighbour):
            assert place.seen
            for seen in place.seen:
                assert "x-preview" not in seen.headers, seen
                assert "session" not in seen.headers.get("cookie", "") or place is self.neighbour, seen


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    landed = {"/": Answered('Spring sale <img src="/a.png">'), "/a.png": Answered("x")}
    answers: dict[str, Answered] = {}
    with (
        recording_site(landed) as clear,
        recording_site(landed, context) as neighbour,
        recording_site(answers, context) as home,
    ):
        cookie = {"Set-Cookie": "session=1; Secure; Path=/"}
        answers["/clear"] = Answered("", 302, {"Location": f"{clear.url}/", **cookie})
        answers["/neighbour"] = Answered("", 302, {"Location": f"{neighbour.url}/", **cookie})
        yield Places(home, clear, neighbour)


KEY = Credential(Access(host="127.0.0.1", header="X-Preview", from_env="TOKEN"), SECRET)


def test_the_probe_brings_a_secret_home_only(places: Places) -> None:
    visits = visit_all([VisitRequest(url, url) for url in places.urls], policy=ProbePolicy(access=[KEY]))
    assert [visit.status for visit in visits] == [200, 200]
    places.assert_that_only_home_heard()


def load(places: Places, **over: object) -> LoadRun:
    """Half of the visits to either page, every place granted."""
    phase = Phase("hold", 0.0, 1.0, 20.0, 20.0, judged=True)
    targets = tuple(Target(url, url, 0.5, ("Spring sale",)) for url in places.urls)
    bounds = {"drain_s": 5.0, "visit_timeout_s": 5.0, "limit_p95_ms": 5000.0, "limit_failure_ratio": 1.0}
    plan = LoadPlan("r", 1, "uniform", (phase,), targets, **(bounds | over))  # type: ignore[arg-type]
    grants = [
        Grant(place.url, ("127.0.0.1",), None, "test", by_redirect=place is not places.home)
        for place in (places.home, places.clear, places.neighbour)
    ]
    run = run_load(plan, grants, credentials=[KEY])
    assert run.stats().ok == 20, run.examples
    assert run.secrets == (SentSecret("TOKEN", "127.0.0.1"),)
    places.assert_that_only_home_heard()
    return run


@pytest.mark.load
def test_the_load_and_what_a_browser_fetches_bring_a_secret_home_only(places: Places) -> None:
    load(places, assets="yes")
    assert places.clear.of("/a.png") and places.neighbour.of("/a.png")


JOURNEY = """
from locust import FastHttpUser, HttpUser, task
class Fast(FastHttpUser):
    @task
    def land(self):
        self.client.get(self.page)
class Plain(HttpUser):
    @task
    def land(self):
        self.client.get(self.page)
"""


@pytest.mark.load
def test_a_journey_brings_a_secret_home_only(places: Places, tmp_path: Path) -> None:
    (tmp_path / "walk.py").write_text(JOURNEY, encoding="utf-8")
    load(places, journey=str(tmp_path / "walk.py"))
