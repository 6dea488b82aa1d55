"""What came of each manifest so far: at any moment a result in which everything asked for has its row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from launchguard.cli.asked import AskedManifests, over_row, row_of_error
from launchguard.manifest import Manifest
from launchguard.model.clock import Clock
from launchguard.model.result import NotJudged, RunResult, State
from launchguard.model.verdict import Verdict

KILLED = 130
"""What reports say for a process that was killed; its own code, 137, comes from whoever killed it."""
ANOTHER_UNREADABLE = "nothing was sent, because another manifest cannot be read"


@dataclass
class Ledger:
    """The verdicts and rows of one command, in the order of asking."""

    manifests: Sequence[Manifest]
    named: bool
    verdicts: list[Verdict] = field(default_factory=list)
    rows: list[NotJudged] = field(default_factory=list)
    done: int = 0

    @classmethod
    def of(cls, asked: AskedManifests) -> "Ledger":
        """An empty one, with the rows of what cannot be read."""
        return cls(asked.manifests, asked.named, rows=list(asked.unreadable))

    def enter(self, verdict: Verdict | None, clock: Clock) -> None:
        """Take down what became of the next manifest; None is a campaign that is over."""
        manifest = self.manifests[self.done]
        self.done += 1
        if verdict is not None:
            self.verdicts.append(verdict)
            return
        row = over_row(manifest.path, manifest.campaign, clock, named=self.named)
        assert row is not None
        self.rows.append(row)

    def close(self, why: str, exit_code: int, state: State = State.NOT_REACHED) -> None:
        """Give every manifest that is left the same row."""
        self.rows += self._left(NotJudged("", state, why, exit_code))
        self.done = len(self.manifests)

    def close_by(self, error: BaseException, *, judging: bool) -> None:
        """Close it after an error, which met the next manifest while it was being judged, or all of them before."""
        if judging and self.done < len(self.manifests):
            state = State.INTERRUPTED if isinstance(error, KeyboardInterrupt) else State.FAILED
            self.rows.append(row_of_error(self.manifests[self.done].path, state, error))
            self.done += 1
        rest = row_of_error("", State.NOT_REACHED, error)
        self.close(rest.why, rest.exit_code)

    def standing(self, doing: str) -> RunResult:
        """What is to be said when nothing more is heard of this process, which was last seen `doing` something."""
        why = f"the run has not ended by itself: it was killed, or is still under way; last seen {doing}"
        left = list(self._left(NotJudged("", State.NOT_REACHED, "the run was killed, or has not come to it", KILLED)))
        if left:
            left[0] = replace(left[0], state=State.INTERRUPTED, why=why)
        return RunResult(tuple(self.verdicts), (*self.rows, *left), ends_with=KILLED)

    def result(self) -> RunResult:
        """Everything that has come of it."""
        return RunResult(tuple(self.verdicts), tuple(self.rows))

    def _left(self, row: NotJudged) -> Iterable[NotJudged]:
        return [replace(row, manifest=manifest.path) for manifest in self.manifests[self.done :]]
