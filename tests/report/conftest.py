"""Verdicts built by hand, one for every kind of answer that a report has to show."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from launchguard.judging.headline import headline
from launchguard.model.campaign import Campaign, Limits, Page
from launchguard.model.capacity import Advice, Capacity, Level
from launchguard.model.clock import Clock
from launchguard.model.confided import SentSecret
from launchguard.model.evidence import Evidence
from launchguard.model.forecast import Assumption, ChannelForecast, Forecast, PageForecast, RateCurve
from launchguard.model.load_plan import LoadPlan, Phase, Target, VisitResult
from launchguard.model.load_run import Generator, LoadRun
from launchguard.model.loosening import Loosening, LooseningState
from launchguard.model.result import NotJudged, RunResult, State
from launchguard.model.verdict import Decision, Finding, Outcome, Scope, Severity, Status, Verdict
from launchguard.words import rate

SPRING = "https://shop.example.test/spring?utm_source=newsletter&utm_medium=email&utm_campaign=spring"
TERMS = "https://shop.example.test/spring/terms"
LAUNCH = datetime(2027, 3, 1, 9, 0, tzinfo=ZoneInfo("Europe/Madrid"))
PEAK_AT = LAUNCH + timedelta(minutes=3)

HOSTILE = (
    "<script>alert(1)</script> ](http://evil.test) ![x](http://evil.test/p.png) @octo/team #12 GH-7 "
    "::error::owned ##[error]owned \x1b[2J\x1b]8;;http://evil.test\x07link\x1b]8;;\x07 --> <!-- x | `a` "
    "www.evil.test https://evil.test me@evil.test\r\n::set-output name=a::b\n# heading\n"
    "\u202egnp\x00\x9b31m\ud800 *b* _i_"
)


def outcome(check: str, status: Status, *findings: Finding, **more: str) -> Outcome:
    texts = {
        "owner": "web",
        "title": f"The {check} question has a good answer",
        "why": f"Visitors who meet a bad {check} leave, and their clicks are paid for.",
        "fix": f"Correct what decides {check}, then run again.",
        **more,
    }
    severity: Severity = "warn" if status is Status.WARN else "block"
    return Outcome(check=check, status=status, severity=severity, findings=findings, **texts)


def campaign(name: str = "Spring sale") -> Campaign:
    pages = (Page(url=SPRING), Page(url=TERMS))
    return Campaign(name=name, launch=LAUNCH, ends=LAUNCH + timedelta(days=3), pages=pages)


def forecast() -> Forecast:
    times = np.arange(-60.0, 3600.0)
    rates = 3.0 + 89.0 * np.exp(-np.abs(times - 180.0) / 420.0) * (times >= 0)
    curve = RateCurve(times, rates)
    page = PageForecast(SPRING, "shop.example.test:443", 38_000.0, 92.0, 131.0, PEAK_AT, curve)
    teaser = ChannelForecast("teaser", "email", SPRING, 10_000.0, 61.2, PEAK_AT, 0.67, 0.5, "500,000 x 2 %", curve)
    push = ChannelForecast("push", "push", SPRING, 28_000.0, 30.8, PEAK_AT, 0.33, 0.5, "300,000 x 9 %", curve)
    source = "published open times of 2,500 mailings"
    return Forecast(
        launch=LAUNCH,
        visits=38_000.0,
        peak_per_s=92.0,
        peak_p95_per_s=131.0,
        peak_at=PEAK_AT,
        baseline_per_s=3.0,
        growth_5_min=30.7,
        curve=curve,
        channels=(teaser, push),
        pages=(page,),
        hosts=(page,),
        assumptions=(
            Assumption("how fast a mail's clicks come", "half of them within 41 min", source, "email.curve"),
            Assumption("push response", "9 %", "a vendor's benchmark, assumed", "push.click_rate"),
        ),
    )


def load_run(*, holds: bool) -> LoadRun:
    """A hold of 20 s at 10/s after a ramp of 5 s; when it does not hold, visits fail and wait without an answer."""
    intended = np.concatenate((np.linspace(0.0, 4.8, 25), 5.0 + np.arange(200) / 10.0))
    size = len(intended)
    result = np.full(size, VisitResult.OK, dtype=np.uint8)
    latency_s = 0.12 + 0.0004 * np.arange(size)
    if not holds:
        latency_s = 0.12 + 0.03 * np.arange(size)
        result[60::4] = VisitResult.UNANSWERED
        result[61::16] = VisitResult.STATUS
        result[69::16] = VisitResult.TIMEOUT
        result[-1] = VisitResult.DROPPED
    sent = np.where(result == VisitResult.DROPPED, np.nan, intended + 0.001)
    latency_s = np.where(result == VisitResult.UNANSWERED, 10.0, latency_s)  # until it was given up
    done = np.where(result == VisitResult.DROPPED, np.nan, intended + latency_s)
    plan = LoadPlan(
        run_id="run-7f3a",
        seed=7,
        arrivals="uniform",
        phases=(Phase("ramp", 0.0, 5.0, 0.0, 10.0), Phase("hold", 5.0, 25.0, 10.0, 10.0, judged=True)),
        targets=(Target(SPRING, SPRING, 0.5), Target(TERMS, TERMS, 0.5)),
        drain_s=10.0,
        visit_timeout_s=10.0,
        limit_p95_ms=800.0,
        limit_failure_ratio=0.01,
    )
    return LoadRun(
        plan=plan,
        intended_s=intended,
        sent_s=sent,
        done_s=done,
        target=(np.arange(size) % 2).astype(np.uint16),
        result=result,
        status=np.where(result == VisitResult.STATUS, 503, 200).astype(np.uint16),
        generator=Generator(
            cpu_ratio=0.34, lag_p99_ms=2.1, processes=1, peak_in_flight=80, cores=2.0, visits_per_s=2873.4
        ),
        examples={"status": "503 from /spring"},
    )


def capacity() -> Capacity:
    """A search that found 140/s: the peak held, twice as much broke, 152/s was too close to call and then broke."""
    broke = "latency broke first: p95 was 1,840 ms, the limit is 800 ms"
    levels = (
        Level(92.0, 30.0, 1.0, 0.0, 310.0, holds=True),
        Level(184.0, 6.5, 0.412, 0.021, 1840.0, holds=False, broke=broke),
        Level(140.0, 30.0, 0.9995, 0.0005, 420.0, holds=True),
        Level(152.0, 30.0, 0.99, 0.01, 790.0, holds=None, reason="too close to call"),
        Level(152.0, 61.0, 0.97, 0.03, None, holds=False, broke="errors came first: 276 of 9,272 visits failed (503)"),
    )
    return Capacity(140.0, 140.0, 152.0, levels[-1].broke, levels)


def verdict(decision: Decision, headline: str, *outcomes: Outcome, **more: object) -> Verdict:
    code = {Decision.GO: 0, Decision.DRAFT: 0, Decision.NO_GO: 1, Decision.UNKNOWN: 3}[decision]
    base = Verdict(
        decision=decision,
        exit_code=code,
        scope=Scope.FULL,
        headline=headline,
        campaign=campaign(),
        outcomes=outcomes,
        run_id="run-7f3a",
        created_at=datetime(2027, 2, 22, 10, 30, tzinfo=UTC),
        seed=7,
        forecast=forecast(),
        manifest="campaigns/spring.yml",
        manifest_sha256="ab" * 32,
        versions={"launchguard": "0.1.0", "locust": "2.47.0"},
    )
    return replace(base, **more)  # type: ignore[arg-type]  # the fields' own types hold


def go_with_warnings() -> Verdict:
    weight = Finding(
        "weighs {measured} kB, the limit is {expected} kB",
        measured=2140,
        expected=1500,
        evidence="hero.jpg 1,310 kB, app.js 420 kB",
    )
    expiry = Finding("the certificate ends {days} days after the campaign", fields={"days": 3}, line=9)
    note = Finding("the server names itself as {measured}", measured="nginx", severity="info")
    return verdict(
        Decision.GO,
        "GO: /spring and /spring/terms hold 92 visits/s, the peak forecast for Monday 2027-03-01 09:03, 2 warnings",
        outcome("page-weight", Status.WARN, weight, page=SPRING),
        outcome("tls-expiry", Status.WARN, expiry, owner="infra"),
        outcome("http-status", Status.PASS, page=SPRING),
        outcome("http-status", Status.PASS, page=TERMS),
        outcome("server-header", Status.PASS, note),
        outcome("failures", Status.PASS),
        outcome("params-lost", Status.SKIPPED, page=TERMS, reason="the page has no parameters"),
        load=load_run(holds=True),
        capacity=capacity(),
        secrets=(SentSecret("PREVIEW_TOKEN", "shop.example.test"),),
    )


def no_go_from_load() -> Verdict:
    failures = Finding(
        "{measured} of the visits got no correct answer, the limit is {expected}",
        measured="31.5 %",
        expected="1 %",
        evidence="503 from /spring",
    )
    latency = Finding("p95 was {measured}, the limit is {expected}", measured="6.4 s", expected="800 ms")
    status = [
        Finding("answered {measured}, expected {expected}", measured=404, expected=200, line=7, subject=page)
        for page in (SPRING, TERMS)
    ]
    advice = Advice("teaser", "send_over: 20m", "Send the mail over 20 minutes; the peak falls to 41 visits/s.", 41.0)
    return verdict(
        Decision.NO_GO,
        "NO-GO: at the peak of 92 visits/s on Monday 2027-03-01 09:03, /spring answered 58/s, and 2 more reasons",
        outcome("failures", Status.BLOCK, failures),
        outcome("latency", Status.BLOCK, latency, owner="infra"),
        outcome("http-status", Status.BLOCK, status[0], page=SPRING),
        outcome("http-status", Status.BLOCK, status[1], page=TERMS),
        outcome("viewport", Status.WARN, Finding("has no viewport"), page=TERMS),
        outcome("tls-valid", Status.PASS, page=SPRING),
        load=load_run(holds=False),
        advice=(advice,),
    )


def unknown_not_authorized() -> Verdict:
    reason = "nobody authorized load for https://shop.example.test:443"
    fix = "Add to .launchguard.yml: load: {hosts: {shop.example.test: {max_rate: 120/s}}}"
    return verdict(
        Decision.UNKNOWN,
        f"UNKNOWN: {reason}",
        outcome("failures", Status.UNKNOWN, reason=reason, fix=fix, owner="engineering"),
        outcome("latency", Status.SKIPPED, reason="there is no load run to judge"),
        outcome("http-status", Status.PASS, page=SPRING),
    )


def draft() -> Verdict:
    questions = ("How many people get the push message? It decides about 33 % of the peak.", "When does it end?")
    return verdict(Decision.DRAFT, "DRAFT: 2 questions are open", questions=questions, forecast=None)


def smoke_only() -> Verdict:
    return verdict(
        Decision.GO,
        "GO (smoke only: load not measured): /spring looks right to a visitor",
        outcome(
            "contains",
            Status.SKIPPED,
            page=SPRING,
            reason="the manifest asks for no text on this page",
            unseen="the words of the page (`contains`)",
        ),
        outcome("http-status", Status.PASS, page=SPRING),
        outcome("failures", Status.SKIPPED, reason="load was not measured in this run"),
        scope=Scope.SMOKE,
        partial=True,
        exit_code=130,
    )


def waived() -> Verdict:
    finding = Finding("answered {measured}, expected {expected}", measured=302, expected=200, line=12)
    reason = "the shop redirects until the launch (approved by @cto, until 2027-03-01)"
    return verdict(
        Decision.GO,
        "GO: nothing that was checked blocks",
        outcome("http-status", Status.WAIVED, finding, page=SPRING, reason=reason),
        outcome("tls-valid", Status.PASS, page=SPRING),
        campaign=campaign().model_copy(update={"limits": Limits(p95="1.5s")}),
        not_judged=("deliverables", "freeze_windows"),
        options={"http-status": {"expect": 200, "severity": "warn"}, "params-lost": {"consumed": ["lang", "coupon"]}},
        loosening=(
            Loosening("limits.errors", "1%", "5%", line=14),
            Loosening("pages", TERMS, "gone", line=6),
            Loosening("waivers", "not set", "http-status", turns_off=True, line=12, state=LooseningState.APPROVED),
            Loosening("checks.contains.severity", "not set", "warn", turns_off=True, state=LooseningState.DROPPED),
            Loosening("checks.own", "block", "gone", True, state=LooseningState.UNAPPROVED, ask=("@eva", "@lee")),
        ),
    )


def hostile() -> Verdict:
    finding = Finding(
        "{measured}", measured=HOSTILE, expected=[HOSTILE, float("nan")], evidence=HOSTILE, fix=HOSTILE, subject=HOSTILE
    )
    texts = {"page": HOSTILE, "reason": HOSTILE, "why": HOSTILE, "owner": HOSTILE, "title": HOSTILE}
    channel = replace(forecast().channels[0], name=HOSTILE)
    assumption = Assumption(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    run = load_run(holds=False)
    targets = tuple(replace(target, page=HOSTILE + target.page) for target in run.plan.targets)
    return verdict(
        Decision.NO_GO,
        HOSTILE,
        outcome("http-status", Status.BLOCK, finding, **texts),
        outcome("viewport", Status.WARN, finding, **texts),
        outcome("reachable", Status.UNKNOWN, **texts),
        outcome("contains", Status.WAIVED, finding, **texts),
        outcome("tls-valid", Status.PASS, **texts),
        outcome("params-lost", Status.SKIPPED, **texts),
        campaign=campaign(HOSTILE.replace("\ud800", "")[:200]),
        manifest=HOSTILE,
        questions=(HOSTILE,),
        forecast=replace(forecast(), channels=(channel,), assumptions=(assumption,)),
        advice=(Advice(HOSTILE, HOSTILE, HOSTILE, 41.0),),
        load=replace(run, plan=replace(run.plan, targets=targets), stopped=HOSTILE, invalid=HOSTILE),
        capacity=Capacity(
            None,
            None,
            9.0,
            HOSTILE,
            (Level(9.0, 30.0, 0.5, 0.5, 9000.0, None, HOSTILE, HOSTILE),),
            reason=HOSTILE,
        ),
        versions={HOSTILE: HOSTILE},
        not_judged=(HOSTILE,),
        options={"http-status": {"severity": HOSTILE}, HOSTILE: {HOSTILE: [HOSTILE]}},
        loosening=(Loosening(HOSTILE, HOSTILE, HOSTILE, True, state=LooseningState.UNAPPROVED, ask=(HOSTILE,)),),
    )


def at_scale(times: float) -> Verdict:
    """A search that found too little, for rates so many times as high: the first line is the judge's own."""
    base, searched = forecast(), capacity()
    planned = replace(
        base,
        visits=base.visits * times,
        peak_per_s=base.peak_per_s * times,
        peak_p95_per_s=base.peak_p95_per_s * 2 * times,
        curve=RateCurve(base.curve.offsets_s, base.curve.rates_per_s * times),
        channels=tuple(replace(c, visits=c.visits * times, peak_per_s=c.peak_per_s * times) for c in base.channels),
        pages=tuple(
            replace(page, visits=page.visits * times, peak_per_s=page.peak_per_s * times) for page in base.pages
        ),
    )
    levels = tuple(replace(level, offered_per_s=level.offered_per_s * times) for level in searched.levels)
    found = Capacity(140.0 * times, 140.0 * times, 152.0 * times, searched.broke, levels)
    finding = Finding(
        "the pages hold {measured}, {expected} are needed",
        measured=rate(140.0 * times),
        expected=rate(262.0 * times),
    )
    outcomes = (outcome("headroom", Status.BLOCK, finding),)
    evidence = Evidence(campaign=campaign(), clock=Clock(LAUNCH), forecast=planned, capacity=found)
    first_line = headline(Decision.NO_GO, Scope.FULL, outcomes, evidence)
    return verdict(Decision.NO_GO, first_line, *outcomes, forecast=planned, capacity=found)


