"""What the levels of a search show, however it ended."""

from dataclasses import dataclass

from launchguard.load.capacity.search import CapacityScope, bracket
from launchguard.model.capacity import Capacity, Level
from launchguard.words import number


@dataclass(frozen=True)
class End:
    """Why a search ended before its interval was narrow, and what would help; `void`: no figure can be trusted."""

    reason: str
    fix: str = ""
    void: bool = False


def conclude_search(scope: CapacityScope, levels: tuple[Level, ...], end: End | None, *, partial: bool) -> Capacity:
    """The capacity that these levels show."""
    results = {level.offered_per_s: level.holds for level in levels}
    held, unproven = bracket(results)
    broke = min((rate for rate, holds in results.items() if holds is False), default=None)
    words = next((level.broke for level in reversed(levels) if level.offered_per_s == broke), "")
    if end is None:
        end = _why_open(scope, held, unproven, broke)
    rate = None if end is not None and end.void else held
    reason, fix = (end.reason, end.fix) if end is not None else ("", "")
    return Capacity(rate, held, broke, words, levels, reason=reason, fix=fix, partial=partial)


def _why_open(scope: CapacityScope, held: float | None, unproven: float | None, broke: float | None) -> End | None:
    """Why a search that ran its course leaves its question open; None when it does not."""
    if unproven is not None and unproven != broke:
        return End(
            f"{number(unproven)} visits/s were too close to call", "Bring the site clear of its limit, or repeat."
        )
    if held is None and broke is not None:
        return End(f"no level held, down to {number(broke)} visits/s")
    if unproven is None and scope.cut:
        most = f"{number(scope.largest_per_s)} visits/s"
        return End(f"no more than {most} may be sent", "Raise max_rate under load.hosts in .launchguard.yml.")
    return None
