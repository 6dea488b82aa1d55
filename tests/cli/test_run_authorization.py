"""`launchguard run` and who may receive load: production, live campaigns, proxies, rate limits."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from launchguard.cli import main
from launchguard.cli.authority import remote_name, repository_name
from launchguard.site import landing_site

MANIFEST = """
launchguard: 1
name: {name}
launch: {launch}
ends: {ends}
pages: [{{url: "{url}"}}]
channels: [{{rate: {rate}/s}}]
limits: {{p95: 2s, errors: 10%}}
load: {{ramp: 500ms, warm_up: 500ms, hold: 3s, drain: 1s, timeout: 2s}}
"""
ADDRESS = "93.184.216.34"
"""A host that needs no look-up; nothing is sent to it."""


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository as the working directory."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, url: str, *, name: str = "Spring sale", live: bool = False, rate: int = 20) -> Path:
    launch, ends = "2099-03-02 09:00 Europe/Madrid", "2099-03-04 23:59 Europe/Madrid"
    if live:
        now = datetime.now(UTC)
        launch, ends = (f"{now + timedelta(days=d):%Y-%m-%d %H:%M} UTC" for d in (-1, 1))
    path.parent.mkdir(exist_ok=True)
    path.write_text(MANIFEST.format(name=name, launch=launch, ends=ends, url=url, rate=rate), encoding="utf-8")
    return path


def configure(folder: Path, **rule: str) -> None:
    config = {"load": {"hosts": {ADDRESS: {"max_rate": "50/s", **rule}}}}
    (folder / ".launchguard.yml").write_text(json.dumps(config), encoding="utf-8")


def run(*args: object, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, ["run", *(str(arg) for arg in args)], env=env)


def origins(*args: object) -> list[dict[str, Any]]:
    result = run(*args, "--dry-run", "--format", "json")
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout)["runs"][0]["load"]["origins"])


def test_production_gets_load_only_when_it_is_asked_for(repository: Path) -> None:
    configure(repository)
    manifest = write(repository / "spring.yml", f"http://{ADDRESS}/")
    result = run(manifest, "--load-only")
    assert result.exit_code == 3
    assert f"UNKNOWN (load only: pages not checked): {ADDRESS} is a production host" in result.stdout
    assert "Run with --production" in result.stdout
    assert origins(manifest)[0]["reason"] == f"{ADDRESS} is a production host"
    granted = origins(manifest, "--production")[0]
    assert (granted["authorized"], granted["production"], granted["addresses"]) == (True, True, [ADDRESS])


def test_production_keeps_to_its_hours_even_when_it_is_asked_for(repository: Path) -> None:
    later = datetime.now(UTC) + timedelta(hours=6)
    configure(repository, hours=f"{later:%H:%M}-{later + timedelta(hours=1):%H:%M} UTC")
    manifest = write(repository / "spring.yml", f"http://{ADDRESS}/")
    result = run(manifest, "--load-only", "--production")
    assert result.exit_code == 3
    assert f"{ADDRESS} may receive load only in {later:%H:%M}-" in " ".join(result.stdout.split())


def test_a_public_base_url_needs_a_rule_like_every_host(repository: Path) -> None:
    manifest = write(repository / "spring.yml", "http://127.0.0.1:3000/")
    (refusal,) = origins(manifest, "--base-url", f"http://{ADDRESS}")
    assert refusal["reason"] == f"{ADDRESS} is not authorized to receive load"
    (grant,) = origins(manifest, "--base-url", "http://localhost:3000")
    assert grant["why"] == "a loopback origin that a page names"


@pytest.mark.parametrize("folder", ["campaigns", "campaigns/2027"])
def test_a_live_campaign_of_the_repository_keeps_load_off_its_host(repository: Path, folder: str) -> None:
    configure(repository, production="false")
    (repository / "campaigns").mkdir()
    write(repository / folder / "autumn.yml", f"https://{ADDRESS}/autumn", name="Autumn", live=True)
    manifest = write(repository / "spring.yml", f"http://{ADDRESS}/")
    result = run(manifest, "--load-only")
    assert result.exit_code == 3
    assert f"Autumn is live on {ADDRESS}" in result.stdout
    assert "--during-campaign" in result.stdout
    assert origins(manifest, "--during-campaign")[0]["authorized"] is True


def test_a_campaign_that_is_live_itself_is_not_loaded_either(repository: Path) -> None:
    configure(repository, production="false")
    manifest = write(repository / "campaigns" / "spring.yml", f"http://{ADDRESS}/", live=True)
    assert "Spring sale is live" in origins(manifest)[0]["reason"]


def test_a_live_campaign_with_a_kind_of_channel_that_was_not_loaded_counts_too(repository: Path) -> None:
    """Whoever asks, a worker and a search of a URL among them: its hosts and times are all that it takes."""
    path = write(repository / "campaigns" / "autumn.yml", f"https://{ADDRESS}/autumn", name="Autumn", live=True)
    text = path.read_text(encoding="utf-8")
    assert "{rate: 20/s}" in text
    path.write_text(text.replace("{rate: 20/s}", "{podcast: {audience: 5_000}}"), encoding="utf-8")
    configure(repository, production="false")
    searched = CliRunner().invoke(main, ["capacity", f"http://{ADDRESS}/"])
    assert f"Autumn is live on {ADDRESS}" in " ".join(searched.output.split())
    assert "cannot be read" not in searched.output


def test_a_manifest_that_cannot_be_read_is_mentioned(repository: Path) -> None:
    manifest = write(repository / "spring.yml", "http://127.0.0.1:3000/")
    broken = repository / "campaigns" / "broken.yml"
    broken.parent.mkdir()
    broken.write_text("launchguard: 1\nlaunch: whenever\n", encoding="utf-8")
    result = run(manifest, "--dry-run")
    assert result.exit_code == 0
    assert "campaigns/broken.yml cannot be read, so nobody knows whether its campaign is live" in result.stderr


@contextmanager
def counting_listener() -> Iterator[tuple[int, list[object]]]:
    """A port that counts who comes."""
    listener, came = socket.create_server(("127.0.0.1", 0)), []

    def accept() -> None:
        while True:
            try:
                connection, client = listener.accept()
            except OSError:
                return
            came.append(client)
            connection.close()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield listener.getsockname()[1], came
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.mark.load
def test_a_proxy_in_the_environment_gets_nothing(repository: Path) -> None:
    with landing_site() as site, counting_listener() as (port, came):
        proxy = f"http://127.0.0.1:{port}"
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
        result = run(
            write(repository / "spring.yml", site.url + "/"), env=dict.fromkeys(names, proxy) | {"NO_PROXY": ""}
        )
        assert site.arrivals("/") > 45, result.output
    assert came == []


@pytest.mark.load
def test_an_overloaded_site_is_overloaded_whatever_it_says_of_later(repository: Path) -> None:
    with landing_site(fail_ratio=1.0, fail_status=503, retry_after="30") as site:
        result = run(write(repository / "spring.yml", site.url + "/", rate=40), "--load-only")
        arrivals = site.arrivals("/")
    words = " ".join(result.stdout.split())
    assert result.exit_code == 1, result.output
    assert "likely: no visit at all got the page" in words
    assert "retry-after: 30" in words
    assert arrivals < 120  # of the 150 planned


@pytest.mark.load
def test_a_site_that_asks_for_less_is_left_alone(repository: Path) -> None:
    with landing_site(fail_ratio=1.0, fail_status=429, retry_after="30") as site:
        result = run(write(repository / "spring.yml", site.url + "/", rate=40), "--load-only")
        arrivals = site.arrivals("/")
    words = " ".join(result.stdout.split())
    assert result.exit_code == 3, result.output
    assert "the site limits the rate of this source" in words
    assert "allow-list this source and repeat" in words
    assert arrivals < 120  # of the 150 planned


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/acme/shop.git", "acme/shop"),
        ("https://user:word@github.com/acme/shop", "acme/shop"),
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("ssh://git@gitlab.example.com:2222/acme/web/shop.git", "acme/web/shop"),
        ("/srv/git/acme/shop.git", ""),
        ("../acme/shop", ""),
        ("file:///srv/git/acme/shop.git", ""),
        ("https://github.com/", ""),
        ("", ""),
    ],
)
def test_the_repository_of_a_remote(url: str, name: str) -> None:
    assert remote_name(url) == name


def test_who_says_which_repository_this_is(repository: Path) -> None:
    job = {"GITHUB_REPOSITORY": "acme/job"}
    assert repository_name("acme/given", job, repository) == "acme/given"
    assert repository_name("", job, repository) == "acme/job"
    assert repository_name("", {"GITHUB_REPOSITORY": "nonsense"}, repository) == ""
    with pytest.raises(click.UsageError, match="owner/name"):
        repository_name("shop", {}, repository)
    result = run(write(repository / "spring.yml", "http://127.0.0.1:3000/"), "--dry-run", "--repository", "shop")
    assert (result.exit_code, "owner/name" in result.stderr) == (2, True)
