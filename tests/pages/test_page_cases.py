"""Pages that people met are judged as a sensible user expects: one run over all of them, a test for each."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from launchguard.cli import main
from launchguard.demo import write_manifests
from launchguard.site import landing_site
from tests.load.raw_site import Asked, raw_site, whole
from tests.pages.conftest import Once
from tests.pages.led import LED
from tests.pages.making import Ask, PageCase
from tests.pages.shown import SHOWN
from tests.pages.wire import WIRE

CASES = {case.id: case for case in (*WIRE, *LED, *SHOWN)}
MANIFEST = """\
launchguard: 1
name: {id}
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-05 23:59 Europe/Madrid
pages: [{page}]
channels: [{{email: {{recipients: 500_000, click_rate: 2%, send_over: 20m}}}}]
baseline: 3/s
owners: {{marketing: "@ana", engineering: "@web", on_call: "@lee"}}
fallback: static page
measurement: {{kpis: [orders]}}
"""


async def serve(asked: Asked) -> bytes:
    ask = Ask.of(asked)
    return CASES[ask.name].says(ask) if ask.name in CASES else whole(b"", status="404 Not Found")


def manifest_of(case: PageCase, origin: str) -> str:
    page: dict[str, Any] = {"url": f"{origin}/{case.id}{case.path}{case.query}", "contains": list(case.contains)}
    if case.locale:
        page["locale"] = case.locale
    return MANIFEST.format(id=case.id, page=json.dumps(page, ensure_ascii=False))


@pytest.fixture
def verdicts(once: Once, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The verdicts on every case and on the demo, from one call of the command line over a folder of manifests."""

    def run() -> dict[str, Any]:
        folder = tmp_path_factory.mktemp("pages")
        with raw_site(serve) as site, landing_site() as demo:
            write_manifests(folder, demo.url, datetime(2099, 2, 1, tzinfo=UTC))
            for case in CASES.values():
                (folder / f"{case.id}.yml").write_text(manifest_of(case, site.url), encoding="utf-8")
            told = CliRunner().invoke(main, ["run", "--smoke-only", "--format", "json", str(folder)]).stdout
        return {verdict["campaign"]["name"]: verdict for verdict in json.loads(told)["verdicts"]}

    found: dict[str, Any] = once("pages", run)
    return found


def fits(right: str, verdict: str, warned: bool) -> bool:
    return {
        "clean": verdict == "go" and not warned,
        "go": verdict == "go",
        "warn": verdict != "go" or warned,
        "block": verdict == "no-go",
        "unknown": verdict == "unknown",
        "not go": verdict != "go",
    }[right]


def told_in(verdict: dict[str, Any]) -> list[tuple[str, str, str, list[str]]]:
    """What stops or warns: check, status, reason, and the findings in words."""
    return [
        (one["check"], one["status"], one["reason"], [finding["message"] for finding in one["findings"]])
        for one in verdict["outcomes"]
        if one["status"] in ("warn", "block", "unknown")
    ]


@pytest.mark.parametrize("id", [case.id for case in CASES.values() if case.right])
def test_a_page_is_judged_as_it_should_be(id: str, verdicts: dict[str, Any]) -> None:
    verdict = verdicts[id]
    told = told_in(verdict)
    warned = any(status == "warn" for _, status, *_ in told)
    assert fits(CASES[id].right, verdict["verdict"], warned), (CASES[id].right, verdict["verdict"], told)


def test_no_case_makes_a_check_fail_itself(verdicts: dict[str, Any]) -> None:
    assert set(verdicts) > set(CASES)
    reasons = [(id, one["reason"]) for id, verdict in verdicts.items() for one in verdict["outcomes"]]
    assert [(id, reason) for id, reason in reasons if "failed itself" in (reason or "")] == []


@pytest.mark.parametrize("name", ["Spring sale, mail and push", "Spring sale, with the TV spot"])
def test_the_demo_s_pages_are_not_even_warned_of(name: str, verdicts: dict[str, Any]) -> None:
    assert (verdicts[name]["verdict"], told_in(verdicts[name])) == ("go", [])
