"""The forecast for people: chart, arithmetic in words, tables, assumptions."""

import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from launchguard.forecast.arithmetic import SiteFigures, demand, lighter_page_words
from launchguard.forecast.output.picture import chart
from launchguard.model.forecast import Assumption, ChannelForecast, Forecast
from launchguard.words import count, exact, multiple, number, per_second, percent
from launchguard.words.texts import one_line, printable

PRE_WARM_GROWTH = 1.5
"""Load balancers follow a growth of up to 50 % in five minutes by themselves (AWS, Elastic Load Balancing)."""


def forecast_as_text(name: str, forecast: Forecast, site: SiteFigures, *, width: int = 80) -> str:
    """Everything about one forecast, `width` characters wide where the content allows it."""
    blocks = [
        _headline(name, forecast),
        chart(forecast, width=width - 2),
        _section("Channels", _table(_channel_rows(forecast))),
        _section("In words", _wrapped([f"{one.name}: {one.words}" for one in forecast.channels], width)),
        _section("At the peak", _wrapped(_peak_lines(forecast, site), width)),
        _section("Pages", _table(_page_rows(forecast)) if len(forecast.pages) > 1 else []),
        _section("Note", _wrapped(forecast.notes, width)),
        _section("Assumed", _wrapped(map(_assumed, (*forecast.assumptions, *site.assumptions())), width)),
    ]
    return "\n\n".join(printable(block) for block in blocks if block) + "\n"


def as_comparison(name: str, before: Forecast, after: Forecast, site: SiteFigures, *, width: int = 80) -> str:
    """Two forecasts side by side, and the chart of the second."""
    rows: list[Sequence[str]] = [("", "before", "after")]
    left, right = list(_key_figures(before, site)), list(_key_figures(after, site))
    rows += [(what, one, other) for (what, one), (_, other) in zip(left, right, strict=True)]
    channels: list[Sequence[str]] = [("own peak of", "before", "after")]
    channels += [
        (one.name, _own_peak(one), _own_peak(other)) for one, other in zip(before.channels, after.channels, strict=True)
    ]
    blocks = [
        f"{one_line(name)}: the peak goes from {_peak(before)} to {_peak(after)} visits/s",
        "\n".join(_table(rows)),
        "\n".join(_table(channels)),
        f"After:\n{chart(after, width=width - 2)}",
        _section("Note", _wrapped(after.notes, width)),
    ]
    return "\n\n".join(printable(block) for block in blocks if block) + "\n"


def _key_figures(forecast: Forecast, site: SiteFigures) -> Iterator[tuple[str, str]]:
    asked = demand(forecast, site)
    known = forecast.known
    yield "peak", per_second(known(forecast.peak_per_s))
    yield "one in twenty exceeds", per_second(known(forecast.peak_p95_per_s))
    yield "when", "unknown" if forecast.peak_unknown else _moment(forecast.peak_at)
    yield "visits in all", count(known(forecast.visits))
    yield "growth in 5 min", "unknown" if forecast.peak_unknown else _growth(forecast)
    yield "requests at the origin", per_second(known(asked.origin_requests_per_s))
    yield "sent by the origin", "unknown" if forecast.peak_unknown else _bits(asked.origin_bits_per_s)
    yield "visitors at once", count(known(asked.sessions))


def _peak(forecast: Forecast) -> str:
    return number(forecast.known(forecast.peak_per_s))


def _own_peak(channel: ChannelForecast) -> str:
    return f"{per_second(channel.peak_per_s)} at {channel.peak_at:%a %H:%M}" if channel.reach_known else "unknown"


def _moment(moment: datetime) -> str:
    return f"{moment:%A %Y-%m-%d %H:%M:%S}"


