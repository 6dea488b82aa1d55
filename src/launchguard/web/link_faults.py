"""What is odd about a campaign's link, known by its text alone. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from launchguard.web.addresses import is_loopback_host, parse_address
from launchguard.web.click_ids import KINDS, is_tracking
from launchguard.web.hosts import host_of
from launchguard.web.merge_tags import is_of_ads, merge_tags_in_link
from launchguard.web.parameters import MAX_PARAMETERS
from launchguard.web.places import is_shortener, is_staging
from launchguard.web.utm import meant_name

_AMP = re.compile(r"&amp;", re.IGNORECASE)
# A value with a path or an address of its own may have a question mark.
_SECOND_QUESTION = re.compile(r"(?<==)([^&=?/:]*)\?(?=[\w.-]+=)")
_BEHIND_HASH = re.compile(r"(?:^|[?&])(utm_\w+=[^&?]*)", re.IGNORECASE)
# A picture for screens of twice the density is called photo@2x.png.
_MAIL = re.compile(r"[\w.+-]{1,64}@(?!\d+x\.)(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w@])")
_IDS = {name.lower() for name in KINDS}
Pair = tuple[str, str]

_GROUPED_BY = frozenset({"utm_source", "utm_medium"})
"""What Google Analytics sorts visits into channels by; the others are names that people give."""


@dataclass(frozen=True)
class LinkFault:
    """One oddity: its `kind`, the parameter or host `name`, its `value`, and what was probably `meant`.

    Kinds of the address: http, local, staging, shortener, merge-tag, ad-macro, e-mail, amp, second-question-mark,
    behind-hash. Of its parameters: typo, capital-name, capital-value, doubled, empty, click-id, missing.
    """

    kind: str
    name: str = ""
    value: str = ""
    meant: str = ""


def is_local(url: str) -> bool:
    """Whether a link leads to the machine of whoever follows it: a trial, whose visits nobody counts."""
    return is_loopback_host(host_of(url))


def address_faults(url: str) -> Iterator[LinkFault]:
    """What is odd about a link but for its parameters' names and values."""
    host, parts = host_of(url), urlsplit(url)
    if is_local(url):
        # An address in numbers is typed on purpose: what is left behind by accident is what development servers print.
        if parse_address(host.strip("[]")) is None:
            yield LinkFault("local", host)
    elif parts.scheme == "http":
        yield LinkFault("http", host)
    if is_staging(url):
        yield LinkFault("staging", host)
    if is_shortener(url):
        yield LinkFault("shortener", host)
    query, fragment = parts.query, parts.fragment
    yield from text_faults(f"{parts.path}?{query}#{fragment}")
    if _AMP.search(query):
        yield LinkFault("amp", meant="&")
    if _SECOND_QUESTION.search(_AMP.sub("&", query)):
        yield LinkFault("second-question-mark", meant="&")
    if found := _BEHIND_HASH.search(fragment):
        yield LinkFault("behind-hash", found[1].partition("=")[0])


def text_faults(text: str) -> Iterator[LinkFault]:
    """What nobody may be sent to: a tag that was not filled in, somebody's e-mail address. The latter is not told."""
    tags = merge_tags_in_link(text)
    mail = [tag for tag in tags if not is_of_ads(tag)]
    if mail:
        yield LinkFault("merge-tag", value=", ".join(mail))
    elif tags:
        yield LinkFault("ad-macro", value=", ".join(tags))
    if _MAIL.search(unquote(text)):
        yield LinkFault("e-mail")


def meant_pairs(url: str) -> list[Pair]:
    """The parameters that a link means to carry: also those behind `&amp;`, a second `?` or the `#`."""
    parts = urlsplit(url)
    query = _SECOND_QUESTION.sub(r"\1&", _AMP.sub("&", parts.query))
    query = "&".join([query, *_BEHIND_HASH.findall(parts.fragment)])
    return parse_qsl(query, keep_blank_values=True) if query.count("&") < MAX_PARAMETERS else []


def pair_faults(pairs: Sequence[Pair]) -> Iterator[LinkFault]:
    """What is odd about the parameters of one link, or of one channel's `utm`."""
    for name, value in dict.fromkeys(pairs):
        meant = meant_name(name)
        if meant and name != meant:
            yield LinkFault("capital-name" if name.lower() == meant else "typo", name, value, meant)
        if is_tracking(name) and not value.strip():
            yield LinkFault("empty", name)
        # An id is nobody's word; a tag is found as one.
        elif meant in _GROUPED_BY and value != value.lower() and not merge_tags_in_link(value):
            yield LinkFault("capital-value", name, value, value.lower())
        elif name.lower() in _IDS and not merge_tags_in_link(value):
            yield LinkFault("click-id", name)
    names = Counter(meant_name(name) or name for name, _ in pairs)
    same = Counter(pairs)
    for name, times in names.items():
        # Parameters of a page's own may come several times, as in size=38&size=39.
        if times > 1 and (is_tracking(name) or any(same[pair] > 1 for pair in pairs if pair[0] == name)):
            yield LinkFault("doubled", name)


def missing_utm(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """What a link that carries some utm parameter lacks of source and medium; () for one that carries none."""
    there = {meant_name(name) for name, _ in pairs} - {""}
    return tuple(name for name in ("utm_source", "utm_medium") if there and name not in there)


def first_same(url: str, urls: Sequence[str]) -> int | None:
    """The place of the first of these before `url` itself that is the same page but for what is there for measuring."""
    wanted = _without_tracking(url)
    same = (place for place, one in enumerate(urls) if one == url or _without_tracking(one) == wanted)
    place = next(same, None)
    return None if place is None or urls[place] == url else place


@lru_cache(maxsize=2048)  # each page is compared with all others
def _without_tracking(url: str) -> str:
    """A link as the page that it leads to, the host in lower case."""
    parts = urlsplit(url)
    query = "&".join(pair for pair in parts.query.split("&") if not is_tracking(pair.partition("=")[0]))
    return parts._replace(netloc=parts.netloc.lower(), query=query).geturl()
