"""A change that takes manifests away, where the base asks for an approval of what loosens."""

from collections.abc import Collection
from dataclasses import replace

from launchguard.github.result import Problem, Result
from launchguard.model.campaign import RepositoryConfig
from launchguard.words.hostile import clip

EXIT_UNKNOWN = 3


def held_back(result: Result, config: RepositoryConfig, approved: Collection[str]) -> Result:
    """The result, not green any more where manifests went without the approval that the base's `config` asks for."""
    if not result.gone or config.loosening != "approval" or approved:
        return result
    who = f" by {' or '.join(config.approvers)}" if config.approvers else ""
    problems = [
        Problem("error", "loosening", f"{clip(text, 400)}; that needs an approval{who}") for text in result.gone
    ]
    green = result.exit_code == 0
    decision, code = ("unknown", EXIT_UNKNOWN) if green else (result.decision, result.exit_code)
    return replace(result, decision=decision, exit_code=code, problems=(*result.problems, *problems), note="")
