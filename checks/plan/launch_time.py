from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from launchguard import Campaign, Clock, Finding, check

NEAR = timedelta(hours=48)


@check("launch-time", severity="warn", owner="marketing")
def launch_time(campaign: Campaign, clock: Clock) -> Iterator[Finding]:
    """The campaign's times mean one moment each, and nothing starts before the launch.

    Why: when teams read one launch time in two ways, the advertising starts on a page that is not there yet.
    Fix: correct `launch`, `ends` or the channel's `at`, or write the time in UTC.
    Source: PEP 495 and PEP 615.

    Example:
        Bad: a_campaign(channels=[{"kind": "sms", "at": "-1h"}]), a_clock()
        Good: a_campaign(channels=[{"kind": "sms", "at": "+1h"}]), a_clock()
    """
    launch, ends = campaign.launch, campaign.ends
    if ends is not None and launch <= clock.now < ends:
        yield Finding(
            "the campaign has been running since {measured:%Y-%m-%d %H:%M %Z}",
            measured=launch,
            reason="running",
            severity="info",
            fix="Mind the visitors who are there already: test when few are, or on a copy of the site.",
        )
    for name, moment in (("launch", launch), ("ends", ends)):
        if moment is not None and moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset():
            yield Finding(
                "`{key}` {measured:%Y-%m-%d %H:%M} happens twice in {zone}, because the clocks go back over it",
                measured=moment,
                reason="ambiguous",
                subject=name,
                fix=f"Write it in UTC; as it stands it is the first, {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC.",
                fields={"key": name, "zone": str(moment.tzinfo)},
            )
    change = _clock_change(launch)
    if change is not None:
        yield Finding(
            "the clocks change in {zone} on {measured:%Y-%m-%d}, less than 48 hours from the launch",
            measured=change,
            reason="clock-change",
            subject="launch",
            fix="Confirm the time with every tool that sends or publishes; those set in UTC move by an hour.",
            fields={"zone": str(launch.tzinfo)},
        )
    for channel in campaign.channels:
        fires = campaign.fires_at(channel)
        if fires < launch:
            yield Finding(
                "channel {channel} starts on {measured:%Y-%m-%d %H:%M %Z}, before the launch",
                measured=fires,
                expected=launch,
                reason="before-launch",
                subject=channel.label,
                fields={"channel": channel.label},
            )


def _clock_change(launch: datetime) -> datetime | None:
    """The local hour nearest before a change of the UTC offset within 48 hours, or None."""
    middle, zone = launch.astimezone(UTC), launch.tzinfo
    hours = [(middle - NEAR + timedelta(hours=h)).astimezone(zone) for h in range(97)]
    return next((a for a, b in pairwise(hours) if a.utcoffset() != b.utcoffset()), None)
