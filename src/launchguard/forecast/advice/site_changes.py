"""Changes of the site that unblock: a lighter page, a cache, more capacity."""

import math

from launchguard.forecast.advice.case import Case
from launchguard.forecast.arithmetic import SiteFigures, lighter_page_words
from launchguard.model.capacity import Advice
from launchguard.words import per_second, percent


def lighter_page(case: Case, site: SiteFigures) -> Advice | None:
    peak = case.peaks(case.forecast)[0]
    text = lighter_page_words(peak, site)
    return Advice(channel="", change="page weight", text=text, peak_after_per_s=peak) if text else None


def cache_ratio_needed(needed_per_s: float, allowed_per_s: float) -> float:
    """The share (0-1) of the visits that a cache must answer so that the origin gets no more than it holds."""
    return max(0.0, 1 - allowed_per_s / needed_per_s) if needed_per_s > 0 else 0.0


def cache(case: Case) -> Advice | None:
    """For an origin that answers something: no cache replaces one that answers nothing."""
    needed, allowed = case.needed(case.forecast), case.goal.allowed_per_s
    if allowed <= 0:
        return None
    ratio = math.ceil(cache_ratio_needed(needed, allowed) * 1000) / 1000
    return Advice(
        channel="",
        change=f"cache hit ratio: at least {percent(ratio)}",
        text=f"Let a cache answer {percent(ratio)} of the visits: of {per_second(needed)}, the "
        f"{per_second(needed * (1 - ratio))} that are left are within the {per_second(allowed)} that the site holds.",
        peak_after_per_s=case.peaks(case.forecast)[0],
    )


def _rounded_up(rate_per_s: float) -> float:
    """Three digits as the report shows them, and never less than what is needed."""
    if rate_per_s <= 0:
        return 0.0
    step = min(1.0, 10.0 ** (math.floor(math.log10(rate_per_s)) - 2))
    return math.ceil(round(rate_per_s / step, 6)) * step


def capacity(case: Case) -> Advice:
    needed = _rounded_up(case.needed(case.forecast))
    return Advice(
        channel="",
        change=f"capacity: {per_second(needed)}",
        text=f"Or give the site more capacity: the plan as it stands needs {per_second(needed)}, and "
        f"{per_second(case.goal.allowed_per_s)} is what it holds.",
        peak_after_per_s=case.peaks(case.forecast)[0],
    )
