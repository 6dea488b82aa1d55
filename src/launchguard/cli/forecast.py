"""`launchguard forecast MANIFEST`: the arrivals that a campaign will cause, and what a change would do."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from launchguard.cli import options
from launchguard.cli.output import STDOUT, write_report

if TYPE_CHECKING:
    from launchguard.forecast.arithmetic import SiteFigures
    from launchguard.model.forecast import Forecast

OVERVIEW = (30, "Show the visits that a campaign will bring, second by second.")

_SIZES = {"kB": 1e3, "MB": 1e6, "GB": 1e9}
_LINES = {"kbit/s": 1e3, "Mbit/s": 1e6, "Gbit/s": 1e9}


class Quantity(click.ParamType[float]):
    """A quantity as a manifest writes it: a duration, a percentage, a number, bytes, or bits a second."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it, in seconds, as a ratio, as a number or in bytes."""
        from launchguard.model.quantities import parse_duration, parse_number, parse_ratio

        readers: dict[str, Callable[[object], float]] = {
            "DURATION": parse_duration,
            "PERCENT": parse_ratio,
            "NUMBER": parse_number,
            "SIZE": lambda text: _parse_with_unit(text, _SIZES, "a size; write it like 800kB or 2.3MB"),
            "LINE": lambda text: _parse_with_unit(text, _LINES, "a line's speed; write it like 300Mbit/s or 1Gbit/s"),
        }
        try:
            return readers[self.name](value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _parse_with_unit(value: object, units: dict[str, float], right: str) -> float:
    from launchguard.model.quantities import parse_number

    text = str(value).strip()
    unit = next((unit for unit in units if text.endswith(unit)), None)
    if unit is None:
        raise ValueError(f"{text!r} is not {right}")
    return parse_number(text.removesuffix(unit).strip()) * units[unit]


@click.command("forecast")
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option(
    "--what-if",
    "changes",
    metavar="CHANNEL.KEY=VALUE",
    multiple=True,
    help="Forecast a change too, side by side, like email.send_over=60m; a channel by its name or kind. Repeatable.",
)
@click.option("--format", "style", type=click.Choice(("text", "json", "csv", "svg")), default="text", show_default=True)
@click.option("--output", "path", default=STDOUT, metavar="FILE", help="Write to a file.  [default: standard output]")
@click.option("--uncached", type=Quantity("NUMBER"), help="Requests of a visit that no cache answers.")
@click.option("--cacheable", type=Quantity("NUMBER"), help="Requests of a visit that a cache may answer.")
@click.option("--hit-ratio", type=Quantity("PERCENT"), help="Share of those that the cache answers.")
@click.option("--page-size", "bytes_per_visit", type=Quantity("SIZE"), help="What a visit transfers, like 2.3MB.")
@click.option("--egress", "egress_bits_per_s", type=Quantity("LINE"), help="What the origin's line carries: 300Mbit/s.")
@click.option("--response-time", "response_s", type=Quantity("DURATION"), help="How long one request takes.")
@click.option("--query-time", "query_s", type=Quantity("DURATION"), help="Database time of an uncached request.")
@click.option("--session", "session_s", type=Quantity("DURATION"), help="How long a visitor stays.")
@options.config_option
@options.channels_option
@options.color_option
@options.traceback_option
def command(
    manifest: Path,
    changes: tuple[str, ...],
    style: str,
    path: str,
    config_path: Path | None,
    channel_folders: tuple[Path, ...],
    **site: float | None,
) -> None:
    """Forecast a campaign's visits per second: the peak, when, why, and what the site has to bear. Sends nothing."""
    from launchguard.cli.reports import refuse_overwriting
    from launchguard.cli.setup import load_setup
    from launchguard.forecast import forecast_campaign
    from launchguard.forecast.arithmetic import SiteFigures
    from launchguard.forecast.what_if import apply_what_if

    setup = load_setup(config_path, channel_folders=channel_folders)
    refuse_overwriting([path], [manifest], setup.files(config_path, (), channel_folders))
    campaign = setup.read(manifest).campaign
    forecasts = {"before" if changes else "": forecast_campaign(campaign)}
    if changes:
        forecasts["after"] = forecast_campaign(apply_what_if(campaign, changes, manifest.parent))
    given = SiteFigures(**{key: value for key, value in site.items() if value is not None})
    text = _render(style, campaign.name, forecasts, given)
    write_report(path, _drawable(text) if path == STDOUT and style == "text" else text)


def _render(style: str, name: str, forecasts: "dict[str, Forecast]", site: "SiteFigures") -> str:
    from launchguard.forecast.output.svg import svg
    from launchguard.forecast.output.tabular import forecast_as_csv, forecast_as_json
    from launchguard.forecast.output.text import as_comparison, forecast_as_text

    if style == "json":
        return forecast_as_json(name, forecasts, site)
    if style == "csv":
        return forecast_as_csv(forecasts)
    if style == "svg":
        return svg(name, forecasts)
    width = _width()
    if "after" in forecasts:
        return as_comparison(name, forecasts["before"], forecasts["after"], site, width=width)
    return forecast_as_text(name, forecasts[""], site, width=width)


def _drawable(text: str) -> str:
    """The text with an ASCII chart where standard output's encoding lacks block characters."""
    import sys

    from launchguard.forecast.output.picture import BLOCKS, PLAIN

    try:
        BLOCKS.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return text.translate(PLAIN)
    return text


def _width() -> int:
    """The terminal's width, from 40 to 120 characters; 80 where there is none."""
    import shutil

    return min(120, max(40, shutil.get_terminal_size((80, 24)).columns))
