"""`launchguard check MANIFEST...`: everything that needs no network."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from launchguard.cli import options

if TYPE_CHECKING:
    from launchguard.cli.setup import Setup
    from launchguard.manifest import Manifest

OVERVIEW = (20, "Check manifests and plans, without any network.")


@click.command("check")
@options.manifests_argument
@options.config_option
@options.checks_option
@options.channels_option
@options.format_option
@options.output_option
@options.color_option
@options.traceback_option
def command(
    manifests: tuple[Path, ...],
    config_path: Path | None,
    check_folders: tuple[Path, ...],
    channel_folders: tuple[Path, ...],
    style: str,
    outputs: tuple[tuple[str, str], ...],
) -> None:
    """Check manifests without any network: every problem of the files, then the plan itself.

    Exit codes: 0 nothing blocks, 1 the plan has a problem that blocks, 2 a manifest cannot be used, 3 unknown.
    """
    import secrets
    from dataclasses import replace

    from launchguard.cli.reports import print_reports
    from launchguard.cli.setup import load_setup
    from launchguard.model.clock import Clock
    from launchguard.model.verdict import worst_exit_code
    from launchguard.run import Request, check_plan, neighbours_of, why_skipped

    setup = load_setup(config_path, check_folders, channel_folders)
    loaded = [_load(path, setup) for path in options.expand(manifests)]
    request = Request(seed=0, run_id=secrets.token_hex(6), smoke=False, load=False)
    clock = Clock.system()
    request = replace(request, neighbours=neighbours_of([one for one in loaded if one is not None], clock))
    verdicts = []
    for manifest in loaded:
        verdict = check_plan(manifest, setup.checks, request, clock=clock) if manifest is not None else None
        if verdict is not None:
            verdicts.append(verdict)
        elif manifest is not None:
            click.echo(why_skipped(manifest.campaign, clock), err=True)
    if verdicts:
        print_reports(verdicts, style, outputs)
    unusable = [2] if None in loaded else []
    raise click.exceptions.Exit(worst_exit_code([*unusable, *(verdict.exit_code for verdict in verdicts)]))


def _load(path: Path, setup: "Setup") -> "Manifest | None":
    """A manifest; None when it cannot be used, after every complaint was printed."""
    from launchguard.errors import ManifestError

    try:
        return setup.read(path)
    except ManifestError as error:
        error.show()
        return None
