from collections.abc import Iterator

from launchguard import Campaign, Finding, Neighbours, NotApplicable, check, links, utm


@check("utm-taxonomy", severity="warn", owner="marketing")
def utm_taxonomy(campaign: Campaign, neighbours: Neighbours) -> Iterator[Finding | NotApplicable]:
    """Every value of a utm parameter has one spelling, in all campaigns that were asked for in the same call.

    Why: spring_sale and Spring-Sale are two campaigns to every report, and neither of them shows the whole.
    Fix: write the value as the others do; where it is used the first time, settle on one spelling.
    Source: Google Analytics 4 help, "Campaigns and traffic sources": values are compared letter by letter.

    Example:
        Bad: a_campaign(), some_neighbours(a_campaign(name="B", pages=[{"url": "https://shop.test/?utm_medium=e-mail"}]))
        Good: a_campaign(), some_neighbours(a_campaign(name="B", pages=[{"url": "https://shop.test/?utm_medium=email"}]))
    """
    own = links.utm_values(campaign)
    if not own:
        yield NotApplicable("no link carries a utm parameter")
        return
    elsewhere = [(pair, f"{one.name} ({one.manifest})") for one in neighbours.campaigns for pair in one.utm]
    for name, value in own:
        # Spellings that are used more often than this one, or as often; of those within the manifest the first counts.
        mine = 1 + sum(pair == (name, value) for pair, _ in elsewhere)
        others: dict[str, list[str]] = {}
        for (other_name, other), where in [*elsewhere, *((pair, "this manifest") for pair in own)]:
            if other_name == name and other != value and utm.one_value(other) == utm.one_value(value):
                others.setdefault(other, []).append(where)
        usual = max(others, key=lambda other: len(others[other]), default="")
        if not usual or len(others[usual]) < mine:
            continue
        if others[usual] == ["this manifest"] and own.index((name, usual)) > own.index((name, value)):
            continue
        yield Finding(
            "{name} is {measured} here, and {expected} in {where}",
            measured=value,
            expected=usual,
            reason="spelling",
            subject=f"{name} {utm.one_value(value)}",
            fields={"name": name, "where": ", ".join(others[usual][:3])},
        )
    if not neighbours.campaigns:
        yield NotApplicable("no other campaign was asked for, so its values were compared with each other only")
