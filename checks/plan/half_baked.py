import re
from collections.abc import Iterator, Mapping

from launchguard import Campaign, Finding, check, hosts, html, merge_tags

# TODO counts only as a note: "TODO INCLUIDO" is an offer in Spanish.
PLACEHOLDERS = {
    "TBD": re.compile(r"\bTB[DAC]\b"),
    "TODO": re.compile(r"\bTODO\s*(?:$|[:(?\[-])|\b(?:FIXME|XXX)\b"),
    "lorem ipsum": re.compile(r"\blorem ipsum\b", re.IGNORECASE),
    "[insert": re.compile(r"\[\s*insert\b", re.IGNORECASE),
    "example.com": re.compile(r"\bexample\.(?:com|net|org)\b", re.IGNORECASE),
}


@check("half-baked", severity="warn", owner="marketing")
def half_baked(campaign: Campaign) -> Iterator[Finding]:
    """The manifest is filled in: no placeholder stands where an answer belongs.

    Why: a placeholder is a decision that nobody has made yet, and it tends to be found by the first visitor.
    Fix: replace the placeholder with the answer; while it is open, set `status: draft`.
    Source: RFC 2606 reserves example.com for documentation; the other words are the usual marks of unfinished text.

    Example:
        Bad: a_campaign(name="Sale TBD")
        Good: a_campaign(name="Spring sale")
    """
    given = campaign.model_dump(mode="python", exclude_defaults=True)
    for path, text in _texts(given, ()):
        is_address = path[0] == "pages" and path[-1] == "url"
        found = next((name for name, pattern in PLACEHOLDERS.items() if pattern.search(text)), "")
        if not found and not is_address and "utm" not in path:  # campaign-link looks for these in links
            found = merge_tags.merge_tag_in(text)
        if not found and not (not text.strip() and "contains" in path):
            continue
        key = "".join(part if part.startswith("[") else f".{part}" for part in path).lstrip(".")
        yield Finding(
            "`{key}` still holds a placeholder ({measured})"
            if found
            else "`{key}` is empty, so every page contains it",
            measured=found or "empty",
            reason="placeholder" if found else "empty-contains",
            subject=key,
            evidence=html.excerpt(hosts.host_and_port(text) if is_address else text),
            severity="block" if is_address else None,
            fix="" if found else "Write the text that the page has to show, or take the empty one out of `contains`.",
            fields={"key": key},
        )


def _texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of the manifest with its key path; list items as "[0]", as the manifest's errors have them."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*path, str(key)))
    elif isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from _texts(item, (*path, f"[{number}]"))
