"""Places on a site to which a link rarely means to lead, known by their address alone. Pure."""

import re
from urllib.parse import urlsplit

from launchguard.web.domains import registrable_domain
from launchguard.web.hosts import host_of
from launchguard.web.signs import LOGIN_PATH

_HOMES = frozenset({"", "home", "homepage", "index", "default", "startseite", "inicio", "accueil"})
_STAGING = re.compile(r"(?:^|[.-])(?:staging|stage|stg|dev|test|preview|preprod|uat|qa|sandbox)\d{0,3}[.-]")

_SHORTENERS = frozenset(
    {
        "adf.ly",
        "amzn.to",
        "bit.do",
        "bit.ly",
        "bitly.com",
        "bl.ink",
        "buff.ly",
        "cutt.ly",
        "dlvr.it",
        "dub.sh",
        "fb.me",
        "goo.gl",
        "goo.su",
        "hubs.ly",
        "is.gd",
        "j.mp",
        "lnkd.in",
        "mcaf.ee",
        "n9.cl",
        "ow.ly",
        "qr.ae",
        "rb.gy",
        "rebrand.ly",
        "s.id",
        "short.gy",
        "short.io",
        "shorturl.at",
        "smarturl.it",
        "snip.ly",
        "spoo.me",
        "t.co",
        "t.ly",
        "t1p.de",
        "tiny.cc",
        "tiny.one",
        "tinyurl.com",
        "trib.al",
        "u.to",
        "v.gd",
        "vk.cc",
        "x.gd",
    }
)


def is_home(url: str) -> bool:
    """Whether an address is where a site begins: sites send there whoever asks for a page that is gone."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2].partition(".")[0].lower() in _HOMES


def is_login(url: str) -> bool:
    """Whether an address has a path by which sites name their login: /login, /account/sign-in, /wp-login.php."""
    return bool(LOGIN_PATH.search(urlsplit(url).path))


def is_staging(url: str) -> bool:
    """Whether a host is named like one for tests, below what its owner registered: staging.shop.example.com."""
    host = host_of(url)
    return bool(_STAGING.search(host.removesuffix(registrable_domain(host))))


def is_shortener(url: str) -> bool:
    """Whether a host belongs to a service that shortens links for anybody."""
    return host_of(url).removeprefix("www.") in _SHORTENERS


_PLACES = (
    ("home", "on the home page", is_home),
    ("login", "at the address of a login", is_login),
    ("staging", "on a host for tests", is_staging),
)


def misplaced(final: str, asked: str) -> tuple[str, str]:
    """Where a visitor ends who asked for something else: ("home", "on the home page"); ("", "") for no such place."""
    return next(((name, words) for name, words, is_such in _PLACES if is_such(final) and not is_such(asked)), ("", ""))