def _headline(name: str, forecast: Forecast) -> str:
    name = one_line(name)
    if forecast.peak_unknown:
        return f"{name}: the peak is unknown, because {forecast.no_peak}"
    if forecast.no_peak:
        return f"{name}: {forecast.no_peak}"
    zone = forecast.launch.tzinfo
    return (
        f"{name}: peak of {number(forecast.peak_per_s)} visits/s on {_moment(forecast.peak_at)} {zone}\n"
        f"One campaign in twenty exceeds {number(forecast.peak_p95_per_s)} visits/s. "
        f"In all {count(forecast.visits)} visits{_without(forecast)}."
    )


def _without(forecast: Forecast) -> str:
    """Which channels are in no figure."""
    unknown = ", ".join(map(one_line, forecast.unknown_reach))
    return f", and an unknown number from {unknown}" if unknown else ""


def _channel_rows(forecast: Forecast) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [("channel", "kind", "visits", "own peak", "at", "of the peak")]
    for one in sorted(forecast.channels, key=lambda one: -one.share_of_peak):
        if one.reach_known:
            at = f"{one.peak_at:%a %H:%M:%S}"
            rows.append(
                (
                    one.name,
                    one.kind,
                    count(one.visits),
                    per_second(one.peak_per_s),
                    at,
                    percent(round(one.share_of_peak, 3)),
                )
            )
        else:
            rows.append((one.name, one.kind, *["unknown"] * 4))
    if forecast.baseline_per_s > 0:
        share = forecast.baseline_at_peak_per_s / forecast.peak_per_s if forecast.peak_per_s else 0.0
        rows.append(("baseline", "", "", per_second(forecast.baseline_at_peak_per_s), "", percent(round(share, 3))))
    return rows if len(rows) > 1 else []


def _page_rows(forecast: Forecast) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [("page", "visits", "peak", "P95", "at")]
    for page in forecast.pages:
        peaks = per_second(page.peak_per_s), per_second(page.peak_p95_per_s)
        figures = count(page.visits), *peaks, f"{page.peak_at:%a %H:%M:%S}"
        rows.append((page.url, *(figures if not forecast.peak_unknown else ["unknown"] * 4)))
    return rows


def _peak_lines(forecast: Forecast, site: SiteFigures) -> Iterator[str]:
    if forecast.peak_unknown:
        return
    asked = demand(forecast, site)
    yield (
        f"{per_second(asked.requests_per_s)} requests, {per_second(asked.origin_requests_per_s)} of them at the origin "
        f"(the worst second in a thousand: {count(asked.worst_second_requests)})"
    )
    yield f"{_bits(asked.bits_per_s)} to the visitors, {_bits(asked.origin_bits_per_s)} of them from the origin"
    if lighter := lighter_page_words(forecast.peak_per_s, site):
        yield lighter
    yield f"{count(asked.sessions)} visitors at once, {count(asked.in_flight)} requests in flight"
    yield f"{number(asked.database_connections)} database connections busy"
    yield f"growth within the five minutes before: {_growth(forecast)}" + (
        "; ask for load balancers and instances to be warmed up" if forecast.growth_5_min > PRE_WARM_GROWTH else ""
    )
    stress = ", ".join(f"{exact(factor)}x {per_second(rate)}" for factor, rate in forecast.stress_per_s)
    yield f"for comparison, never judged: {stress}"


def _bits(bits_per_s: float) -> str:
    return f"{number(bits_per_s / 1e6)} Mbit/s"


def _growth(forecast: Forecast) -> str:
    return multiple(forecast.growth_5_min) if math.isfinite(forecast.growth_5_min) else "from nothing"


def _assumed(one: Assumption) -> str:
    return f"{one.what}: {one.value} ({one.source}; to change it: {one.override})"


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines)]) if lines else ""


def _wrapped(lines: Iterable[str], width: int) -> list[str]:
    """Each line broken to the width, its rest indented."""
    return [
        part
        for line in lines
        for part in textwrap.wrap(
            line, width - 2, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    ]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns padded to their widest cell, the first one to the left and the others to the right."""
    if not rows:
        return []
    rows = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if position else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
