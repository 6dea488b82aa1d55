"""The two answers about an origin: a grant with its bounds, or a refusal with what would change it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """An origin that may receive load: at most `max_rate_per_s` visits (None: no cap), to these addresses only.

    `max_requests_per_s` are the requests that it may receive, the files of its pages included; None where nobody said.
    `why` is who says so. `by_redirect` marks an origin that no page names, but that its pages may redirect to.
    `closed` is why no redirect may lead there all the same, "" where it may: visits that begin there are the only ones
    then, so an origin that no page names gets none. `production` and `hours` ("" for every hour) are the terms that
    held when this was granted. Visitors hold at most `max_connections` open there (None: no cap).
    """

    origin: str
    addresses: tuple[str, ...]
    max_rate_per_s: float | None
    why: str
    by_redirect: bool = False
    production: bool = False
    hours: str = ""
    closed: str = ""
    max_requests_per_s: float | None = None
    max_connections: int | None = None

    @property
    def reachable(self) -> bool:
        """Whether any visit of the plan may come to this origin."""
        return not (self.by_redirect and self.closed)


@dataclass(frozen=True)
class Refusal:
    """An origin that gets no load: why, and what to write where to change that."""

    origin: str
    reason: str
    fix: str


Answer = Grant | Refusal
