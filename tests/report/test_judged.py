"""Every format says by what was judged, and which keys nobody judges yet: what was said is not dropped."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from launchguard.model.campaign import Limits
from launchguard.model.verdict import Verdict
from launchguard.report import REPORTS
from launchguard.report.judged import judged_by_sentence, option_words

Build = Callable[[str], Sequence[Verdict]]


def said(verdict: Verdict, **limits: str) -> Verdict:
    campaign = verdict.campaign.model_copy(update={"limits": Limits.model_validate(limits)})
    return replace(verdict, campaign=campaign, not_judged=("deliverables", "vendors"))


@pytest.mark.parametrize("report", REPORTS)
def test_every_format_says_the_limits_the_options_and_what_is_not_judged(report: str, build: Build) -> None:
    (sample,) = build("go-with-warnings")
    verdict = replace(said(sample, errors="50%"), options={"page-weight": {"max_bytes": 4_567_890}})
    text = " ".join(REPORTS[report]([verdict]).split())
    assert "deliverables" in text
    assert "vendors" in text
    for figure in ("50 %", "800 ms", "4,567,890"):
        assert figure in text or (report == "json" and json.loads(text)["judged_by"])


def test_json_has_them_as_values(build: Build) -> None:
    (sample,) = build("waived")
    document: Any = json.loads(REPORTS["json"]([sample]))
    assert document["not_judged_keys"] == ["deliverables", "freeze_windows"]
    assert document["judged_by"] == {
        "limits": {"p95_ms": 1500, "failure_ratio": 0.01, "headroom": 1.33},
        "options": {
            "http-status": {"expect": 200, "severity": "warn"},
            "params-lost": {"consumed": ["lang", "coupon"]},
        },
    }


def test_a_limit_that_differs_is_told_with_its_default(build: Build) -> None:
    (sample,) = build("smoke-only")
    assert judged_by_sentence(sample) == "p95 800 ms, errors 1 %"
    assert judged_by_sentence(said(sample, p95="2s", errors="50%", headroom="1")) == (
        "p95 2 s (default 800 ms), errors 50 % (default 1 %), headroom x1 (default x1.33)"
    )


def test_an_option_of_a_check_that_was_not_asked_is_told_as_such(build: Build) -> None:
    (sample,) = build("smoke-only")
    verdict = replace(sample, options={"http-status": {"expect": 404}, "latency": {"severity": "warn"}})
    assert judged_by_sentence(verdict) == (
        "p95 800 ms, errors 1 %; http-status: expect 404; latency: severity warn (not asked in this run)"
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (900_000, "900,000"),
        (1.5, "1.5"),
        (("a", "b"), "a, b"),
        ((), "nothing"),
        ("", "nothing"),
    ],
)
def test_an_options_value_is_written_for_people(value: object, words: str) -> None:
    assert option_words(value) == words
