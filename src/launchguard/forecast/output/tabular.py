"""The forecast for other programs: JSON, and CSV with one row for each second that was computed."""

import csv
import io
import json
import math
from dataclasses import asdict

from launchguard.forecast.arithmetic import Demand, SiteFigures, demand
from launchguard.forecast.grid import ascending
from launchguard.model.forecast import Forecast, PageForecast

SCHEMA = "launchguard/forecast/v1"


def forecast_as_json(name: str, forecasts: dict[str, Forecast], site: SiteFigures) -> str:
    """One forecast as an object; with two of them the objects `before` and `after`. Units are in the names."""
    document: dict[str, object] = {"schema": SCHEMA, "campaign": name}
    for label, forecast in forecasts.items():
        entry = _entry(forecast, demand(forecast, site))
        document |= {label: entry} if label else entry
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _entry(forecast: Forecast, asked: Demand) -> dict[str, object]:
    return {
        "launch": forecast.launch.isoformat(),
        "visits": _number(forecast.known(forecast.visits)),
        "peak_per_s": _number(forecast.known(forecast.peak_per_s)),
        "peak_p95_per_s": _number(forecast.known(forecast.peak_p95_per_s)),
        "peak_at": None if forecast.peak_unknown else forecast.peak_at.isoformat(),
        "growth_5_min": _number(forecast.known(forecast.growth_5_min)),
        "baseline_per_s": forecast.baseline_per_s,
        "stress_per_s": {f"{factor:g}x": _number(forecast.known(rate)) for factor, rate in forecast.stress_per_s},
        "demand": {key: _number(forecast.known(value)) for key, value in asdict(asked).items()},
        "channels": [
            {
                "name": channel.name,
                "kind": channel.kind,
                "page": channel.page,
                "reach_known": channel.reach_known,
                "visits": _number(channel.known(channel.visits)),
                "peak_per_s": _number(channel.known(channel.peak_per_s)),
                "peak_at": channel.peak_at.isoformat() if channel.reach_known else None,
                "share_of_peak": _number(channel.known(channel.share_of_peak)),
                "words": channel.words,
            }
            for channel in forecast.channels
        ],
        "pages": [{"url": page.url, **_part(forecast, page)} for page in forecast.pages],
        "hosts": [_part(forecast, host) for host in forecast.hosts],
        "assumptions": [asdict(assumption) for assumption in forecast.assumptions],
        "notes": list(forecast.notes),
    }


def _part(forecast: Forecast, part: PageForecast) -> dict[str, object]:
    return {
        "host": part.host,
        "visits": _number(forecast.known(part.visits)),
        "peak_per_s": _number(forecast.known(part.peak_per_s)),
        "peak_p95_per_s": _number(forecast.known(part.peak_p95_per_s)),
        "peak_at": None if forecast.peak_unknown else part.peak_at.isoformat(),
    }


def _number(value: float | None) -> float | None:
    """Six significant digits; null for an infinite growth, and for what nobody knows."""
    return float(f"{value:.6g}") if value is not None and math.isfinite(value) else None


def forecast_as_csv(forecasts: dict[str, Forecast]) -> str:
    """Columns: the time, seconds since the launch, all visits/s, then each channel's; before and after side by side.

    The figures of a channel whose reach nobody said are "unknown", and so are those of all when no reach is known.
    """
    import numpy as np

    grid = ascending([forecast.curve.offsets_s for forecast in forecasts.values()])
    header, columns = ["time", "offset_s"], []
    for label, forecast in forecasts.items():
        suffix = f" {label}" if label else ""
        everything = ("all", forecast.curve, not forecast.peak_unknown)
        for name, curve, known in [everything, *((one.name, one.curve, one.reach_known) for one in forecast.channels)]:
            header.append(_cell(f"{name}{suffix}"))
            columns.append(np.interp(grid, curve.offsets_s, curve.rates_per_s) if known else None)
    anyone = next(iter(forecasts.values()))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row, offset in enumerate(grid.tolist()):
        rates = ("unknown" if column is None else f"{column[row]:.6g}" for column in columns)
        writer.writerow([anyone.at(offset).isoformat(), f"{offset:.10g}", *rates])
    return text.getvalue()


def _cell(text: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
