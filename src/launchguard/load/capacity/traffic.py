"""How the visits of a campaign are split over its pages in its peak second."""

from dataclasses import replace

from launchguard.load.schedule import make_schedule
from launchguard.model.forecast import Forecast
from launchguard.model.load_plan import LoadPlan


def peak_shares(forecast: Forecast) -> dict[str, float]:
    """Each page's part (0-1) of the visits that arrive in the peak second; {} when nobody arrives."""
    import numpy as np

    offset_s = forecast.peak_at.timestamp() - forecast.launch.timestamp()
    rates = {p.url: float(np.interp(offset_s, p.curve.offsets_s, p.curve.rates_per_s)) for p in forecast.pages}
    total = sum(rates.values())
    return {url: rate / total for url, rate in rates.items()} if total > 0 else {}


def at_peak_shares(plan: LoadPlan, forecast: Forecast) -> LoadPlan:
    """The plan with its visits split as the forecast has them at the peak."""
    shares = peak_shares(forecast)
    if len(plan.targets) < 2 or not shares:
        return plan
    changed = replace(plan, targets=tuple(replace(t, share=shares.get(t.page, 0.0)) for t in plan.targets))
    return replace(changed, schedule_sha256=make_schedule(changed).sha256)
