from collections.abc import Iterator, Mapping

from launchguard import Campaign, Finding, NotApplicable, Visits, caches, check, click_ids

RECIPES: Mapping[caches.Product, str] = {
    "varnish": "Take {them} out of the URL in vcl_recv before the lookup: `set req.url = regsuball(req.url, "
    '"(?<=[?&])({pattern})=[^&]*&?", "");`.',
    "nginx": "Leave {them} out of `proxy_cache_key`: build it from $uri and the arguments that change the page.",
    "fastly": "Take {them} out of the URL in vcl_recv: `set req.url = querystring.filter(req.url, {listed});`.",
    "cloudflare": "Add a cache rule whose cache key ignores the query parameters {names}.",
    "cloudfront": "Let the cache policy's query strings be all except {names}, or only those that change the page.",
    "other": "Leave {them} out of the cache key; a cache that knows it takes `No-Vary-Search: params=({quoted})`.",
}
OPEN = "whether each {labels} link carries an id of its own: the load gives it one (`click_id: none` where it has none)"
NEW, YOURS = "any parameter that is new to it", "YOUR_ID"
"""What stands for an id whose name nobody has said: in the finding, and in the recipe."""


@check("cache-key-split", severity="warn", owner="web", visits=("plain", "cache"))
def cache_key_split(visits: Visits, campaign: Campaign) -> Iterator[Finding | NotApplicable]:
    """The cache serves one copy of the page to everybody, whatever ids the links carry.

    Why: each recipient's and each click's link is another URL, so a cache that tells them apart helps nobody, and the
    whole campaign lands on the server behind it.
    Fix: leave parameters that do not change the page out of the cache key.
    Source: RFC 9111, section 2 (the cache key); Cache-Status (RFC 9211), X-Cache, Age or service times of this page.

    Example:
        Bad: some_visits(a_visit(), cache=a_cache(split_by=["gclid"])), a_campaign()
        Good: some_visits(a_visit(), cache=a_cache()), a_campaign()
    """
    key = caches.key_of(visits.cache)
    if key is None:
        yield NotApplicable("no cache answers for this page, as far as its answers tell")
        return
    if not key.split_by:
        return
    names = ", ".join(NEW if name == click_ids.RECIPIENT else name for name in key.split_by)
    unsaid = [channel.label for channel in campaign.channels if channel.left_open and channel.page in ("", visits.page)]
    yield Finding(
        "the page comes from a cache, and a link with another {names} does not: it has a copy for each of them",
        measured=names,
        expected="one copy for all links",
        reason="ids" if any(not name.startswith("utm_") for name in key.split_by) else "utm",
        subject=" ".join(key.split_by),
        evidence=_evidence(visits, key),
        fix=_recipe(key),
        unseen=OPEN.format(labels=" and ".join(unsaid)) if unsaid and click_ids.RECIPIENT in key.split_by else "",
        fields={"names": names},
    )


def _evidence(visits: Visits, key: caches.CacheKey) -> str:
    """What was asked, and what came."""
    asked = [look for look in visits.cache if len(look.changed) == 1 and look.changed[0] in key.split_by]
    how = "by what the answers say" if key.told else "by how long the answers took, for they do not say"
    missed = sum(look.said == "miss" or not key.told for look in asked)
    return f"{missed} of {len(asked)} visits with a value that nobody had used came from behind the cache, {how}"


def _recipe(key: caches.CacheKey) -> str:
    names = [YOURS if name == click_ids.RECIPIENT else name for name in key.split_by]
    return RECIPES[key.product].format(
        them="it" if len(names) == 1 else "them",
        names=", ".join(names),
        pattern="|".join(names),
        listed=" + querystring.filtersep() + ".join(f'"{name}"' for name in names),
        quoted=" ".join(f'"{name}"' for name in names),
    )
