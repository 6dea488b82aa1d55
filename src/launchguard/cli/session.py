"""What `run` and `demo` share: manifests in, verdicts out, one exit code."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from launchguard.cli.alarm import ended_by
from launchguard.cli.asked import AskedManifests, read_asked
from launchguard.cli.authority import make_authority
from launchguard.cli.interim import Interim
from launchguard.cli.ledger import ANOTHER_UNREADABLE, Ledger
from launchguard.cli.progress import Handle, progress
from launchguard.cli.reports import print_reports, refuse_unwritable
from launchguard.cli.setup import Setup
from launchguard.errors import ManifestError
from launchguard.load.journeys.journey_check import check_journey
from launchguard.load.loaded import LoadedHosts
from launchguard.manifest import Manifest
from launchguard.model.clock import Clock
from launchguard.model.events import Finished, Noticed
from launchguard.run import Request, judged_now, neighbours_of, run_campaign
from launchguard.run.authority import Authority
from launchguard.run.timing import sum_of_times, time_of
from launchguard.run.wiring import make_tools, secrets_of
from launchguard.system.signals import handled
from launchguard.words import plural

INTERRUPTED, UNKNOWN = 130, 3


@dataclass(frozen=True)
class Session:
    """All that a command works with, loaded and complained about before anything is sent.

    `based` says that the configuration is the base branch's.
    """

    asked: AskedManifests
    setup: Setup
    clock: Clock
    repository: str = ""
    based: bool = False

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """Those that can be read."""
        return self.asked.manifests

    def refuse_unreadable(self) -> None:
        """Raise ManifestError with every complaint about every manifest that cannot be read."""
        if self.asked.problems:
            raise self.asked.refusal()

    def check_journeys(self) -> dict[str, dict[str, float]]:
        """Each journey's User classes with their shares, by its file. Raises JourneyError for the first bad one."""
        loads = [manifest.campaign.load for manifest in self.manifests]
        return {load.journey: check_journey(load.journey, load.data) for load in loads if load.journey}

    def authority(self, request: Request) -> tuple[Authority, list[str]]:
        """Who decides about load, and notes about what could not be looked at; without load nobody is asked."""
        if not request.load:
            return Authority(self.setup.config, lambda: self.clock.now, only_listed=self.based), []
        campaigns = [manifest.campaign for manifest in self.manifests]
        given = [Path(manifest.path) for manifest in self.manifests]
        authority, notes = make_authority(self.setup.config, campaigns, given, self.repository)
        return replace(authority, only_listed=self.based), notes


def open_run_session(
    paths: Sequence[Path], setup: Setup, base: Path | None = None, repository: str = "", *, listed: bool = False
) -> Session:
    """Read the manifests (see `read_asked`). `repository` (owner/name) is what a host may name to allow load."""
    clock = Clock.system()
    asked = read_asked(paths, setup, base, listed=listed, now=clock.now)
    return Session(asked, setup, clock, repository, based=base is not None)


class Interrupts:
    """Ctrl-C and SIGTERM interrupt the work once; what follows that, and the report, they leave alone.

    The third signal gets through whatever is going on, so that nothing can hang for good.
    """

    def __init__(self) -> None:
        self.count = 0
        self.armed = True

    def __call__(self, _number: int, _frame: object) -> None:
        """Handle a signal."""
        self.count += 1
        if self.armed or self.count > 2:
            self.armed = False
            raise KeyboardInterrupt


def run_session(
    session: Session,
    request: Request,
    *,
    style: str,
    outputs: Sequence[tuple[str, str]],
    quiet: bool = False,
    verbose: bool = False,
    settle: Callable[[int], int] | None = None,
) -> int:
    """Run every campaign, write the reports, and give the exit code; `settle` makes another one of the worst.

    An interrupt, and an error on the way, end the loop and not the report of what is there already. Where a manifest
    cannot be read, nothing is sent for any.
    """
    refuse_unwritable(outputs)
    request = replace(request, neighbours=neighbours_of(session.manifests, session.clock))
    ledger, interrupts = Ledger.of(session.asked), Interrupts()
    secrets = [text for manifest in session.manifests for text in secrets_of(manifest.campaign, os.environ)]
    code = INTERRUPTED
    with handled(interrupts):
        try:
            with progress(quiet, verbose, color=_color()) as drawn:
                if session.asked.unreadable:
                    session.asked.show()
                    ledger.close(ANOTHER_UNREADABLE, ManifestError.exit_code)
                else:
                    interim = Interim(ledger, outputs, secrets)
                    interim.write()
                    handle = interim.watching(drawn)
                    with ended_by(request.budget):
                        _judge_all(session, request, ledger, interrupts, handle)
        finally:
            interrupts.armed = False
            result = ledger.result()
            if interrupts.count and not _is_over(request) and result.worst != INTERRUPTED:
                result = replace(result, ends_with=INTERRUPTED)
            elif settle is not None:
                result = replace(result, ends_with=settle(result.worst))
            code = print_reports(result, style, outputs, secrets)
    return code


def _judge_all(session: Session, request: Request, ledger: Ledger, interrupts: "Interrupts", handle: Handle) -> None:
    """Enter what became of every manifest. Whatever is raised closes the ledger and goes on."""
    judging = False
    try:
        authority, notes = session.authority(request)
        loaded = LoadedHosts()
        tools = [make_tools(manifest.campaign, authority, os.environ, loaded) for manifest in session.manifests]
        for note in (*session.asked.notes, *notes):
            handle(Noticed(note))
        handle(Noticed(_takes(session, request)))
        judging = True
        for manifest, tool in zip(session.manifests, tools, strict=True):
            verdict = run_campaign(
                manifest, session.setup.checks, request, clock=session.clock, tools=tool, emit=handle
            )
            ledger.enter(verdict, session.clock)
            if verdict is not None:
                handle(Finished(verdict))
            if _is_over(request):
                ledger.close(_used_up(request), UNKNOWN)
                return
            if interrupts.count or (verdict is not None and verdict.partial):
                ledger.close("the run was interrupted before it", INTERRUPTED)
                return
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and _is_over(request):
            ledger.close(_used_up(request), UNKNOWN)
        ledger.close_by(error, judging=judging)
        raise


def _takes(session: Session, request: Request) -> str:
    """How long the run takes, in a sentence for the time before it."""
    checks = session.setup.checks
    campaigns = [manifest.campaign for manifest in session.manifests]
    judged = [campaign for campaign in campaigns if judged_now(campaign, session.clock)]
    whole = sum_of_times(time_of(campaign, checks, request) for campaign in judged)
    bound = f"; it ends within {request.budget.words}" if request.budget is not None else ""
    return f"{plural(len(judged), 'campaign')}: {whole.words}{bound}"


def _used_up(request: Request) -> str:
    assert request.budget is not None
    return f"{request.budget.words} was used up before it"


def _is_over(request: Request) -> bool:
    """Whether the budget of time has ended the run, or is used up."""
    return request.budget is not None and (request.budget.ended or not request.budget.left_s)


def _color() -> bool | None:
    """False after --no-color; None leaves it to the terminal."""
    context = click.get_current_context(silent=True)
    return False if context is not None and context.color is False else None
