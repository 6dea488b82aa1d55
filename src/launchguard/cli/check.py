"""`launchguard check [MANIFEST...]`: everything that needs no network."""

from pathlib import Path

import click

from launchguard.cli import options

OVERVIEW = (20, "Check manifests and plans, without any network.")


@click.command("check")
@options.manifests_or_folder_argument
@options.ended_option
@options.config_option
@options.checks_option
@options.channels_option
@options.format_option
@options.output_option
@options.color_option
@options.traceback_option
def command(
    manifests: tuple[Path, ...],
    allow_ended: bool,
    config_path: Path | None,
    check_folders: tuple[Path, ...],
    channel_folders: tuple[Path, ...],
    style: str,
    outputs: tuple[tuple[str, str], ...],
) -> None:
    """Check manifests without any network: every problem of the files, then the plan itself.

    Without an argument it takes the folder `campaigns`.

    Exit codes: 0 nothing blocks, 1 the plan has a problem that blocks, 2 a manifest cannot be used, 3 unknown.
    """
    import secrets

    from launchguard.cli.asked import or_campaigns, read_asked
    from launchguard.cli.ledger import Ledger
    from launchguard.cli.reports import print_reports, refuse_overwriting, refuse_unwritable
    from launchguard.cli.setup import load_setup
    from launchguard.model.clock import Clock
    from launchguard.run import Request, check_plan, neighbours_of

    refuse_unwritable(outputs)
    setup = load_setup(config_path, check_folders, channel_folders)
    clock = Clock.system()
    asked = read_asked(or_campaigns(manifests), setup, now=clock.now, listed=allow_ended)
    written = [path for _, path in outputs]
    refuse_overwriting(written, asked.files, setup.files(config_path, check_folders, channel_folders))
    asked.show()
    around = neighbours_of(asked.manifests, clock)
    request = Request(seed=0, run_id=secrets.token_hex(6), smoke=False, load=False, neighbours=around)
    ledger = Ledger.of(asked)
    for manifest in asked.manifests:
        ledger.enter(check_plan(manifest, setup.checks, request, clock=clock), clock)
    raise click.exceptions.Exit(print_reports(ledger.result(), style, outputs))
