from collections.abc import Iterator

from launchguard import Campaign, Finding, check, words


@check("channel-plausible", severity="warn", owner="marketing")
def channel_plausible(campaign: Campaign) -> Iterator[Finding]:
    """Every channel says whom it reaches, and expects a response that its kind is known for.

    Why: the forecast is as good as these numbers, and a rate ten times too low hides a peak ten times as high.
    Fix: give the reach of each channel, and take its response rate from a past campaign's report.
    Source: published response rates per channel (Mailchimp, GetResponse, Leanplum, Omnisend), widened to the range
    that they span; the ranges of SMS, search, social and TV are wider guesses around fewer sources.

    Example:
        Bad: a_campaign(channels=[{"kind": "email", "recipients": 500_000, "click_rate": "40%"}])
        Good: a_campaign(channels=[{"kind": "email", "recipients": 500_000, "click_rate": "2%"}])
    """
    if not campaign.channels:
        yield Finding(
            "the manifest names no channel, so nothing says how many visitors come",
            reason="no-channel",
            subject="channels",
            severity="block",
            fix="Add the channels with their reach, for example `channels: [{email: {recipients: 500_000}}]`.",
        )
    for channel in campaign.channels:
        if channel.reach_unknown or channel.reach == 0:
            yield Finding(
                "channel {channel}: its reach is {measured}",
                measured="unknown" if channel.reach is None else "0",
                reason="reach-unknown",
                subject=channel.label,
                severity="block",
                fix=f"Set `{channel.reach_key}` of the {channel.kind} channel to the number of people it reaches."
                if channel.reach_key
                else f"Let the {channel.kind} channel bring visits, or take it out.",
                fields={"channel": channel.label},
            )
            continue
        for key in channel.said_unknown:
            yield Finding(
                "channel {channel}: its `{key}` is unknown{typical}",
                measured="unknown",
                reason="said-unknown",
                subject=f"{channel.label}.{key}",
                severity="block",
                fix="Ask who sends or buys it, or take the line out: then the default counts, and is told as assumed.",
                fields={"channel": channel.label, "key": key, "typical": channel.typical_of(key)},
            )
        rate, bounds = channel.response_rate, channel.rate_range
        if rate is not None and bounds is not None and not bounds[0] <= rate <= bounds[1]:
            yield Finding(
                "channel {channel}: a response of {measured} is outside the usual {expected} of {kind}",
                measured=f"{words.percent(rate)}",
                expected=f"{words.number(bounds[0] * 100)}-{words.percent(bounds[1])}",
                reason="rate-implausible",
                subject=channel.label,
                fix="Confirm the rate with a past campaign's numbers.",
                fields={"channel": channel.label, "kind": channel.kind},
            )
