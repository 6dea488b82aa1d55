"""Annotations on the manifest's own lines, within what GitHub shows of one step."""

from collections.abc import Iterator, Sequence

from launchguard.github.commands import workflow_command
from launchguard.github.result import Problem
from launchguard.words.hostile import clip, plain

MOST_PER_LEVEL = 10
"""GitHub shows the first ten errors and the first ten warnings of a step and drops the rest in silence.

Source: actions/toolkit, docs/problem-matchers.md, "Limitations".
"""

LONGEST = 1000


def annotations(problems: Sequence[Problem], *, prefix: str = "") -> Iterator[str]:
    """Yield workflow commands, errors first, then how many more there are; `prefix` leads to the manifests' folder."""
    more = []
    for level in ("error", "warning"):
        of_level = [problem for problem in problems if problem.level == level]
        for problem in of_level[:MOST_PER_LEVEL]:
            yield _annotation(problem, prefix)
        if len(of_level) > MOST_PER_LEVEL:
            left = len(of_level) - MOST_PER_LEVEL
            more.append(f"{left} more {level}{'s' if left > 1 else ''}")
    if more:
        yield workflow_command("notice", f"{' and '.join(more)}: see the job's summary.", title="LaunchGuard")


def _annotation(problem: Problem, prefix: str) -> str:
    parts = [problem.message, problem.why, f"Fix: {problem.fix}" if problem.fix else ""]
    title = f"{problem.check}: {problem.page}" if problem.page else problem.check
    return workflow_command(
        problem.level,
        clip(plain(" ".join(part for part in parts if part)), LONGEST),
        file=plain(prefix + problem.path) if problem.path else None,
        line=(problem.line or 1) if problem.path else None,
        col=problem.column,
        title=clip(plain(f"LaunchGuard {title}"), 200),
    )
