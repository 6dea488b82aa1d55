from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from launchguard import Campaign, Channel, Clock, Finding, check, units

NEAR = timedelta(hours=48)


@check("launch-time", severity="warn", owner="marketing")
def launch_time(campaign: Campaign, clock: Clock) -> Iterator[Finding]:
    """The campaign's times mean one moment each, and nothing starts before the launch.

    Why: when teams read one launch time in two ways, the advertising starts on a page that is not there yet.
    Fix: correct `launch`, `ends` or the channel's `at`, or write the time in UTC.
    Source: PEP 495 and PEP 615; the IANA tz database's theory file on abbreviations.

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
    written = [("launch", launch)] + ([("ends", ends)] if ends is not None else [])
    for index, channel in enumerate(campaign.channels):
        if channel.at.offset_s is None:
            written.append((f"channels[{index}].{channel.kind}.at", campaign.fires_at(channel)))
    for name, moment in written:
        yield from _unclear(name, moment, launch)
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
        yield from _of_channel(channel, campaign.fires_at(channel), launch)


def _of_channel(channel: Channel, fires: datetime, launch: datetime) -> Iterator[Finding]:
    """What is odd about when a channel starts, seen from the launch."""
    at = fires.astimezone(launch.tzinfo)
    if channel.at.in_days and (at.hour, at.minute) != (launch.hour, launch.minute):
        yield Finding(
            "channel {channel} starts at {measured:%H:%M} and not at {expected:%H:%M} on {measured:%Y-%m-%d}: a "
            "day counts as 24 hours, and the clocks change in between",
            measured=at,
            expected=launch,
            reason="day-over-clock-change",
            subject=channel.label,
            fix=f"Write the date and time; as it stands it is {_utc(fires)}.",
            fields={"channel": channel.label},
        )
    if channel.at.local is not None and isinstance(launch.tzinfo, timezone) and at.date() != launch.date():
        yield Finding(
            "channel {channel} starts at {measured:%Y-%m-%d %H:%M}, which is taken at the launch's offset, "
            "whatever the clocks show by then",
            measured=at,
            reason="offset-of-launch",
            subject=channel.label,
            fix=f"Write `launch` with its city, like Europe/Madrid; as it stands it is {_utc(fires)}.",
            fields={"channel": channel.label},
        )
    if fires < launch:
        yield Finding(
            "channel {channel} starts on {measured:%Y-%m-%d %H:%M %Z}, before the launch",
            measured=fires,
            expected=launch,
            reason="before-launch",
            subject=channel.label,
            fields={"channel": channel.label},
        )


def _unclear(name: str, moment: datetime, launch: datetime) -> Iterator[Finding]:
    """What people read in two ways in a moment that the manifest writes out: its hour, its zone, or having none."""
    zone = str(moment.tzinfo)
    if units.is_ambiguous(moment):
        yield Finding(
            "`{key}` {measured:%Y-%m-%d %H:%M} happens twice in {zone}, because the clocks go back over it",
            measured=moment,
            reason="ambiguous",
            subject=name,
            fix=f"Write it in UTC; as it stands it is the first, {_utc(moment)}.",
            fields={"key": name, "zone": zone},
        )
    cities = units.unclear_zone(moment)
    if cities and (name in ("launch", "ends") or zone != str(launch.tzinfo)):
        yield Finding(
            "`{key}` {measured:%Y-%m-%d %H:%M} {zone} names no city, so that it is read in two ways",
            measured=moment,
            reason="abbreviation",
            subject=name,
            fix=f"Write the city, like {cities}; as it stands it is {_utc(moment)}.",
            fields={"key": name, "zone": zone},
        )


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _clock_change(launch: datetime) -> datetime | None:
    """The local hour nearest before a change of the UTC offset within 48 hours, or None."""
    middle, zone = launch.astimezone(UTC), launch.tzinfo
    hours = [(middle - NEAR + timedelta(hours=h)).astimezone(zone) for h in range(97)]
    return next((a for a, b in pairwise(hours) if a.utcoffset() != b.utcoffset()), None)
