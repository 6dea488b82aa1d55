"""`--dry-run`: all that a run would send, and nothing sent but what authorization has to ask."""

import json
import shutil
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from click.testing import CliRunner, Result

from launchguard.authorize import Prover
from launchguard.checking.files import load_checks
from launchguard.cli import main
from launchguard.dryrun import dry_run, render_text
from launchguard.manifest import load_manifest
from launchguard.model.campaign import RepositoryConfig
from launchguard.run import Request
from launchguard.run.authority import Authority
from launchguard.site import Behaviour, landing_site
from tests.authorize.deciding import names

PROOF = "/.well-known/launchguard.txt"
MANIFEST = """
launchguard: 1
name: Spring sale
launch: 2099-03-02 09:00 Europe/Madrid
pages:
  - {{url: "{first}", share: 75%}}
  - {{url: "{second}", share: 25%}}
channels: [{{rate: 40/s}}]
load: {{ramp: 10s, warm_up: 5s, hold: 60s, drain: 1s}}
"""


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, first: str, second: str, config: dict[str, Any] | None = None) -> Path:
    (folder / ".launchguard.yml").write_text(json.dumps(config or {}), encoding="utf-8")
    path = folder / "spring.yml"
    path.write_text(MANIFEST.format(first=first, second=second), encoding="utf-8")
    return path


def dry(*args: object) -> Result:
    result = CliRunner().invoke(main, ["run", "--dry-run", "--seed", "7", *(str(arg) for arg in args)])
    assert result.exit_code == 0, result.output
    return result


def test_everything_is_in_the_text(repository: Path) -> None:
    hosts = {
        "93.184.216.34": {"max_rate": "50/s", "hours": "00:00-23:59 UTC"},
        "93.184.216.35:81": {"max_rate": "60/s", "production": "false"},
    }
    manifest = write(repository, "http://93.184.216.34/a", "https://shop.acme.test/b", {"load": {"hosts": hosts}})
    lines = dry(manifest, "--production").stdout.splitlines()
    assert (
        lines[0] == "Spring sale (" + str(manifest) + "): a dry run, nothing is sent but the look-ups of authorization"
    )
    assert "  GET http://93.184.216.34/a (plain)" in lines
    assert "  ramp, 0-10 s: 0 to 40 visits/s" in lines
    assert "  64 % of the visits with a phone, the others with a desktop" in lines
    # 200 in the ramp's triangle, 40/s for 65 s; the first minute has 50 s of the full rate.
    assert any(line.startswith("  2,800 visits in all (minute 1: 2,") for line in lines)
    assert "  a visit is one request, and one more for each redirect: 40 requests/s at the peak" in lines
    assert "  about 84 MB of HTML at an assumed 30 kB a page" in lines
    machine = next(line for line in lines if line.startswith("  it needs 1 process here, and this machine has "))
    assert "visits/s" not in machine  # 40/s are no matter, and nothing was measured
    assert lines[lines.index("Origins:") + 1 :] == [
        "  http://93.184.216.34:80 at 93.184.216.34: authorized by load.hosts.93.184.216.34 in .launchguard.yml; "
        "at most 50/s; production; only 00:00-23:59 UTC",
        "  https://shop.acme.test:443: no load, shop.acme.test is not authorized to receive load",
        "      Add to .launchguard.yml:",
        "      load:",
        "        hosts: {'shop.acme.test': {max_rate: 10/s}}",
        "  https://93.184.216.34:443 at 93.184.216.34: authorized by load.hosts.93.184.216.34 in .launchguard.yml; "
        "at most 50/s; production; only 00:00-23:59 UTC; for redirects only: no page names it",
        "  http://93.184.216.35:81 at 93.184.216.35: authorized by load.hosts.93.184.216.35:81 in .launchguard.yml; "
        "at most 60/s; for redirects only: no page names it",
        "  https://93.184.216.35:81 at 93.184.216.35: authorized by load.hosts.93.184.216.35:81 in .launchguard.yml; "
        "at most 60/s; for redirects only: no page names it",
    ]


def test_the_same_as_json(repository: Path) -> None:
    manifest = write(repository, "http://127.0.0.1:3000/a", "http://127.0.0.1:3000/b")
    document = json.loads(dry(manifest, "--format", "json").stdout)
    assert document["schema"] == "launchguard/dry-run/v1"
    (run,) = document["runs"]
    load = run["load"]
    assert sum(load["visits_per_minute"]) == load["visits"] == 2800
    assert load["visits_per_minute"][0] == pytest.approx(2200, abs=100)
    assert (load["egress_bytes"], load["processes"], load["seed"]) == (84_000_000, 1, 7)
    assert load["phones"] == 0.64
    assert [phase["name"] for phase in load["phases"]] == ["ramp", "warm_up", "hold"]
    assert load["origins"] == [
        {
            "origin": "http://127.0.0.1:3000",
            "authorized": True,
            "why": "a loopback origin that a page names",
            "addresses": ["127.0.0.1"],
            "max_rate_per_s": None,
            "max_requests_per_s": None,
            "by_redirect": False,
            "closed_to_redirects": "",
            "production": False,
            "hours": "",
        }
    ]


