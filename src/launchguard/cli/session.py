"""What `run` and `demo` share: manifests in, verdicts out, one exit code."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from launchguard.cli import options
from launchguard.cli.authority import make_authority
from launchguard.cli.progress import progress
from launchguard.cli.reports import print_reports, refuse_unwritable
from launchguard.cli.setup import Setup
from launchguard.errors import ManifestError
from launchguard.load.journeys.journey_check import check_journey
from launchguard.load.loaded import LoadedHosts
from launchguard.manifest import Manifest
from launchguard.model.clock import Clock
from launchguard.model.events import Finished, Noticed
from launchguard.model.verdict import Verdict, worst_exit_code
from launchguard.run import Request, neighbours_of, run_campaign, why_skipped
from launchguard.run.authority import Authority
from launchguard.run.wiring import make_tools, secrets_of
from launchguard.system.signals import handled
from launchguard.trust.weigh import against_base


@dataclass(frozen=True)
class Session:
    """All that a command works with, loaded and complained about before anything is sent."""

    manifests: tuple[Manifest, ...]
    setup: Setup
    clock: Clock
    notes: tuple[str, ...] = ()
    repository: str = ""

    def check_journeys(self) -> dict[str, dict[str, float]]:
        """Each journey's User classes with their shares, by its file. Raises JourneyError for the first bad one."""
        loads = [manifest.campaign.load for manifest in self.manifests]
        return {load.journey: check_journey(load.journey, load.data) for load in loads if load.journey}

    def authority(self, request: Request) -> tuple[Authority, list[str]]:
        """Who decides about load, and notes about what could not be looked at; without load nobody is asked."""
        if not request.load:
            return Authority(self.setup.config, lambda: self.clock.now), []
        campaigns = [manifest.campaign for manifest in self.manifests]
        given = [Path(manifest.path) for manifest in self.manifests]
        return make_authority(self.setup.config, campaigns, given, self.repository)


def open_run_session(paths: Sequence[Path], setup: Setup, base: Path | None = None, repository: str = "") -> Session:
    """Load the manifests. Raises ManifestError with every complaint about every one: nothing is sent before.

    With a `base` folder only what it allows of the manifests' waivers and approvals counts. `repository` (owner/name)
    is what a host may name to allow load.
    """
    manifests, problems, notes = [], [], []
    clock = Clock.system()
    for path in options.expand(paths):
        try:
            manifest = setup.read(path)
            if base:
                manifest, dropped = against_base(manifest, base, setup.config, setup.checks, setup.kinds, clock.now)
                notes += dropped
            manifests.append(manifest)
        except ManifestError as error:
            problems += error.problems
    if problems:
        raise ManifestError(problems)
    return Session(tuple(manifests), setup, clock, tuple(notes), repository)


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
) -> int:
    """Run every campaign, write the reports, and give the exit code.

    An interrupt, and an error on the way, end the loop and not the report of what is there already.
    """
    refuse_unwritable(outputs)
    request = replace(request, neighbours=neighbours_of(session.manifests, session.clock))
    authority, notes = session.authority(request)
    loaded = LoadedHosts()
    tools = [make_tools(manifest.campaign, authority, os.environ, loaded) for manifest in session.manifests]
    secrets = [text for manifest in session.manifests for text in secrets_of(manifest.campaign, os.environ)]
    verdicts: list[Verdict] = []
    interrupts = Interrupts()
    with handled(interrupts):
        try:
            with progress(quiet, verbose, color=_color()) as handle:
                for note in (*session.notes, *notes):
                    handle(Noticed(note))
                for manifest, tool in zip(session.manifests, tools, strict=True):
                    verdict = run_campaign(
                        manifest, session.setup.checks, request, clock=session.clock, tools=tool, emit=handle
                    )
                    if verdict is not None:
                        verdicts.append(verdict)
                        handle(Finished(verdict))
                    if interrupts.count or (verdict is not None and verdict.partial):
                        break
        finally:
            interrupts.armed = False
            if verdicts or style != "text":
                print_reports(verdicts, style, outputs, secrets)
            else:
                _say_nothing_judged(session)
    interrupted = [130] if interrupts.count else []
    return worst_exit_code([*interrupted, *(verdict.exit_code for verdict in verdicts)])


def _say_nothing_judged(session: Session) -> None:
    """One line where a verdict would stand, so that silence is never taken for GO."""
    reasons = [why_skipped(manifest.campaign, session.clock) for manifest in session.manifests]
    click.echo("Nothing was judged. " + "; ".join(reason for reason in reasons if reason))


def _color() -> bool | None:
    """False after --no-color; None leaves it to the terminal."""
    context = click.get_current_context(silent=True)
    return False if context is not None and context.color is False else None
