"""All that one command was asked for, and what came of it: the verdicts, what could not be judged, one exit code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import overload

from launchguard.model.verdict import Verdict, worst_exit_code, worst_order
from launchguard.words import plural

UNWRITTEN = 2
"""The exit code of a report that could not be written: as of any destination that cannot be used."""


class State(StrEnum):
    """Why there is no verdict on a manifest; the strings are those of the JSON report."""

    UNREADABLE = "unreadable"
    OVER = "over"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    NOT_REACHED = "not-reached"

    @property
    def words(self) -> str:
        """As a table says it."""
        return {"unreadable": "cannot be read", "over": "is over", "not-reached": "not reached"}.get(self, self.value)


@dataclass(frozen=True)
class NotJudged:
    """A manifest that was asked for and got no verdict; `why` is a sentence, `exit_code` its part in the run's."""

    manifest: str
    state: State
    why: str
    exit_code: int


@dataclass(frozen=True)
class RunResult(Sequence[Verdict]):
    """What a report tells of one command: a sequence of its verdicts, with a row for everything else it was asked for.

    `problems` are sentences about the reports themselves; `ends_with` is the process's own exit code where that is not
    the worst of all (None: it is).
    """

    verdicts: tuple[Verdict, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    problems: tuple[str, ...] = ()
    ends_with: int | None = None

    @overload
    def __getitem__(self, index: int, /) -> Verdict: ...
    @overload
    def __getitem__(self, index: slice, /) -> tuple[Verdict, ...]: ...
    def __getitem__(self, index: int | slice, /) -> Verdict | tuple[Verdict, ...]:
        """A verdict by its place."""
        return self.verdicts[index]

    def __len__(self) -> int:
        """How many verdicts there are; `asked` counts the rest, too."""
        return len(self.verdicts)

    @property
    def asked(self) -> int:
        """How many manifests were asked for."""
        return len(self.verdicts) + len(self.not_judged)

    @property
    def worst(self) -> int:
        """The worst exit code of all that was asked for."""
        return worst_exit_code(self._codes())

    @property
    def exit_code(self) -> int:
        """The process's own."""
        return self.worst if self.ends_with is None else self.ends_with

    @property
    def note(self) -> str:
        """One sentence about what was not judged, for the first line; "" where the verdicts say it all."""
        if not self.verdicts and all(row.state is State.OVER and not row.exit_code for row in self.not_judged):
            return "every campaign is over: there is nothing to judge"
        stopping = [row for row in self.not_judged if row.exit_code]
        if not stopping:
            return ""
        first = min(stopping, key=lambda row: worst_order(row.exit_code))
        alone = "" if self.asked == 1 else f"{len(stopping)} of {plural(self.asked, 'manifest')} not judged: "
        where = "" if first.why.startswith(first.manifest) else f"{first.manifest}: "
        return f"{alone}{where}{first.why}"

    def _codes(self) -> Iterable[int]:
        yield from (verdict.exit_code for verdict in self.verdicts)
        yield from (row.exit_code for row in self.not_judged)
        yield from (UNWRITTEN for _ in self.problems)
