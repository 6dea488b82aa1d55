"""How a number, a rate, a time, a host and hostile text are written for people."""

from launchguard.words.quantities import duration, multiple, per_second, percent, significant, whole

__all__ = ["duration", "multiple", "per_second", "percent", "significant", "whole"]
