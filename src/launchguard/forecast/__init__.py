"""The forecast: from what marketing plans to visits per second, and to the smallest change that makes it hold."""

from launchguard.forecast.advice.unblock import advise
from launchguard.forecast.total import forecast_campaign

__all__ = ["advise", "forecast_campaign"]
