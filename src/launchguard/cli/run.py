"""`launchguard run MANIFEST...`: forecast, pages, load, verdict."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from launchguard.cli import options
from launchguard.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchguard.cli.session import Session
    from launchguard.model.load_plan import Fleet
    from launchguard.run import Request

OVERVIEW = (10, "Forecast, look at the pages, send the load, and say GO or NO-GO.")


@click.command("run")
@options.manifests_argument
@click.option("--smoke-only", is_flag=True, help="Look at the pages and the plan; send no load.")
@click.option("--load-only", is_flag=True, help="Send the load; do not look at the pages.")
@click.option("--only", multiple=True, metavar="CHECK", help="Judge this check only; repeatable.")
@click.option("--skip", multiple=True, metavar="CHECK", help="Leave this check out; repeatable.")
@click.option("--base-url", metavar="ORIGIN", default="", help="Run against a preview, like http://127.0.0.1:3000.")
@options.production_option
@options.during_option
@options.repository_option
@options.budget_option
@options.processes_option
@options.workers_option
@options.bind_option
@click.option("--dry-run", is_flag=True, help="Print what would be sent where; only authorization is looked up.")
@options.ended_option
@options.config_option
@options.base_option
@options.checks_option
@options.channels_option
@options.seed_option
@options.format_option
@options.output_option
@options.quiet_option
@options.verbose_option
@options.color_option
@options.traceback_option
def command(
    manifests: tuple[Path, ...],
    smoke_only: bool,
    load_only: bool,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    base_url: str,
    production: bool,
    during_campaign: bool,
    repository: str,
    budget: float | None,
    processes: int,
    expect_workers: int | None,
    master_bind: tuple[str, int] | None,
    dry_run: bool,
    allow_ended: bool,
    config_path: Path | None,
    base: Path | None,
    check_folders: tuple[Path, ...],
    channel_folders: tuple[Path, ...],
    seed: int | None,
    style: str,
    outputs: tuple[tuple[str, str], ...],
    quiet: bool,
    verbose: bool,
) -> None:
    """Find out whether the pages hold: forecast the peak, look at the pages, send the load, judge.

    Exit codes: 0 GO, 1 NO-GO, 3 UNKNOWN, 2 usage, manifest or configuration, 130 interrupted. Several manifests end
    with the worst of 130, 2, 1, 3, 0.
    """
    if smoke_only and load_only:
        raise click.UsageError("--smoke-only and --load-only exclude each other; without both, everything is run")
    if expect_workers is None and master_bind is not None:
        raise click.UsageError("--master-bind says where workers connect; say how many with --expect-workers")
    if expect_workers is not None and processes:
        raise click.UsageError("--processes and --expect-workers exclude each other; each worker is one process")
    from launchguard.cli.reports import refuse_overwriting
    from launchguard.cli.session import open_run_session, run_session
    from launchguard.cli.setup import load_setup
    from launchguard.manifest.loading import CONFIG_NAME
    from launchguard.run import refuse_unknown_ids
    from launchguard.run.budget import RunBudget

    request = replace(
        _request(smoke_only, load_only, only, skip, base_url, seed),
        production=production,
        during_campaign=during_campaign,
        budget=None if budget is None else RunBudget(budget),
        processes=processes,
        fleet=None if expect_workers is None or dry_run else _fleet(expect_workers, master_bind),
    )
    config = base / CONFIG_NAME if base else config_path
    setup = load_setup(config, check_folders, channel_folders)
    session = open_run_session(manifests, setup, base, repository, listed=allow_ended)
    written = [path for _, path in outputs]
    refuse_overwriting(written, session.asked.files, setup.files(config, check_folders, channel_folders))
    refuse_unknown_ids(request, setup.checks)
    journeys = session.check_journeys() if request.load else {}
    if dry_run:
        session.refuse_unreadable()
        _print_dry_run(session, request, journeys, style)
        return
    code = run_session(session, request, style=style, outputs=outputs, quiet=quiet, verbose=verbose)
    raise click.exceptions.Exit(code)


def _request(
    smoke_only: bool, load_only: bool, only: tuple[str, ...], skip: tuple[str, ...], base_url: str, seed: int | None
) -> "Request":
    """What the options ask for; the seed is drawn here when none is given, and the report names it."""
    import secrets

    from launchguard.probe import rebase
    from launchguard.run import Request

    if base_url:
        rebase("http://127.0.0.1/", base_url)  # refuses what is no origin before anything is loaded

    return Request(
        seed=secrets.randbits(32) if seed is None else seed,
        run_id=secrets.token_hex(6),
        smoke=not load_only,
        load=not smoke_only,
        only=frozenset(only),
        skip=frozenset(skip),
        base_url=base_url,
    )


def _fleet(workers: int, bind: tuple[str, int] | None) -> "Fleet":
    """The fleet, and a line that says how its workers are started."""
    from launchguard.load.process import LOOPBACK, free_port
    from launchguard.model.load_plan import Fleet

    host, port = bind or (LOOPBACK, 0)
    try:
        port = port or free_port(host)
    except OSError as error:
        raise click.UsageError(f"--master-bind: {host} is no address of this machine ({error})") from error
    shown = f"[{host}]" if ":" in host else host
    say(f"Start {workers} workers: launchguard worker --master {shown}:{port}", err=True)
    return Fleet(workers, host, port)


def _print_dry_run(
    session: "Session", request: "Request", journeys: "Mapping[str, Mapping[str, float]]", style: str
) -> None:
    from launchguard.cli.output import STDOUT, say, write_report
    from launchguard.dryrun import dry_run, render_json, render_text

    if style not in ("text", "json"):
        raise click.UsageError(f"--dry-run knows the formats text and json, not {style}")
    authority, notes = session.authority(request)
    for note in notes:
        say(note, err=True)
    runs = [
        dry_run(
            manifest, session.setup.checks, request, authority, users=journeys.get(manifest.campaign.load.journey, {})
        )
        for manifest in session.manifests
    ]
    write_report(STDOUT, render_json(runs) if style == "json" else render_text(runs))
