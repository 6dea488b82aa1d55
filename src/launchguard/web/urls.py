"""Rewriting of page URLs: the variants that are fetched, another origin, and what may be shown."""

import re
from collections.abc import Mapping
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from launchguard.errors import LaunchGuardError
from launchguard.web.click_ids import TRIED, id_value, is_tracking
from launchguard.web.hosts import moved

_USERINFO = re.compile(r"(?<=//)[^/?#]*@")


def variant_url(campaign_url: str, variant: str, seed: str = "") -> str:
    """Return the URL of a variant of a page, every other byte of it unchanged.

    "plain", and "phone", which is asked for as a phone does: as it is. "untagged": without utm_* parameters and click
    ids. "click-id": with a value, drawn from the seed, for each of TRIED that the URL does not have yet. Any other:
    ValueError.
    """
    if variant in ("plain", "phone"):
        return campaign_url
    parts = urlsplit(campaign_url)
    pairs = [pair for pair in parts.query.split("&") if pair]
    if variant == "untagged":
        pairs = [pair for pair in pairs if not is_tracking(_key(pair))]
    elif variant == "click-id":
        present = {_key(pair) for pair in pairs}
        pairs += [f"{name}={id_value(name, seed)}" for name in TRIED if name not in present]
    else:
        raise ValueError(f"there is no variant {variant!r}")
    return urlunsplit(parts._replace(query="&".join(pairs)))


def rebase(url: str, base_url: str) -> str:
    """Put a page on another origin: scheme, host and port of `base_url`; path, query and fragment of `url`.

    Raises LaunchGuardError when `base_url` is no http(s) origin.
    """
    try:
        base = urlsplit(base_url)
        usable = base.scheme in ("http", "https") and bool(base.hostname) and base.port != 0
    except ValueError:
        usable = False
    if not usable or base.path not in ("", "/") or base.query or base.fragment or base.username is not None:
        raise LaunchGuardError(
            f"{base_url!r} is no origin.", hint="Write scheme, host and port only, such as http://127.0.0.1:3000"
        )
    return moved(url, base_url)


def without_userinfo(url: str) -> str:
    """Drop "user:password@" from a URL, so that it can be recorded."""
    return _USERINFO.sub("", url, count=1)


def _key(pair: str) -> str:
    return unquote_plus(pair.partition("=")[0]).lower()


def with_parameters(url: str, values: Mapping[str, str], *, first: bool = False) -> str:
    """Set query parameters, before all others or behind them; one that the URL has already keeps its place."""
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if pair]
    present = {_key(pair): index for index, pair in enumerate(pairs)}
    added = []
    for name, value in values.items():
        if name.lower() in present:
            pairs[present[name.lower()]] = f"{name}={value}"
        else:
            added.append(f"{name}={value}")
    return urlunsplit(parts._replace(query="&".join([*added, *pairs] if first else [*pairs, *added])))
