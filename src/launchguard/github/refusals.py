"""What a refusal of GitHub's API means: each kind has words of its own, because each has a cure of its own."""

from launchguard.errors import GitHubError
from launchguard.words import duration


def refusal_in_words(error: GitHubError, needs: str) -> str:
    """What GitHub said and what to do about it; `needs` is the permission that the call asks for."""
    return f"{error.message}: {_meaning(error, needs)}"


def _meaning(error: GitHubError, needs: str) -> str:
    if error.limited_s is not None:
        return f"GitHub's rate limit is used up for another {duration(error.limited_s)}; run the job again then"
    if error.status == 0:
        return "GitHub's API gave no answer"
    if error.status >= 500:
        return "GitHub itself failed, several times; run the job again"
    meanings = {
        401: "the token is not valid, or not any more",
        403: f"the token may not; it needs `{needs}`, which forks and Dependabot do not get",
        404: f"GitHub shows this token nothing there; it needs `{needs}`",
    }
    return meanings.get(error.status, "GitHub did not take what was sent")
