"""Both ends of the ranges in a manifest: the upper one is judged, the lower one is told beside it."""

from collections.abc import Callable, Iterator

from launchguard.model.answers import Reader, reader_of
from launchguard.model.campaign import Campaign
from launchguard.model.forecast import Assumption
from launchguard.model.quantities import parse_rate, parse_ratio
from launchguard.words import exact, per_second, percent

_SHOWN: dict[Reader | None, Callable[[float], str]] = {parse_ratio: percent, parse_rate: per_second}


def at_lower_ends(campaign: Campaign) -> Campaign | None:
    """The campaign with the lower end of every range; None when it has no range."""
    if not any(channel.lower_ends for channel in campaign.channels):
        return None
    return campaign.model_copy(update={"channels": tuple(channel.at_lower_ends() for channel in campaign.channels)})


def range_assumptions(campaign: Campaign, low_peak_per_s: float) -> Iterator[Assumption]:
    """One for each range, with the peak (visits/s) that the lower ends of all of them make."""
    for channel in campaign.channels:
        for key, low in channel.lower_ends.items():
            show = _SHOWN.get(reader_of(type(channel).model_fields[key]), exact)
            yield Assumption(
                f"{channel.label}: {key}",
                f"{show(float(getattr(channel, key)))}, the upper end of a range from {show(low)}",
                f"the manifest; with the lower end of every range the peak is {per_second(low_peak_per_s)}",
                f"{channel.kind}: {{{key}: ...}}",
            )
