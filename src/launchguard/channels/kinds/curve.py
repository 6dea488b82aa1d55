"""A past campaign of one's own, as a file: it beats every default."""

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema

from launchguard.channels.curves import Recorded
from launchguard.channels.recording import Recording, read_recording
from launchguard.model.channel import Channel, Firing, Stream
from launchguard.model.units import Count, Number
from launchguard.words import count, duration, number


def _read(value: object, info: ValidationInfo) -> Recording:
    """The file's content; its path is relative to `folder` in the validation context, else to the working directory."""
    if isinstance(value, Recording):
        return value
    return read_recording(str(value), Path((info.context or {}).get("folder", ".")))


PastCampaign = Annotated[
    Recording,
    BeforeValidator(_read),
    WithJsonSchema({"type": "string", "description": "a .csv or .json file beside the manifest: time, visits"}),
]


class Curve(Channel):
    """A recorded campaign, its first row at `at`; `visits` sets another total, `scale` another size."""

    kind: Literal["curve"] = "curve"
    file: Annotated[PastCampaign, Field(description="a .csv or .json file beside the manifest: time, visits")]
    visits: Annotated[
        Count | None, Field(description="visits expected this time; the file's own sum, when not given")
    ] = None
    scale: Annotated[Number, Field(ge=0, description="how many times last time's visits")] = 1.0

    example: ClassVar[dict[str, str]] = {"file": "last-year.csv", "visits": "50_000"}
    sigma: ClassVar[float] = 0.3

    @property
    def reach(self) -> float:
        """The visits expected this time."""
        return (sum(self.file.visits) if self.visits is None else self.visits) * self.scale

    def streams(self, _firing: Firing, /) -> Iterator[Stream]:
        """The recorded curve, with the visits expected this time."""
        past = self.file
        total = sum(past.visits)
        shares = (0.0, *(arrived / total for arrived in accumulate(past.visits)))
        times = (*past.starts_s, past.end_s)
        yield Stream(self.reach, Recorded(times, shares), support_s=past.end_s, knots_s=times)

    def words(self) -> str:
        """The file's visits, and how they are scaled."""
        past = self.file
        text = f"{past.file}: {count(sum(past.visits))} visits in {duration(past.end_s)}"
        if self.visits is not None:
            text += f", taken as {count(self.visits)}"
        return text if self.scale == 1 else f"{text} x {number(self.scale)}"