def test_it_says_that_visits_fetch_assets(repository: Path) -> None:
    manifest = write(repository, "http://127.0.0.1:3000/a", "http://127.0.0.1:3000/b")
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("drain: 1s", "assets: true"), encoding="utf-8")
    assert (
        "  a visit fetches the page and its assets, at most 100 of its own origin: from 40 up to 4,040 requests/s at "
        "the peak; max_rate counts visits, max_requests all of them"
    ) in dry(manifest).stdout.splitlines()
    (run,) = json.loads(dry(manifest, "--format", "json").stdout)["runs"]
    visit = {"assets": "yes", "journey": "", "data": "", "users": {}, "requests": {"least": 1, "most": 101}}
    assert run["load"]["visit"] == visit


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "files of http://93.184.216.34:80 are not asked for: no max_requests says how many it may receive"),
        (
            {"max_requests": "140/s"},
            "140 requests/s carry 2.5 files a visit of http://93.184.216.34:80: of a page with 20 files 1 in 8 "
            "visitors fetch theirs",
        ),
        (
            {"max_requests": "40/s"},
            "40 requests/s carry 0 files a visit of http://93.184.216.34:80: of a page with 20 files no visitor "
            "fetches theirs",
        ),
    ],
)
def test_it_says_whose_files_are_asked_for_where_a_host_is_capped(
    repository: Path, more: dict[str, str], line: str
) -> None:
    hosts = {"93.184.216.34": {"max_rate": "50/s", "production": "false", **more}}
    manifest = write(repository, "http://93.184.216.34/a", "http://93.184.216.34/b", {"load": {"hosts": hosts}})
    told = dry(manifest).stdout
    assert f"  {line}" in told.splitlines()
    if more:
        assert f"at most 50/s; at most {more['max_requests'].removesuffix('/s')} requests/s" in told


def test_a_plan_above_the_requests_of_a_host_is_refused(repository: Path) -> None:
    hosts = {"93.184.216.34": {"max_rate": "50/s", "production": "false", "max_requests": "30/s"}}
    manifest = write(repository, "http://93.184.216.34/a", "http://93.184.216.34/b", {"load": {"hosts": hosts}})
    told = dry(manifest).stdout
    assert "the plan's 40.0 visits/s are more than the 30 requests/s that 93.184.216.34 may receive" in told
    assert "Raise load.hosts.93.184.216.34.max_requests in .launchguard.yml to 40/s or more." in told


