"""A page behind a cache that tells the campaign's links apart: said to who can mend it, and loaded as it will be."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from launchguard.cli import main
from tests.busy import repeated
from tests.caches import Origin, origin, varnish

MANIFEST = """
launchguard: 1
name: Spring sale
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
baseline: 1/s
pages:
  - url: {site}/spring?utm_source=app&utm_medium=push&utm_campaign=spring
    contains: ["Spring sale"]
channels:
  - push: {{name: app, devices: 1_000_000, platform: ios{click_id}}}
limits: {{p95: 600ms, errors: 5%}}
load: {{ramp: 500ms, warm_up: 500ms, hold: 4s, drain: 2s, timeout: 4s}}
"""

IGNORES_IDS = 'set req.url = regsuball(req.url, "[?&](recipient_id|push_id)=[^&]*", "");'


@contextmanager
def cached(recv: str = "") -> Iterator[tuple[Origin, str]]:
    """An origin that carries 20 visits/s, behind Varnish."""
    with origin(workers=1) as behind, varnish(behind, recv=recv) as site:
        yield behind, site


def run(folder: Path, site: str, *options: str, click_id: str = "") -> Result:
    path = folder / "spring.yml"
    said = f", click_id: {click_id}" if click_id else ""
    path.write_text(MANIFEST.format(site=site, click_id=said), encoding="utf-8")
    return CliRunner().invoke(main, ["run", str(path), "--seed", "1", *options])


def outcome_of(verdict: Any, check: str) -> Any:
    return next(outcome for outcome in verdict["outcomes"] if outcome["check"] == check)


def test_what_splits_the_cache_is_named_with_a_recipe_and_what_is_open(tmp_path: Path) -> None:
    with cached() as (_, site):
        result = run(tmp_path, site, "--smoke-only")
        verdict = json.loads(run(tmp_path, site, "--smoke-only", "--format", "json").stdout)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "`click_id: none`" in " ".join(lines[:6])
    (finding,) = outcome_of(verdict, "cache-key-split")["findings"]
    assert finding["measured"] == "utm_source, utm_medium, utm_campaign, any parameter that is new to it"
    assert "vcl_recv" in finding["fix"]
    assert "utm_source|utm_medium|utm_campaign|YOUR_ID" in finding["fix"]


@pytest.mark.parametrize(("recv", "click_id"), [(IGNORES_IDS, ""), (IGNORES_IDS, "push_id"), ("", "none")])
def test_where_ids_do_not_split_nothing_is_said_of_them(recv: str, click_id: str, tmp_path: Path) -> None:
    with cached(recv) as (_, site):
        verdict = json.loads(run(tmp_path, site, "--smoke-only", "--format", "json", click_id=click_id).stdout)
    assert not verdict["not_looked_at"]
    for finding in outcome_of(verdict, "cache-key-split")["findings"]:
        assert finding["measured"] == "utm_source, utm_medium, utm_campaign"


@pytest.mark.load
@pytest.mark.parametrize(
    ("recv", "click_id", "verdict"),
    [
        ("", "", "no-go"),
        ("", "push_id", "no-go"),
        ("", "none", "go"),
        (IGNORES_IDS, "", "go"),
        (IGNORES_IDS, "push_id", "go"),
    ],
    ids=["open", "an id", "no id", "open, ignored", "an id, ignored"],
)
def test_the_load_hits_the_cache_as_the_links_will(recv: str, click_id: str, verdict: str, tmp_path: Path) -> None:
    def judged() -> tuple[Any, int]:
        with cached(recv) as (behind, site):
            result = run(tmp_path, site, "--format", "json", click_id=click_id)
            return json.loads(result.stdout), len(behind.asked)

    said, reached = repeated(judged, lambda made: json.dumps(made[0]))
    assert said["verdict"] == verdict
    load, words = said["load"], [advice["text"] for advice in said["advice"]]
    (answers,) = load["cached"]
    ids = click_id != "none" and (click_id or not recv)
    # The baseline's visits come without an id.
    assert load["different_urls"] > 0.9 * load["judged"]["started"] if ids else load["different_urls"] == 1
    hits = answers["requests"] - answers["failed"]
    assert answers["failed"] <= 5 if verdict == "go" else hits <= 5
    assert any("the page is cached, your links are not" in text for text in words) is (verdict == "no-go")
    assert reached < 60 if verdict == "go" else reached > 60
