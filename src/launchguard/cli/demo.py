"""`launchguard demo`: the main job on real input, against a site that comes along."""

import click

from launchguard.cli import options
from launchguard.cli.output import say

OVERVIEW = (90, "See a launch that holds and one that does not.")


@click.command("demo")
@options.seed_option
@options.color_option
@options.traceback_option
def command(seed: int | None) -> None:
    """See a launch that holds and one that does not, against an embedded site that serves 60 visits/s.

    Exit code 0 when both verdicts are the right ones.
    """
    import tempfile
    from dataclasses import replace
    from pathlib import Path

    from launchguard import demo
    from launchguard.cli.session import open_run_session, run_session
    from launchguard.cli.setup import load_setup
    from launchguard.model.clock import Clock
    from launchguard.run import Request
    from launchguard.site import landing_site

    with (
        tempfile.TemporaryDirectory(prefix="launchguard-demo-") as name,
        landing_site(capacity_per_s=demo.CAPACITY_PER_S) as site,
    ):
        say(f"An embedded site serves {demo.CAPACITY_PER_S} visits/s at {site.url}; two campaigns want to launch.")
        demo.write_manifests(Path(name), site.url, Clock.system().now)
        session = open_run_session([Path(name) / f"{stem}.yml" for stem in demo.NAMES], load_setup(None))
        named = tuple(replace(manifest, path=Path(manifest.path).name) for manifest in session.manifests)
        session = replace(session, asked=replace(session.asked, manifests=named))
        request = Request(seed=1 if seed is None else seed, run_id="demo")
        code = run_session(session, request, style="text", outputs=(), settle=demo.settled)
    raise click.exceptions.Exit(code)