def test_it_says_what_this_machine_can_send(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launchguard.load.calibration.calibrate.cpu_s_per_visit", lambda *_: 0.7 / 2873)
    manifest = write(repository, "http://127.0.0.1:3000/a", "http://127.0.0.1:3000/b")
    text = manifest.read_text(encoding="utf-8").replace("rate: 40/s", "rate: 400/s")
    manifest.write_text(text, encoding="utf-8")
    assert "; one process can send about 2,900 visits/s or more at 70 % of a core" in dry(manifest).stdout
    (run,) = json.loads(dry(manifest, "--format", "json").stdout)["runs"]
    assert run["load"]["process_visits_per_s"] == pytest.approx(2873)
    manifest.write_text(text.replace("drain: 1s", "assets: true"), encoding="utf-8")
    told = dry(manifest).stdout
    assert "  it needs at least 1 process here" in told
    assert "what assets take on top is not measured" in told


def test_it_says_that_visits_walk_a_journey_and_who_walks(repository: Path) -> None:
    manifest = write(repository, "http://127.0.0.1:3000/a", "http://127.0.0.1:3000/b")
    for file in ("checkout.py", "visitors.csv"):
        shutil.copy(Path(__file__).parents[1] / "examples" / "journeys" / file, repository)
    text = manifest.read_text(encoding="utf-8")
    walked = "journey: checkout.py, data: visitors.csv, timeout: 30s"
    manifest.write_text(text.replace("drain: 1s", walked), encoding="utf-8")
    (line,) = [line for line in dry(manifest).stdout.splitlines() if "a visit " in line]
    assert line.startswith("  a visit walks checkout.py (Visitor 80 %, Bouncer 20 %) with the rows of visitors.csv, ")
    assert line.endswith("which only the run can count; max_rate counts visits")
    (run,) = json.loads(dry(manifest, "--format", "json").stdout)["runs"]
    assert run["load"]["visit"]["users"] == {"Visitor": 0.8, "Bouncer": 0.2}
    assert run["load"]["visit"]["requests"] == {"least": 1, "most": None}


def test_it_shows_where_redirects_may_lead(repository: Path) -> None:
    hosts = {"127.0.0.1:3000": {"max_rate": "35/s"}, "localhost:3000": {"max_rate": "40/s"}}
    manifest = write(repository, "http://127.0.0.1:3000/a", "http://localhost:3000/b", {"load": {"hosts": hosts}})
    first, second = [line for line in dry(manifest).stdout.splitlines() if line.startswith("  http://")]
    assert "at most 35/s; no redirect is followed to it, which may receive 35/s, and redirects could bring" in first
    assert second.endswith("at most 40/s")


def test_a_format_that_a_dry_run_has_not(repository: Path) -> None:
    manifest = write(repository, "http://127.0.0.1:3000/a", "http://127.0.0.1:3000/b")
    result = CliRunner().invoke(main, ["run", "--dry-run", "--format", "junit", str(manifest)])
    assert (result.exit_code, "text and json" in result.stderr) == (2, True)


def test_a_partial_dry_run_shows_its_part(repository: Path) -> None:
    manifest = write(repository, "http://127.0.0.1:3000/a", "http://127.0.0.1:3000/b")
    smoke = json.loads(dry(manifest, "--smoke-only", "--format", "json").stdout)["runs"][0]
    assert (smoke["load"], len(smoke["pages"]) >= 2) == (None, True)
    load = json.loads(dry(manifest, "--load-only", "--format", "json").stdout)["runs"][0]
    assert (load["pages"], load["load"]["visits"]) == ([], 2800)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ("ends: 2099-03-03 09:00 Europe/Madrid", "the campaign ended on 2099-03-03 09:00 Europe/Madrid"),
        ("status: draft", "the campaign is a draft, and gets questions only"),
    ],
)
def test_what_a_run_would_not_touch(repository: Path, extra: str, says: str) -> None:
    path = write(repository, "http://127.0.0.1:3000/a", "http://127.0.0.1:3000/b")
    path.write_text(f"{path.read_text(encoding='utf-8')}{extra}\n", encoding="utf-8")
    year = 2098 if "draft" in extra else 2100
    decides = Authority(RepositoryConfig(), lambda: datetime(year, 3, 1, tzinfo=UTC))
    run = dry_run(load_manifest(path), load_checks(), Request(seed=7, run_id="r"), decides)
    assert (run.pages, run.load, run.no_load) == ((), None, says)
    assert f"No load: {says}." in render_text([run])


def test_only_the_look_ups_of_authorization_are_sent(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One host is asked for its file; the page beside it, which needs no asking, is not even connected to."""
    reached: list[Any] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        reached.append(address)
        connect(self, address)

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(repository / "ca.pem"))
    authority.issue_cert("shop.acme.test").private_key_and_cert_chain_pem.write_to_path(str(repository / "server.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(repository / "ca.pem"))
    proof = Behaviour(body="launchguard: v=1; repository=acme/shop; max_rate=50/s", content_type="text/plain")
    config = RepositoryConfig(private_hosts=("shop.acme.test",))
    decides = Authority(
        config,
        lambda: datetime(2027, 3, 1, 12, 0, tzinfo=UTC),
        prove=Prover("acme/shop", private_hosts=config.private_hosts),
        resolver=names(shop_acme_test="127.0.0.1"),
    )
    with landing_site() as page, landing_site(cert_file=repository / "server.pem", paths={PROOF: proof}) as shop:
        port = shop.url.rpartition(":")[2]
        manifest = load_manifest(write(repository, f"{page.url}/a", f"https://shop.acme.test:{port}/b"))
        monkeypatch.setattr(socket.socket, "connect", watched)
        run = dry_run(manifest, load_checks(), Request(seed=7, run_id="r", production=True), decides)
        assert {path: count["arrivals"] for path, count in shop.counts().items()} == {PROOF: 1}
        assert page.counts() == {}
    assert reached == [("127.0.0.1", int(port))]
    text = render_text([run])
    assert (
        f"  https://shop.acme.test:{port} at 127.0.0.1: authorized by https://shop.acme.test:{port}{PROOF}, "
        "which names acme/shop; at most 50/s; production\n" in f"{text}\n"
    )


def test_a_text_of_a_manifest_stays_on_its_line(repository: Path) -> None:
    manifest = load_manifest(write(repository, "http://127.0.0.1:3000/a", "http://127.0.0.1:3000/b"))
    decides = Authority(RepositoryConfig(), lambda: datetime(2027, 3, 1, 12, 0, tzinfo=UTC))
    run = dry_run(manifest, load_checks(), Request(seed=7, run_id="r"), decides)
    hostile = render_text([replace(run, name="x\x1b[31m\n  GET http://127.0.0.1/forged", manifest="\n::error::y")])
    assert hostile.splitlines()[0].startswith("x GET http://127.0.0.1/forged ( : :error: :y)")
    assert "\x1b" not in hostile
