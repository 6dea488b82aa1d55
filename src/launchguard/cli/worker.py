"""`launchguard worker --master HOST:PORT`: send a part of another machine's load."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from launchguard.cli import options

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from launchguard.authorize import Grant
    from launchguard.model.load import LoadPlan
    from launchguard.run import Request
    from launchguard.tools import Authority

DEFAULT_WAIT_S = 60.0


@click.command("worker")
@click.option(
    "--master", type=options.Address(), required=True, help="What `launchguard run --expect-workers` printed."
)
@click.option(
    "--loopback-origin",
    "loopback_origins",
    metavar="ORIGIN",
    multiple=True,
    help="A server on this machine that a master may load, like http://127.0.0.1:3000; repeatable.",
)
@options.production_option
@options.during_option
@options.repository_option
@click.option(
    "--wait",
    "wait_s",
    metavar="SECONDS",
    type=click.FloatRange(1.0),
    default=DEFAULT_WAIT_S,
    show_default=True,
    help="End when no master has had a plan for so long.",
)
@options.config_option
@options.traceback_option
def command(
    master: tuple[str, int],
    loopback_origins: tuple[str, ...],
    production: bool,
    during_campaign: bool,
    repository: str,
    wait_s: float,
    config_path: Path | None,
) -> None:
    """Send a part of the load of `launchguard run --expect-workers`, one run after another.

    A worker decides by its own .launchguard.yml which hosts it loads, and takes nobody's word for it. It needs the
    same version of LaunchGuard as its master.
    """
    import threading

    from launchguard.cli.authority import make_authority
    from launchguard.load.conduct import signals_set
    from launchguard.load.workers.serving import serve
    from launchguard.manifest import load_config
    from launchguard.run import Request

    config = load_config(config_path)
    authority, notes = make_authority(config, (), (), repository)
    for note in notes:
        click.echo(note, err=True)
    request = Request(seed=0, run_id="", production=production, during_campaign=during_campaign)
    accept = _accept(authority, request, loopback_origins)
    interrupt = threading.Event()
    host, port = master
    click.echo(f"Waiting for the master at {host}:{port}.", err=True)
    with signals_set(interrupt):
        serve(host, port, accept, wait_s=wait_s, interrupt=interrupt, tell=lambda line: click.echo(line, err=True))
    if interrupt.is_set():
        raise click.exceptions.Exit(130)
    click.echo(f"No master had a plan for {wait_s:g} s.", err=True)


def _accept(
    authority: "Authority", request: "Request", loopback_origins: "Sequence[str]"
) -> "Callable[[LoadPlan], list[Grant]]":
    """Grants by this machine's configuration; a loopback origin counts only when the user named it here."""
    from urllib.parse import urlsplit

    from launchguard.authorize import origin_of, origins_of
    from launchguard.errors import AuthorizationError
    from launchguard.probe.addresses import is_loopback_host
    from launchguard.tools import granted

    try:
        named = {origin_of(origin) for origin in loopback_origins}
    except ValueError as error:
        raise click.UsageError(f"--loopback-origin: {error}") from error

    def accept(plan: "LoadPlan") -> "list[Grant]":
        for origin in origins_of(plan):
            if is_loopback_host(urlsplit(origin).hostname or "") and origin not in named:
                raise AuthorizationError(
                    f"{origin} is a server on the worker's own machine",
                    hint=f"If it may be loaded, start the worker with --loopback-origin {origin}",
                )
        return granted(authority.answers(plan, request))

    return accept