def many_findings() -> Verdict:
    outcomes = [
        outcome(
            "http-status" if number % 2 else f"own-check-{number}",
            Status.BLOCK,
            Finding("answered {measured} " + HOSTILE, measured=number, evidence="x" * 300, subject=str(number)),
            page=f"{SPRING}&n={number}",
        )
        for number in range(5_000)
    ]
    return verdict(Decision.NO_GO, "NO-GO: 5,000 reasons", *outcomes)


def with_open_rows(*verdicts: Verdict) -> RunResult:
    """Everything that a manifest may have instead of a verdict."""
    rows = (
        NotJudged("campaigns/broken.yml", State.UNREADABLE, "campaigns/broken.yml:3:9: launch: is no moment", 2),
        NotJudged("campaigns/old.yml", State.OVER, "Autumn sale: skipped, it ended on 2026-10-31 23:59 CET", 0),
        NotJudged("campaigns/cut.yml", State.INTERRUPTED, "the run was interrupted before it could be judged", 130),
        NotJudged("campaigns/last.yml", State.NOT_REACHED, "the run was interrupted before it", 130),
        NotJudged("campaigns/odd.yml", State.FAILED, "PREVIEW_TOKEN is not set", 2),
    )
    return RunResult(verdicts, rows, problems=("the report could not be written to x.json: No space left on device",))


