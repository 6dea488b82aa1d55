from collections.abc import Iterator
from datetime import timedelta

from launchguard import Campaign, Clock, Unknown, check, words


@check("past-launch", severity="block", owner="marketing", looser={"grace_hours": "more"})
def past_launch(campaign: Campaign, clock: Clock, *, grace_hours: float = 1.0) -> Iterator[Unknown]:
    """A campaign whose launch has passed says when it ends.

    Why: nobody can say GO for a launch that has been; without an end it may be running, over, or an old file.
    Fix: set `ends` while it runs, or the next `launch`; delete the manifest of a campaign that is over.
    Source: assumed: an hour after its last start a launch is no longer the one that is asked about.

    Example:
        Bad: a_campaign(launch="2027-02-19 09:00 Europe/Madrid", ends=None), a_clock()
        Good: a_campaign(ends=None), a_clock()
    """
    if campaign.ends is not None:
        return
    last = max([campaign.launch, *(campaign.fires_at(channel) for channel in campaign.channels)])
    if clock.now - last <= timedelta(hours=grace_hours):
        return
    ago = words.duration((clock.now - campaign.launch).total_seconds())
    yield Unknown(
        f"its launch was {ago} ago and it says no end",
        fix="Set `ends` if it still runs, or a new `launch`; delete the manifest if it is over.",
    )
