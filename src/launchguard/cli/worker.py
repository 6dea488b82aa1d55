"""`launchguard worker --master HOST:PORT`: send a part of another machine's load."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from launchguard.cli import options
from launchguard.cli.output import say, say_lines
from launchguard.words import exact

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from launchguard.authorize import Grant
    from launchguard.load.workers.policy import WorkerPolicy
    from launchguard.model.load_plan import LoadPlan
    from launchguard.run import Request
    from launchguard.run.authority import Authority

OVERVIEW = (110, "Send a part of another machine's load, as its worker.")

DEFAULT_WAIT_S = 60.0
FILE = click.Path(exists=True, dir_okay=False, resolve_path=True)


@click.command("worker")
@click.option(
    "--master", type=options.WorkerAddress(), required=True, help="What `launchguard run --expect-workers` printed."
)
@click.option(
    "--loopback-origin",
    "loopback_origins",
    metavar="ORIGIN",
    multiple=True,
    help="A server on this machine that a master may load, like http://127.0.0.1:3000; repeatable.",
)
@click.option("--journey", type=FILE, help="This machine's copy of the run's journey; a worker takes no code.")
@click.option("--data", type=FILE, help="This machine's copy of the journey's data.")
@click.option("--assets", is_flag=True, help="Let visits fetch scripts, styles and images, where a run wants that.")
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
    journey: str | None,
    data: str | None,
    assets: bool,
    production: bool,
    during_campaign: bool,
    repository: str,
    wait_s: float,
    config_path: Path | None,
) -> None:
    """Send a part of the load of `launchguard run --expect-workers`, one run after another.

    A worker decides by its own .launchguard.yml which hosts it loads and which of its secrets they get, and takes
    nobody's word for it. It needs the same version of LaunchGuard as its master.
    """
    import os
    import threading

    from launchguard.cli.authority import make_authority
    from launchguard.errors import LaunchGuardError
    from launchguard.load.workers.policy import WorkerPolicy
    from launchguard.manifest import load_config
    from launchguard.run import Request

    if data and not journey:
        raise click.UsageError("--data is read by a journey; name it with --journey")
    config = load_config(config_path)
    authority, notes = make_authority(config, (), (), repository)
    for note in notes:
        say(note, err=True)
    request = Request(seed=0, run_id="", production=production, during_campaign=during_campaign)
    accept = _accept(authority, request, loopback_origins)
    terms = WorkerPolicy(accept, journey or "", data or "", assets, config.secrets, os.environ)
    interrupt = threading.Event()
    try:
        _work(master, terms, wait_s, interrupt)
    except LaunchGuardError as error:
        # What a master or a journey's code says may hold anything.
        raise type(error)(_redacted(error.message, terms), hint=_redacted(error.hint, terms)) from None
    if interrupt.is_set():
        raise click.exceptions.Exit(130)
    say(f"No master had a plan for {exact(wait_s)} s.", err=True)


def _work(master: tuple[str, int], terms: "WorkerPolicy", wait_s: float, interrupt: "threading.Event") -> None:
    """Look the journey through, then serve the master until there is nothing more to do."""
    from launchguard.load.journeys.journey_check import check_journey
    from launchguard.load.supervise import signals_set
    from launchguard.load.workers.serving import serve

    if terms.journey:
        check_journey(terms.journey, terms.data)
    host, port = master
    say(f"Waiting for the master at {host}:{port}.", err=True)
    with signals_set(interrupt):
        serve(
            host,
            port,
            terms,
            wait_s=wait_s,
            interrupt=interrupt,
            tell=lambda text: say_lines(_redacted(text, terms).replace("\n", "\n  "), err=True),
        )


def _redacted(text: str, terms: "WorkerPolicy") -> str:
    """A text without secrets."""
    from launchguard.words.redaction import redact

    return redact(text, terms.secrets)


def _accept(
    authority: "Authority", request: "Request", loopback_origins: "Sequence[str]"
) -> "Callable[[LoadPlan], list[Grant]]":
    """Grants by this machine's configuration; a loopback origin counts only when the user named it here."""
    from launchguard.authorize import origin_of, origins_of
    from launchguard.errors import AuthorizationError
    from launchguard.run.authority import granted
    from launchguard.web.addresses import may_be_loopback
    from launchguard.web.hosts import host_of

    try:
        named = {origin_of(origin) for origin in loopback_origins}
    except ValueError as error:
        raise click.UsageError(f"--loopback-origin: {error}") from error

    def accept(plan: "LoadPlan") -> "list[Grant]":
        for origin in origins_of(plan):
            if may_be_loopback(host_of(origin)) and origin not in named:
                raise AuthorizationError(
                    f"{origin} is a server on the worker's own machine",
                    hint=f"If it may be loaded, start the worker with --loopback-origin {origin}",
                )
        return granted(authority.answers(plan, request))

    return accept
