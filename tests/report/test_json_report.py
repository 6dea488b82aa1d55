"""The JSON verdict: the contract's keys in their order, numbers that add up, nothing that JSON cannot hold."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from launchguard.model.result import RunResult
from launchguard.report.formats.json.render import render

Build = Callable[[str], RunResult]

TOP = (
    "schema run_id created_at verdict exit_code scope headline not_looked_at not_judged_keys judged_by questions "
    "partial campaign forecast load capacity outcomes loosening advice secrets_sent seed versions"
)
LOAD = (
    "planned started ok failed unanswered dropped cut offered_per_s started_per_s answered_per_s "
    "latency_ms service_ms failures_by_kind judged pages phases steps assets after different unread cached files "
    "different_urls connections phones notes generator invalid stopped schedule_sha256"
)


def one(build: Build, name: str) -> Any:
    return json.loads(render(build(name)))


def test_keys_are_the_contracts_in_its_order(build: Build) -> None:
    document = one(build, "no-go-from-load")
    assert list(document) == TOP.split()
    assert list(document["campaign"]) == ["name", "manifest", "sha256", "launch", "ends", "tier"]
    figures = ["peak_per_s", "peak_p95_per_s", "peak_at", "visits"]
    assert list(document["forecast"]) == [*figures, "channels", "assumptions"]
    assert list(document["load"]) == LOAD.split()
    assert list(document["outcomes"][0]) == ["check", "status", "severity", "owner", "page", "reason", "findings"]
    finding = "message measured expected why fix line evidence fingerprint rerun"
    assert list(document["outcomes"][0]["findings"][0]) == finding.split()


def test_visits_of_the_load_add_up(build: Build) -> None:
    load = one(build, "no-go-from-load")["load"]
    assert load["planned"] == 225 == load["started"] + load["dropped"]
    assert load["started"] == load["ok"] + load["failed"] + load["unanswered"]
    assert (load["dropped"], load["unanswered"]) == (1, 41)
    assert load["offered_per_s"] == pytest.approx(10.0, rel=0.01)
    assert sum(page["planned"] for page in load["pages"]) == 200  # those of the hold alone


def test_a_search_shows_every_level_in_the_order_of_sending(build: Build) -> None:
    capacity = one(build, "go-with-warnings")["capacity"]
    assert list(capacity) == ["rate_per_s", "low", "high", "headroom", "headroom_p95", "broke", "reason", "levels"]
    assert (capacity["rate_per_s"], capacity["high"]) == (140, 152)
    assert (capacity["headroom"], capacity["headroom_p95"]) == (
        pytest.approx(1.5217, 1e-4),
        pytest.approx(1.0687, 1e-4),
    )
    assert [level["offered_per_s"] for level in capacity["levels"]] == [92, 184, 140, 152, 152]
    assert [level["holds"] for level in capacity["levels"]] == [True, False, True, None, False]
    level = "offered_per_s duration_s answered_ratio failure_ratio p95_ms holds broke reason"
    assert list(capacity["levels"][0]) == level.split()
    assert capacity["broke"] == capacity["levels"][-1]["broke"]


def test_what_was_not_measured_is_null(build: Build) -> None:
    document = one(build, "draft")
    assert [document[key] for key in ("forecast", "load", "capacity")] == [None, None, None]
    assert document["verdict"] == "draft"


def test_several_verdicts_are_a_list(build: Build) -> None:
    document = one(build, "several")
    assert document["schema"] == "launchguard/verdicts/v1"
    assert [verdict["verdict"] for verdict in document["verdicts"]] == ["go", "no-go", "unknown"]
    assert (document["exit_code"], document["not_judged"]) == (1, [])


def test_what_was_not_judged_is_listed_with_the_processs_own_code(build: Build) -> None:
    document = one(build, "open-rows")
    assert (document["exit_code"], len(document["verdicts"])) == (130, 2)
    assert document["not_judged"][0] == {
        "manifest": "campaigns/broken.yml",
        "state": "unreadable",
        "why": "campaigns/broken.yml:3:9: launch: is no moment",
        "exit_code": 2,
    }
    states = [row["state"] for row in document["not_judged"]]
    assert states == ["unreadable", "over", "interrupted", "not-reached", "failed"]
    over = one(build, "all-over")
    assert (over["exit_code"], over["verdicts"], over["not_judged"][0]["state"]) == (0, [], "over")


def test_one_verdict_ends_with_the_processs_own_code(build: Build) -> None:
    (verdict,) = build("no-go-from-load")
    assert json.loads(render(RunResult((verdict,), ends_with=0)))["exit_code"] == 0
    told = json.loads(render(RunResult((verdict,), problems=("x could not be written",))))
    assert (told["exit_code"], told["verdict"], told["problems"]) == (2, "no-go", ["x could not be written"])


def test_nan_and_lone_surrogates_do_not_get_out(build: Build) -> None:
    text = render(build("hostile"))
    finding = json.loads(text)["outcomes"][0]["findings"][0]
    assert finding["expected"][1] is None
    assert "\\ud800" not in text
    assert text.isascii()


def test_rerun_is_one_command_whatever_the_path_holds(build: Build) -> None:
    rerun = one(build, "no-go-from-load")["outcomes"][0]["findings"][0]["rerun"]
    assert rerun == "launchguard run campaigns/spring.yml --only failures --seed 7"
    assert one(build, "hostile")["outcomes"][0]["findings"][0]["rerun"].startswith("launchguard run '<script>")
