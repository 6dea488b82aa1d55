"""Which hosts belong together: what one owner has registered, by the Public Suffix List (https://publicsuffix.org).

`publicsuffixlist` brings the list with it (110 KB, a release a day, MPL-2.0) and never asks the network for it.
"""

from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from launchguard.web.addresses import parse_address


def registrable_domain(host: str) -> str:
    """What somebody registers to get this host: "www.shop.co.uk" is of "shop.co.uk", "me.github.io" of itself.

    `host` is a name without port, in IDNA and lower case. An address, a public suffix and a single label are their own;
    whatever ends in localhost is this machine (RFC 6761).
    """
    name = host.rstrip(".")
    if parse_address(name) is not None:
        return name
    if name.endswith(".localhost"):
        return "localhost"
    return _list().privatesuffix(name) or name


def is_public_suffix(host: str) -> bool:
    """Whether anybody may register names below this one: com, co.uk, github.io. An address is none."""
    name = host.rstrip(".")
    return parse_address(name) is None and bool(_list().is_public(name))


def same_site(one: str, other: str) -> bool:
    """Whether two hosts are of one owner: a cookie of the one may be shared with the other."""
    return registrable_domain(one) == registrable_domain(other)


@lru_cache(maxsize=1)
def _list() -> PublicSuffixList:
    # Read when it is first asked: that takes some 40 ms.
    return PublicSuffixList()
