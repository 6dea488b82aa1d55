from collections.abc import Iterator
from datetime import timedelta

from launchguard import Finding, Forecast, Neighbours, NotApplicable, check, words

NAMED = 5
"""So many others are named, those with the highest peaks; a sentence that lists hundreds is not read."""


@check("overlap", severity="warn", owner="marketing", looser={"within_minutes": "less"})
def overlap(
    forecast: Forecast, neighbours: Neighbours, *, within_minutes: int = 60
) -> Iterator[Finding | NotApplicable]:
    """No other campaign that was asked for in the same call peaks within the same hour on one of its hosts.

    Why: two campaigns that each hold alone can break the site together.
    Fix: move one of them by an hour or more, or run the load for the sum of both.
    Source: assumed: an hour covers the burst of every kind of channel; the sum of the expected peaks is the careful
    case in which both meet in one second.

    Example:
        Bad: a_forecast(a_campaign()), some_neighbours(a_campaign(name="Summer sale"))
        Good: a_forecast(a_campaign()), some_neighbours(a_campaign(launch="2027-03-02 09:00 Europe/Madrid"))
    """
    if not neighbours.campaigns:
        yield NotApplicable("no other campaign was asked for, so none was compared with this one")
    for own in forecast.host_peaks:
        near = [
            (other, peak)
            for other in neighbours.campaigns
            for peak in other.peaks
            if peak.host == own.host and abs(peak.peak_at - own.peak_at) < timedelta(minutes=within_minutes)
        ]
        if not near:
            continue
        near.sort(key=lambda one: -one[1].peak_per_s)
        others = [
            f"{other.name} ({other.manifest}{', a draft' * other.draft}) with {words.rate(peak.peak_per_s)} "
            f"at {peak.peak_at.astimezone(own.peak_at.tzinfo):%H:%M}"
            for other, peak in near[:NAMED]
        ]
        if near[NAMED:]:
            others.append(words.plural(len(near) - NAMED, "more", "more"))
        total = own.peak_per_s + sum(peak.peak_per_s for _, peak in near)
        yield Finding(
            "on {host} it peaks with {own} on {moment}, in the same hour as {others}: {sum} together",
            measured=total,
            reason="same-hour",
            subject=own.host,
            fields={
                "host": own.host,
                "own": words.rate(own.peak_per_s),
                "moment": words.moment(own.peak_at),
                "others": ", ".join(others),
                "sum": words.rate(total),
            },
        )