def all_over() -> RunResult:
    why = "Autumn sale: skipped, it ended on 2026-10-31 23:59 CET"
    return RunResult(not_judged=(NotJudged("campaigns/old.yml", State.OVER, why, 0),))


SAMPLES: dict[str, Callable[[], Sequence[Verdict] | RunResult]] = {
    "go-with-warnings": lambda: (go_with_warnings(),),
    "no-go-from-load": lambda: (no_go_from_load(),),
    "unknown-not-authorized": lambda: (unknown_not_authorized(),),
    "draft": lambda: (draft(),),
    "smoke-only": lambda: (smoke_only(),),
    "waived": lambda: (waived(),),
    "hostile": lambda: (hostile(),),
    "several": lambda: (go_with_warnings(), no_go_from_load(), unknown_not_authorized()),
    "thousands-a-second": lambda: (at_scale(37.0),),
    "millions-a-second": lambda: (at_scale(21_800.0),),
    "open-rows": lambda: with_open_rows(waived(), smoke_only()),
    "all-over": all_over,
    "many": lambda: (many_findings(),),
}

Build = Callable[[str], RunResult]


@pytest.fixture(scope="session")
def build() -> Build:
    """Give the verdicts of one sample by its name."""
    return lambda name: result if isinstance(result := SAMPLES[name](), RunResult) else RunResult(tuple(result))


@pytest.fixture(scope="session")
def golden_folder() -> Path:
    return Path(__file__).parent / "golden"
