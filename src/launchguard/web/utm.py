"""The utm parameters of links: their names, what a near miss means, and when two values are one. Pure.

Names as Google Analytics 4 reads them (https://support.google.com/analytics/answer/10917952), lower case.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from launchguard.web.urls import with_parameters

UTM = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "utm_id",
    "utm_source_platform",
    "utm_creative_format",
    "utm_marketing_tactic",
)
NEAR = 0.85
"""How alike a name has to be to be a slip of one of these (difflib's ratio): utm_souce, utmsource; not utm_channel."""

Pairs = tuple[tuple[str, str], ...]


def utm_name(key: str) -> str:
    """The parameter that a channel's `utm` key means: `source` and `utm_source` are both utm_source."""
    return key if key.lower().startswith("utm") else f"utm_{key}"


def meant_name(name: str) -> str:
    """The utm parameter that a name is, or is a slip of; "" for any other."""
    lower = name.lower()
    if lower in UTM:
        return lower
    near = difflib.get_close_matches(lower, UTM, n=1, cutoff=NEAR) if lower[:1] == "u" and len(lower) < 40 else []
    return near[0] if near else ""


def utm_pairs(utm: Mapping[str, str]) -> Pairs:
    """A channel's `utm` as the parameters of its links."""
    return tuple((utm_name(key), value) for key, value in utm.items())


def with_utm(url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """A URL with these parameters, escaped; one that it has already takes the new value."""
    return with_parameters(url, {_escaped(name): _escaped(value) for name, value in pairs})


def _escaped(text: str) -> str:
    return quote(text, safe="", errors="replace")


def one_value(value: str) -> str:
    """What all spellings of a value share: spring_sale, Spring-Sale and "spring sale" are springsale."""
    return re.sub(r"[\W_]+", "", value.casefold())
