"""The shapes in which visits arrive: each maps seconds since an instant trigger to the share (0-1) that has arrived.

All are vectorised, rise from 0 to 1, are 0 before the trigger, take seconds and return a new array. They work in place
on it, because the memory for intermediate results would cost more than the arithmetic.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DAY_S = 86400.0
DAY_AMPLITUDE = 0.6
"""Peak over mean minus one of a day's traffic: peak-to-mean 1.6 and maximum over minimum 4 (robustperception.io)."""
BUSIEST_HOUR = 20.0


@dataclass(frozen=True)
class LogLogistic:
    """F(t) = 1 / (1 + (t/median)^-shape): clicks on a mail (Bonfrer and Dreze, Marketing Science 28(2), 2009)."""

    median_s: float
    shape: float

    def __call__(self, t: "Array") -> "Array":
        """The share that has arrived `t` seconds after the trigger."""
        import numpy as np

        power = np.maximum(t, 0.0)
        power /= self.median_s
        np.power(power, self.shape, out=power)
        power /= power + 1.0
        return power


@dataclass(frozen=True)
class Exponential:
    """F(t) = 1 - exp(-t/tau)."""

    tau_s: float

    def __call__(self, t: "Array") -> "Array":
        """The share that has arrived `t` seconds after the trigger."""
        import numpy as np

        left = np.maximum(t, 0.0)
        left /= -self.tau_s
        np.expm1(left, out=left)
        return np.negative(left, out=left)


@dataclass(frozen=True)
class Gamma:
    """The gamma distribution with this shape and scale (seconds)."""

    shape: float
    scale_s: float

    def __call__(self, t: "Array") -> "Array":
        """The share that has arrived `t` seconds after the trigger."""
        import numpy as np

        from launchguard.numbers.special import gamma_p

        return gamma_p(self.shape, np.maximum(t, 0.0) / self.scale_s)


@dataclass(frozen=True)
class Seismic:
    """The memory kernel of shared posts: constant for five minutes, then t^-(1+theta) (Zhao et al., KDD 2015)."""

    flat_s: float = 300.0
    density_per_s: float = 6.265725e-4
    theta: float = 0.2314843

    def __call__(self, t: "Array") -> "Array":
        """The share that has arrived `t` seconds after the trigger."""
        import numpy as np

        tail = self.density_per_s * self.flat_s / self.theta
        whole = self.density_per_s * self.flat_s + tail
        later = np.maximum(t, self.flat_s)
        later /= self.flat_s
        np.power(later, -self.theta, out=later)
        later -= 1.0
        later *= -tail / whole
        share = np.clip(t, 0.0, self.flat_s)
        share *= self.density_per_s / whole
        share += later
        return share


@dataclass(frozen=True)
class Box:
    """Evenly from the trigger for this long; with 0 s everything at once."""

    length_s: float

    def __call__(self, t: "Array") -> "Array":
        """The share that has arrived `t` seconds after the trigger."""
        import numpy as np

        if self.length_s <= 0:
            return np.where(np.asarray(t) > 0, 1.0, 0.0)
        result: Array = np.clip(t / self.length_s, 0.0, 1.0)
        return result


def day_integral(t: "Array", local_hour: float) -> "Array":
    """Integral from 0 to t seconds of the day's factor, the local hour (0-24) being `local_hour` at t=0."""
    import numpy as np

    omega = 2 * math.pi / DAY_S
    phase = 2 * math.pi * (local_hour - BUSIEST_HOUR) / 24
    swing = t * omega
    swing += phase
    np.sin(swing, out=swing)
    swing -= math.sin(phase)
    swing *= DAY_AMPLITUDE / omega
    swing += t
    return swing


def day_factor(t: "Array", local_hour: float) -> "Array":
    """1 + A cos(2 pi (hour - busiest) / 24): traffic at t over the day's mean, between 0.4 and 1.6."""
    import numpy as np

    phase = 2 * math.pi * (local_hour - BUSIEST_HOUR) / 24
    result: Array = 1 + DAY_AMPLITUDE * np.cos(2 * math.pi / DAY_S * t + phase)
    return result


@dataclass(frozen=True)
class Daily:
    """Steady traffic for this long, following the day of the campaign's time zone.

    `local_hour` is the hour (0-24) at the trigger; a change of the clocks in between is not followed.
    """

    length_s: float
    local_hour: float

    def __call__(self, t: "Array") -> "Array":
        """The share that has arrived `t` seconds after the trigger."""
        import numpy as np

        inside = np.clip(t, 0.0, self.length_s)
        share = day_integral(inside, self.local_hour)
        share /= day_integral(np.array([self.length_s]), self.local_hour)
        return share


@dataclass(frozen=True)
class Recorded:
    """A past campaign: offsets (seconds, ascending from 0) and the share that had arrived by then, linear between."""

    offsets_s: tuple[float, ...]
    shares: tuple[float, ...]

    def __call__(self, t: "Array") -> "Array":
        """The share that has arrived `t` seconds after the trigger."""
        import numpy as np

        result: Array = np.interp(t, self.offsets_s, self.shares)
        return result
