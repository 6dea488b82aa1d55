"""`launchguard run MANIFEST...`: forecast, pages, load, verdict."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from launchguard.cli import options

if TYPE_CHECKING:
    from launchguard.cli.session import Session
    from launchguard.run import Request


@click.command("run")
@options.manifests_argument
@click.option("--smoke-only", is_flag=True, help="Look at the pages and the plan; send no load.")
@click.option("--load-only", is_flag=True, help="Send the load; do not look at the pages.")
@click.option("--only", multiple=True, metavar="CHECK", help="Judge this check only; repeatable.")
@click.option("--skip", multiple=True, metavar="CHECK", help="Leave this check out; repeatable.")
@click.option("--base-url", metavar="ORIGIN", default="", help="Run against a preview, like http://127.0.0.1:3000.")
@click.option("--production", is_flag=True, help="Allow load on production hosts, as .launchguard.yml allows it.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent where, and send nothing.")
@options.config_option
@options.base_option
@options.checks_option
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
    dry_run: bool,
    config_path: Path | None,
    base: Path | None,
    check_folders: tuple[Path, ...],
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
    from launchguard.cli.session import open_session, run_session
    from launchguard.run import refuse_unknown_ids

    request = replace(_request(smoke_only, load_only, only, skip, base_url, seed), production=production)
    session = open_session(manifests, config_path, check_folders, base)
    refuse_unknown_ids(request, session.checks)
    if dry_run:
        _print_dry_run(session, request)
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


def _print_dry_run(session: "Session", request: "Request") -> None:
    from launchguard.cli.output import STDOUT, write_report
    from launchguard.dryrun import describe

    texts = [
        describe(manifest, session.config, session.checks, request, session.clock) for manifest in session.manifests
    ]
    write_report(STDOUT, "\n\n".join(texts))
