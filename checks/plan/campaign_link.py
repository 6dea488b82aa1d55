from collections.abc import Iterator, Mapping

from launchguard import Campaign, Channel, Finding, Page, check, html, link_faults, links, utm

WRONG: Mapping[str, tuple[str, str]] = {
    "http": ("the link begins with http, so that its first request can be read and changed on the way", "Link https."),
    "local": (
        "{name} is the visitor's own machine",
        "Write the public address; for a trial on one machine, set `checks: {{campaign-link: {{local: true}}}}`.",
    ),
    "staging": (
        "{name} is named like a host for tests",
        "Write the public address; `launchguard run --base-url` looks at the same page on another host. Where the "
        "tests are meant, set `checks: {{campaign-link: {{staging: true}}}}`.",
    ),
    "shortener": ("{name} shortens links: another hop, and another service that has to hold", "Link the page itself."),
    "merge-tag": ("the link holds a merge tag that nobody filled in: {measured}", "Write what it stands for."),
    "ad-macro": (
        "the link holds what an ad platform fills in: {measured}; the visits and the load carry it as it is",
        "Leave it to the ad's tracking template, and say `click_id` of the channel.",
    ),
    "e-mail": (
        "the link holds an e-mail address, which reaches every log and analytics on the way",
        "Take it out; a mailing tool's own id, as `click_id` of the channel, tells recipients apart.",
    ),
    "amp": ("the link holds `&amp;`, as copied from a page's source", "Write `&`."),
    "second-question-mark": ("the link has a second `?`, so what follows belongs to the value before it", "Write `&`."),
    "behind-hash": ("{name} stands behind the `#`, where no server and no analytics looks", "Put it before the `#`."),
    "typo": ("{name} is no utm parameter; {expected} is", "Write {expected}."),
    "capital-name": ("{name} has capitals, and Google Analytics only knows {expected}", "Write {expected}."),
    "capital-value": (
        "{name} is {measured}: with capitals Google Analytics counts it apart from {expected}",
        "Write {expected} everywhere.",
    ),
    "doubled": ("{name} is there several times", "Leave one; several channels have a `utm` of their own."),
    "empty": ("{name} is empty", "Give it a value, or take it out."),
    "same-page": (
        "it is the same page as {measured}, but for what is there for measuring",
        "Write the page once, and give each channel its own `utm`.",
    ),
    "click-id": (
        "{name} was pasted in from somebody's click: every visit would count as that one",
        "Take it out; where each click has its own, say `click_id: {name}` of the channel.",
    ),
}


@check("campaign-link", severity="warn", owner="marketing", looser={"local": "more", "staging": "more"})
def campaign_link(page: Page, campaign: Campaign, *, local: bool = False, staging: bool = False) -> Iterator[Finding]:
    """The link is one that the campaign can be sent out with, and its visits can be counted by.

    Why: a link that was sent out cannot be taken back, and what it mistags is in no report of the campaign.
    Fix: correct the page's `url`, or the channel's `utm`.
    Source: Google Analytics 4 help, "Campaigns and traffic sources" (names and values are case sensitive); RFC 3986.

    Example:
        Bad: a_page(url="https://shop.test/?utm_souce=mail&utm_medium=email"), a_campaign()
        Good: a_page(), a_campaign()
    """
    own, meant = link_faults.meant_pairs(page.url), {"local": local, "staging": staging}
    for fault in (*link_faults.address_faults(page.url), *link_faults.pair_faults(own)):
        if not meant.get(fault.kind):
            yield _finding(fault)
    for channel in links.leading_to(campaign, page.url):
        pairs = utm.utm_pairs(channel.utm)
        if page.url == (channel.page or campaign.pages[0].url):  # told once, however many pages it leads to
            for fault in (*link_faults.text_faults(" ".join(channel.utm.values())), *link_faults.pair_faults(pairs)):
                yield _finding(fault, channel.label)
        yield from _against(channel, pairs, dict(own))
    if not link_faults.is_local(page.url):
        yield from _missing(links.links_to(campaign, page.url))
    first = link_faults.first_same(page.url, [one.url for one in campaign.pages])
    if first is not None:
        yield _finding(link_faults.LinkFault("same-page", value=f"pages[{first}]"))


def _finding(fault: link_faults.LinkFault, channel: str = "") -> Finding:
    template, fix = WRONG[fault.kind]
    return Finding(
        "channel {channel}: " * bool(channel) + template,
        measured=html.excerpt(fault.value),
        expected=fault.meant,
        reason=fault.kind,
        subject=" ".join(filter(None, (channel, fault.name))),
        severity="block" if fault.kind in ("merge-tag", "e-mail") else None,
        fix=fix.format(name=fault.name, expected=fault.meant),
        fields={"name": fault.name, "channel": channel},
    )


def _against(channel: Channel, pairs: utm.Pairs, own: Mapping[str, str]) -> Iterator[Finding]:
    """What a channel says otherwise than the page's own link."""
    for name, value in pairs:
        if own.get(name, value) != value:
            yield Finding(
                "channel {channel} has {name}={measured}, the page's url {expected}: its visits carry the channel's",
                measured=value,
                expected=own[name],
                reason="channel-utm",
                subject=f"{channel.label} {name}",
                fix=f"Take {name} out of the page's url, and give every channel its own in `utm`.",
                fields={"channel": channel.label, "name": name},
            )


def _missing(found: list[tuple[str, utm.Pairs]]) -> Iterator[Finding]:
    """What links lack that carry other utm parameters: each once, with the channels whose links lack it."""
    for name in ("utm_source", "utm_medium"):
        lacking = [label for label, pairs in found if name in link_faults.missing_utm(pairs)]
        if lacking:
            yield Finding(
                "the link has utm parameters, but no {name}" + " (of {channels})" * (len(lacking) < len(found)),
                expected=name,
                reason="missing",
                subject=name,
                fix=f"Add {name} to the page's url, or to the channel's `utm`.",
                fields={"name": name, "channels": ", ".join(lacking)},
            )
