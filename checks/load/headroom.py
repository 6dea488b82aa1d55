from collections.abc import Iterator

from launchguard import Campaign, Capacity, Finding, Forecast, NotApplicable, Unknown, check, words

_AS_GOOD_AS = 1 - 1e-9


@check("headroom", severity="block", owner="web", looser={"warn_below": "less", "block_below_p95": "less"})
def headroom(
    capacity: Capacity,
    forecast: Forecast,
    campaign: Campaign,
    *,
    warn_below: float = 2.0,
    block_below_p95: float = 1.0,
) -> Iterator[Finding | Unknown | NotApplicable]:
    """The pages hold more than the forecast peak, with room for a forecast that was too low.

    Why: a forecast is a guess, and one campaign in twenty brings more than its P95; room costs less than an outage.
    Fix: lower the peak (send over a longer time, move a channel), cache the page, or add capacity.
    Source: the manifest's `limits: {headroom: ...}` over the median peak, and the P95 peak; capacity is the highest
    offered rate that still meets the limits, from levels judged one-sided at 95 %.

    Example:
        Bad: a_capacity(45.0, 50.0), a_forecast(a_campaign(channels=[{"kind": "rate", "rate": "40/s"}])), a_campaign()
        Good: a_capacity(90.0, 99.0), a_forecast(a_campaign(channels=[{"kind": "rate", "rate": "40/s"}])), a_campaign()
    """
    if not capacity.searched:
        yield NotApplicable("no capacity was searched, so the headroom is unknown (`load: {find_capacity: yes}`)")
        return
    median = forecast.peak_per_s
    needed = max(block_below_p95 * forecast.peak_p95_per_s, campaign.limits.headroom * median)
    wished = max(needed, warn_below * median)
    held, broke = capacity.rate_per_s, capacity.high_per_s
    concluded = broke is not None and not capacity.reason
    if _short(held, broke, needed, concluded):
        yield _finding(capacity, forecast, needed)
    elif held is None or held < needed * _AS_GOOD_AS:
        reason = capacity.reason or "no more was sent"
        shown = (
            f"{words.number(held)} visits/s are shown to hold, and {words.number(needed)} are needed: "
            if held is not None
            else ""
        )
        yield Unknown(f"the capacity is not known well enough: {shown}{reason}", fix=capacity.fix)
    elif held < wished * _AS_GOOD_AS:
        yield _finding(capacity, forecast, wished, severity="warn")


def _short(held: float | None, broke: float | None, needed: float, concluded: bool) -> bool:
    """Whether less than what is needed holds, for sure."""
    if broke is not None and broke <= needed / _AS_GOOD_AS:
        return True
    return concluded and held is not None and held < needed * _AS_GOOD_AS


def _finding(capacity: Capacity, forecast: Forecast, expected: float, severity: str = "block") -> Finding:
    held = capacity.rate_per_s
    shown = (
        f"{words.number(held)} visits/s"
        if held is not None
        else f"less than {words.number(capacity.high_per_s)} visits/s"
    )
    times = capacity.headroom(forecast.peak_per_s)
    evidence = [f"one campaign in twenty exceeds {words.number(forecast.peak_p95_per_s)}/s"]
    if capacity.high_per_s is not None:
        evidence.append(f"{words.number(capacity.high_per_s)}/s broke: {capacity.broke}")
    if capacity.reason:
        evidence.append(capacity.reason)
    return Finding(
        "the pages hold {measured}"
        + (", {times} times the median peak of {peak}" if times is not None else "; the median peak is {peak}")
        + ("; {expected} are needed" if severity == "block" else "; {expected} would be comfortable"),
        measured=shown,
        expected=f"{words.number(expected)}/s",
        reason="short" if severity == "block" else "tight",
        evidence="; ".join(evidence),
        severity="warn" if severity == "warn" else None,
        fields={"times": f"{words.number(times or 0)}", "peak": f"{words.number(forecast.peak_per_s)}/s"},
    )
