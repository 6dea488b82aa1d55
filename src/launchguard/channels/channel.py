"""What a kind of channel promises of its streams, kept: a wrong curve would be a wrong peak, and a wrong GO."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from launchguard.errors import ChannelFileError
from launchguard.model.channel import Channel, Firing, Stream
from launchguard.system.userfiles import blamed
from launchguard.words import count, exact, number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SLACK = 1e-9
AT_ONCE_S = 1e-6
YEAR_S = 365 * 86400.0
EVER_S = 1e12
ARRIVED_EVER = 0.5
"""A curve without an end may be slow; one whose visits do not even half arrive in thousands of years loses them."""
MAX_SPREAD = 3.0
"""As for `uncertainty` in a manifest."""
SEEN_RATIO = 0.98
"""So much of what arrives has to be in the rates of a forecast; what falls between its seconds could be its peak."""


def checked_streams(channel: Channel, firing: Firing) -> Iterator[Stream]:
    """Yield a channel's streams. Raises ChannelFileError where a user's own kind breaks its promise.

    The kinds that LaunchGuard brings are proven by its tests and not looked at again.
    """
    if not channel.defined_in:
        yield from channel.streams(firing)
        return
    path = Path(channel.defined_in)
    try:
        streams = list(channel.streams(firing))
        wrong = _broken_spread(channel) or next((problem for stream in streams if (problem := _broken(stream))), "")
    except Exception as error:
        raise ChannelFileError(f"{blamed(error, path)}: {channel.label}: {type(error).__name__}: {error}") from error
    if wrong:
        raise _refusal(channel, wrong)
    yield from streams


def check_rates(channel: Channel, offsets_s: "Array", rates_per_s: "Array", due: float) -> None:
    """Look at the rates of a stream at the seconds of a forecast, by whose end `due` visits have arrived.

    Raises ChannelFileError where a user's own kind brought what the seconds before could not show: a share that is no
    number, or a jump that the rates miss.
    """
    if not channel.defined_in:
        return
    seen = float(((rates_per_s[1:] + rates_per_s[:-1]) / 2 * (offsets_s[1:] - offsets_s[:-1])).sum())
    if not seen >= SEEN_RATIO * due:
        raise _refusal(
            channel,
            f"of {count(due)} visits the forecast sees {count(seen)} arrive; name the seconds where the curve jumps in "
            "`knots_s`, begin it at 0 with 0, and give a number for every second",
        )


def _refusal(channel: Channel, wrong: str) -> ChannelFileError:
    return ChannelFileError(f"{channel.defined_in}:1: {channel.label}: {wrong}")


def _broken_spread(channel: Channel) -> str:
    """A P95 below the median would have less tested than is expected."""
    if math.isfinite(channel.spread) and 0 <= channel.spread <= MAX_SPREAD and channel.factor_p95 >= 1:
        return ""
    return f"sigma is {channel.spread}; it has to be a number from 0 to {exact(MAX_SPREAD)}"


def _broken(stream: Stream) -> str:
    """Which promise a stream breaks, in one sentence; "" for none."""
    if not isinstance(stream, Stream):
        return f"`streams` yields {type(stream).__name__}; it has to yield Stream"
    for name, given in (("visits", stream.visits), ("window_s", stream.window_s)):
        if not (math.isfinite(given) and given >= 0):
            return f"{name} is {given}; it has to be a number from 0"
    if not math.isfinite(stream.starts_s):
        return f"starts_s is {stream.starts_s}; it has to be seconds after the trigger"
    if not stream.support_s >= 0:
        return f"support_s is {stream.support_s}; it has to be seconds from 0 on, or infinite"
    return _broken_curve(stream)


def _broken_curve(stream: Stream) -> str:
    import numpy as np

    end_s = min(stream.support_s, EVER_S) + AT_ONCE_S
    inside = np.geomspace(0.1, YEAR_S, 2000)
    times = np.concatenate(([-YEAR_S, -1.0, -AT_ONCE_S, 0.0], inside[inside < end_s], [end_s, end_s + YEAR_S]))
    given = times.copy()
    shares = stream.cdf(given)
    if not isinstance(shares, np.ndarray) or shares.shape != times.shape:
        return "`cdf` has to give one share for every second that it is asked for, as a numpy array"
    if shares is given or not np.array_equal(given, times):
        return "`cdf` has to give a new array, and to leave the one alone that it is given"
    return _broken_shares(times, shares, stream.support_s)


def _broken_shares(times_s: "Array", shares: "Array", support_s: float) -> str:
    """`times_s` ascends; its last but one is where everybody should have arrived."""
    import numpy as np

    if not np.all(np.isfinite(shares)) or shares.min() < -SLACK or shares.max() > 1 + SLACK:
        return "`cdf` gives what is no share between 0 and 1"
    if np.any(shares[times_s < 0] > SLACK):
        return "`cdf` lets visits arrive before the trigger; before 0 s it has to be 0"
    steps = np.diff(shares)
    if steps.min() < -SLACK:
        return f"`cdf` falls after {exact(times_s[int(np.argmin(steps))])} s; what has arrived cannot leave again"
    needed = 1 - 1e-6 if math.isfinite(support_s) else ARRIVED_EVER
    if shares[-2] < needed:
        return f"`cdf` is {number(shares[-2])} at {exact(times_s[-2])} s, where everybody has to have arrived"
    return ""
