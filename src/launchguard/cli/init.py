"""`launchguard init [FOLDER]`: a manifest, a configuration and a GitHub workflow to start from."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from launchguard.cli import options
from launchguard.cli.output import say, write_report
from launchguard.errors import LaunchGuardError

if TYPE_CHECKING:
    from launchguard.model.clock import Clock

OVERVIEW = (80, "Write a starter manifest, a configuration and a workflow.")

DAYS_AHEAD = 14
"""Long enough for a first run, a fix and a second run."""


def _name(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", value):
        raise click.BadParameter(f"{value!r} is not kebab-case; write it like spring-sale")
    return value


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--name", default="first-campaign", show_default=True, callback=_name, help="The campaign's name.")
@click.option("--zone", default="UTC", show_default=True, help="The launch's time zone, like Europe/Madrid.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@options.traceback_option
def command(folder: Path, name: str, zone: str, force: bool) -> None:
    """Write a commented starter manifest, .launchguard.yml and a GitHub workflow into FOLDER."""
    from launchguard.model.clock import Clock

    files = starter_files(name, zone, Clock.system())
    spellings = (spelling for path in files for spelling in (path, path.with_suffix(".yaml")))
    taken = [path for path in spellings if (folder / path).exists()]
    if taken and not force:
        named = ", ".join(str(folder / path) for path in taken)
        raise LaunchGuardError(f"{named}: exists already", hint="Choose another --name or folder, or use --force.")
    for path, text in files.items():
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LaunchGuardError(f"the folder {target.parent} could not be made: {error.strerror}") from error
        write_report(str(target), text)
        say(f"wrote {target}")
    say(f"Next: launchguard check {folder / next(iter(files))}")


def starter_files(name: str, zone: str, clock: "Clock") -> dict[Path, str]:
    """Path -> text of every file; the launch is at nine in the morning, two weeks from the clock's day in the zone."""
    from importlib.resources import files

    from launchguard.model.times import format_instant
    from launchguard.model.zones import localize, parse_zone

    try:
        place = parse_zone(zone)
        day = clock.now.astimezone(place).date() + timedelta(days=DAYS_AHEAD)
        launch = localize(datetime(day.year, day.month, day.day, 9), place)  # noqa: DTZ001 - localize adds the zone
        ends = localize(launch.replace(tzinfo=None, hour=23, minute=59) + timedelta(days=3), place)
    except ValueError as error:
        raise LaunchGuardError(str(error)) from error
    templates = files("launchguard") / "templates"
    manifest = Path("campaigns") / f"{name}.yml"
    text = (templates / "campaign.yml").read_text(encoding="utf-8")
    values = {"launch": format_instant(launch), "ends": format_instant(ends), "day": day, "name": name}
    return {
        manifest: text.format(manifest=manifest.as_posix(), **values),
        Path(".launchguard.yml"): (templates / "config.yml").read_text(encoding="utf-8"),
        Path(".github/workflows/launchguard.yml"): (templates / "workflow.yml").read_text(encoding="utf-8"),
    }
