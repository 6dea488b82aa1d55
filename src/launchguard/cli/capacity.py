"""`launchguard capacity MANIFEST|URL`: how many visits per second the pages hold."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from launchguard.cli import options
from launchguard.cli.output import STDOUT, write_report

if TYPE_CHECKING:
    from launchguard.run import Request

OVERVIEW = (40, "Find the highest rate of visits that the pages hold.")


@click.command("capacity")
@click.argument("target", metavar="MANIFEST|URL")
@click.option(
    "--budget", "seconds", type=options.Duration(), default="10m", show_default=True, help="How long it may take."
)
@click.option(
    "--max-requests", type=click.IntRange(1), default=500_000, show_default=True, help="How many visits to send."
)
@click.option("--to-failure", is_flag=True, help="Go on past what the gate needs, until something breaks.")
@click.option("--base-url", metavar="ORIGIN", default="", help="Search on a preview, like http://127.0.0.1:3000.")
@options.production_option
@options.during_option
@options.repository_option
@click.option("--p95", metavar="DURATION", help="Limit for a URL: what 19 of 20 visitors wait at most, like 800ms.")
@click.option("--errors", metavar="PERCENT", help="Limit for a URL: the part of the visits that may fail, like 1%.")
@options.config_option
@options.channels_option
@options.seed_option
@click.option("--format", "style", type=click.Choice(("text", "json", "markdown")), default="text", show_default=True)
@click.option("--output", "path", default=STDOUT, metavar="FILE", help="Write to a file.  [default: standard output]")
@options.quiet_option
@options.verbose_option
@options.color_option
@options.traceback_option
def command(
    target: str,
    seconds: float,
    max_requests: int,
    to_failure: bool,
    base_url: str,
    production: bool,
    during_campaign: bool,
    repository: str,
    p95: str | None,
    errors: str | None,
    config_path: Path | None,
    channel_folders: tuple[Path, ...],
    seed: int | None,
    style: str,
    path: str,
    quiet: bool,
    verbose: bool,
) -> None:
    """Find the highest rate of visits at which the pages still meet their limits.

    A manifest is searched as far as its gate needs, a URL until something breaks; both no further than the host is
    authorized for. Exit codes: 0 found (and the gate lets it pass), 1 the gate blocks, 3 unknown, 2 usage, manifest or
    configuration, 130 interrupted.
    """
    from launchguard.cli.progress import progress
    from launchguard.cli.reports import refuse_overwriting
    from launchguard.cli.searching import Asked, search_manifest, search_url
    from launchguard.cli.session import Interrupts
    from launchguard.load.capacity import Budget
    from launchguard.manifest.loading import CONFIG_NAME
    from launchguard.manifest.templates import repository_root
    from launchguard.system.signals import handled

    is_url = "://" in target
    if not is_url and (p95 is not None or errors is not None):
        raise click.UsageError("--p95 and --errors are for a URL; a manifest has its own `limits`")
    request = _request(base_url, production, during_campaign, seed)
    configured = config_path or repository_root(Path()) / CONFIG_NAME
    refuse_overwriting([path], [] if is_url else [Path(target)], [configured, *channel_folders])
    with handled(Interrupts()), progress(quiet, verbose) as emit:
        asked = Asked(request, Budget(seconds, max_requests), config_path, channel_folders, repository, emit)
        if is_url:
            searched = search_url(target, p95, errors, asked)
        else:
            searched = search_manifest(Path(target), to_failure, asked)
    write_report(path, searched.render(style))
    raise click.exceptions.Exit(searched.exit_code)


def _request(base_url: str, production: bool, during_campaign: bool, seed: int | None) -> "Request":
    import secrets

    from launchguard.probe import rebase
    from launchguard.run import Request

    if base_url:
        rebase("http://127.0.0.1/", base_url)  # refuses what is no origin before anything is loaded
    return Request(
        seed=secrets.randbits(32) if seed is None else seed,
        run_id=secrets.token_hex(6),
        base_url=base_url,
        production=production,
        during_campaign=during_campaign,
    )
