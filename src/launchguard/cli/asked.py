"""What `run` and `check` were asked for: the manifests that can be read, and a row for everything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from launchguard.cli import options
from launchguard.cli.output import show_error
from launchguard.cli.setup import Setup
from launchguard.errors import LaunchGuardError, ManifestError
from launchguard.manifest import Manifest
from launchguard.model.campaign import Campaign
from launchguard.model.clock import Clock
from launchguard.model.result import NotJudged, State
from launchguard.run import why_skipped
from launchguard.trust.weigh import against_base
from launchguard.words import plural

OVER = 2
"""The exit code of a campaign that is over and was named alone."""
CAMPAIGNS = Path("campaigns")
"""Where `init` writes manifests."""
REMOVE_IT = "move its `ends` if it still runs, or remove the manifest from what is judged"


@dataclass(frozen=True)
class AskedManifests:
    """The manifests in the order of asking, and a row for each that cannot be read.

    `named` is whether a single file was named, so that its end is an error; `notes` are what a base does not allow.
    `excerpts` are lines of the files, by the problem that is there.
    """

    manifests: tuple[Manifest, ...]
    unreadable: tuple[NotJudged, ...] = ()
    problems: tuple[str, ...] = ()
    excerpts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    named: bool = False

    @property
    def files(self) -> list[Path]:
        """Every manifest that was asked for, readable or not."""
        return [
            Path(path) for path in (*(one.path for one in self.manifests), *(row.manifest for row in self.unreadable))
        ]

    def show(self) -> None:
        """Print every complaint about what cannot be read, one a line, so that editors can jump to them."""
        if self.problems:
            show_error(self.refusal())

    def refusal(self) -> ManifestError:
        """All of them as one error."""
        return ManifestError(list(self.problems), excerpts=self.excerpts)


def or_campaigns(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The arguments, or the folder where manifests stand when there are none. Raises LaunchGuardError without one."""
    if paths:
        return paths
    if not CAMPAIGNS.is_dir():
        hint = "Name a manifest or a folder, or let `launchguard init` write the first one."
        raise LaunchGuardError(f"no manifest was named, and there is no folder {CAMPAIGNS}/ here", hint=hint)
    return (CAMPAIGNS,)


def over_row(path: str, campaign: Campaign, clock: Clock, *, named: bool) -> NotJudged | None:
    """The row of a campaign that is over; None for one that is not."""
    ended = why_skipped(campaign, clock)
    if not ended:
        return None
    why = f"{ended}; {REMOVE_IT}" if named else ended
    return NotJudged(path, State.OVER, why, OVER if named else 0)


def read_asked(
    paths: Sequence[Path], setup: Setup, base: Path | None = None, *, now: datetime, listed: bool = False
) -> AskedManifests:
    """Read what the arguments name. With a `base` folder only what it allows of waivers and approvals counts.

    `listed` says that a program made the list, so that a single file in it was not named by anybody. Raises
    LaunchGuardError when the arguments name nothing.
    """
    manifests, rows, problems, notes = [], [], [], []
    excerpts: dict[str, str] = {}
    for path in options.expand(paths):
        try:
            manifest = setup.read(path)
        except ManifestError as error:
            rows.append(NotJudged(str(path), State.UNREADABLE, _first(error), error.exit_code))
            problems += error.problems
            excerpts |= error.excerpts
            continue
        if base:
            manifest, dropped = against_base(manifest, base, setup.config, setup.checks, setup.kinds, now)
            notes += dropped
        manifests.append(manifest)
    named = not listed and len(paths) == 1 and paths[0].is_file()
    return AskedManifests(tuple(manifests), tuple(rows), tuple(problems), excerpts, tuple(notes), named)


def row_of_error(path: str, state: State, error: BaseException) -> NotJudged:
    """The row of a manifest whose judging an error ended."""
    if isinstance(error, LaunchGuardError):
        return NotJudged(path, state, error.message.splitlines()[0], error.exit_code)
    if isinstance(error, KeyboardInterrupt):
        return NotJudged(path, state, "the run was interrupted before it could be judged", 130)
    return NotJudged(path, state, f"LaunchGuard itself failed: {type(error).__name__}: {error}", 3)


def _first(error: ManifestError) -> str:
    more = len(error.problems) - 1
    return error.problems[0] + (f" (and {plural(more, 'more problem')})" if more else "")
