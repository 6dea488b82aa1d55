"""Cases of redirects: by status, header or markup; what becomes of parameters, cookies and languages."""

import re
from urllib.parse import parse_qsl, quote

from tests.pages.making import GOOD, TAGGED, TEXT, Ask, PageCase, bare, first, html, leads, said

MOVED = "301 Moved Permanently"
GONE = said("gone", status="404 Not Found")
CLICK_IDS = ("gclid", "fbclid", "msclkid")
HOME = html(
    "<h1>Welcome to our shop</h1><p>Everything for house and garden, all year round, delivered to your door.</p>",
    title="Home",
)
WALL = html(
    "<h1>Before you continue</h1><p>We and our partners use cookies. Accept all or reject all to continue to the page."
    "</p><form method=post><button>Accept all</button><button>Reject all</button></form>",
    title="Before you continue",
)


def refreshing(ask: Ask, body: str) -> bytes:
    to = f"/{ask.name}/page{ask.query}".replace("&", "&amp;")
    return said(html(body, head=f'<meta http-equiv="refresh" content="0; url={to}">'))


def _without_fbclid(ask: Ask) -> bytes:
    kept = ask.kept(lambda name: name != "fbclid")
    return said(GOOD) if kept == ask.query else leads(f"/{ask.name}{kept}", status=MOVED)


def _with_slash(ask: Ask, query: str) -> bytes:
    there = ask.target.partition("?")[0].endswith("/")
    return said(GOOD) if there else leads(f"/{ask.name}/{query}", status=MOVED)


def _behind_a_wall(ask: Ask) -> bytes:
    if ask.rest == "consent":
        return said(WALL)
    return said(GOOD) if "consent=1" in ask.header("cookie") else leads(f"/{ask.name}/consent{ask.query}")


def _once_set(ask: Ask, cookie: str) -> bytes:
    """The page for those who bring the cookie that everybody else is sent to fetch."""
    return said(GOOD) if "seen=1" in ask.header("cookie") else leads(ask.target, f"Set-Cookie: {cookie}")


def _counted(ask: Ask) -> bytes:
    found = re.search(r"n=(\d+)", ask.header("cookie"))
    return leads(ask.target, f"Set-Cookie: n={int(found[1]) + 1 if found else 0}; Path=/")


def _chain(ask: Ask, length: int) -> bytes:
    """Redirects that count themselves."""
    come = int(ask.rest or 0)
    return leads(f"/{ask.name}/{come + 1}{ask.query}") if come < length else said(GOOD)


def _by_language(ask: Ask) -> bytes:
    if ask.rest == "en":
        return said(html(f"<h1>Spring sale</h1><p>{TEXT}</p>"))
    if ask.rest == "es":
        offered = "-30 % en todo hasta el jueves, en todas las tiendas y en la web."
        return said(html(f"<h1>Rebajas de primavera</h1><p>{offered}</p>"))
    language = "es" if ask.header("accept-language").lower().startswith("es") else "en"
    return leads(f"/{ask.name}/{language}{ask.query}", "Vary: Accept-Language")


def _by_device(ask: Ask) -> bytes:
    return leads(f"/{ask.name}/m") if "Mobile" in ask.header("user-agent") else said(GOOD)


def _strict(ask: Ask) -> bytes:
    broken = re.search(r"%(?![0-9A-Fa-f]{2})", ask.target)
    return said("invalid %-encoding", status="400 Bad Request") if broken else said(GOOD)


def _escaped_again(ask: Ask) -> bytes:
    pairs = sorted(parse_qsl(ask.query[1:], keep_blank_values=True), reverse=True)
    return leads(f"/{ask.name}/page?" + "&".join(f"{name}={quote(value)}" for name, value in pairs))


MEANS = (
    PageCase("meta-refresh", "warn", first(lambda ask: refreshing(ask, "<p>One moment, you are being sent on.</p>"))),
    PageCase("meta-refresh-404", "block", first(lambda ask: refreshing(ask, "<h1>Spring sale</h1>"), GONE)),
    PageCase("refresh-header", "warn", first(lambda ask: said(b"", f"Refresh: 0; url=/{ask.name}/page{ask.query}"))),
    PageCase(
        "noscript-refresh",
        "go",
        said(
            html(
                f"<h1>Spring sale</h1><p>{TEXT}</p>",
                head='<noscript><meta http-equiv="refresh" content="0; url=https://basic.other.example/nojs"></noscript>',
            )
        ),
    ),
    PageCase(
        "js-redirect-404",
        "",
        first(lambda ask: said(html(f"<h1>Spring sale</h1><script>location.replace('/{ask.name}/gone')</script>"))),
    ),
    PageCase("scheme-itms", "not go", leads("itms-apps://apps.apple.com/app/id123456789")),
    PageCase("location-utf8-nel", "go", first(lambda ask: leads(f"/{ask.name}/Åre-Х{ask.query}"))),
    PageCase(
        "location-in-capitals", "go", first(lambda ask: leads(f"HTTP://{ask.header('host')}/{ask.name}/p{ask.query}"))
    ),
    PageCase("location-spaces", "go", first(lambda ask: leads(f"/{ask.name}/spring sale 30%{ask.query}"))),
    PageCase(
        "redirect-with-a-broken-body",
        "go",
        first(
            lambda ask: bare(
                b"zz", "HTTP/1.1 302 Found", f"Location: /{ask.name}/page{ask.query}", "Transfer-Encoding: chunked"
            )
        ),
    ),
    PageCase("redirects-15-times", "", lambda ask: _chain(ask, 15)),
    PageCase("redirects-25-times", "block", lambda ask: _chain(ask, 25)),
    PageCase("home-redirect", "warn", first(lambda ask: leads(f"/{ask.name}/home{ask.query}"), said(HOME)), ()),
    PageCase("consent-interstitial", "warn", _behind_a_wall, ()),
)

PARAMETERS = (
    PageCase(
        "drops-some",
        "block",
        first(lambda ask: leads(f"/{ask.name}/p{ask.kept(lambda name: name not in ('utm_campaign', 'utm_source'))}")),
    ),
    PageCase(
        "allowlist-gclid-fbclid",
        "go",
        first(
            lambda ask: leads(
                f"/{ask.name}/p{ask.kept(lambda name: name in CLICK_IDS or name.startswith('utm_'))}", status=MOVED
            )
        ),
    ),
    PageCase("strip-fbclid-self", "go", _without_fbclid),
    PageCase("slash-keeps", "go", lambda ask: _with_slash(ask, ask.query)),
    PageCase("slash-drops", "block", lambda ask: _with_slash(ask, "")),
    PageCase("behind-hash", "warn", first(lambda ask: leads(f"/{ask.name}/page#offer{ask.query}"))),
    PageCase("reorders-encodes", "go", first(_escaped_again)),
    PageCase("double-encodes", "", first(lambda ask: leads(f"/{ask.name}/p{ask.query.replace('%', '%25')}"))),
    PageCase("duplicates", "", first(lambda ask: leads(f"/{ask.name}/p{ask.query}&{ask.query[1:]}"))),
    PageCase("amp-in-location", "", first(lambda ask: leads(f"/{ask.name}/p{ask.query.replace('&', '&amp;')}"))),
    PageCase("second-question-mark", "", first(lambda ask: leads(f"/{ask.name}/p?lang=en{ask.query}"))),
    PageCase("lower-cases-query", "", first(lambda ask: leads(f"/{ask.name}/p{ask.query.lower()}"))),
    PageCase(
        "drops-coupon",
        "block",
        first(lambda ask: leads(f"/{ask.name}/p{ask.kept(lambda name: name not in ('coupon', 'lang'))}", status=MOVED)),
        query="?coupon=SPRING30&lang=es&" + TAGGED[1:],
    ),
    PageCase(
        "rack-bad-percent",
        "block",
        _strict,
        query="?utm_source=newsletter&utm_medium=email&utm_campaign=-30%-auf-alles",
    ),
    PageCase(
        "ssr-unicode-path",
        "go",
        lambda ask: said(GOOD) if ask.rest == "fr%C3%BChling" else GONE,
        path="/frühling",
    ),
    PageCase("stray-percent", "go", lambda ask: said(GOOD) if ask.rest == "-30%-sale" else GONE, path="/-30%-sale"),
    PageCase("case-path", "go", lambda ask: said(GOOD) if ask.rest == "Spring" else GONE, path="/Spring"),
)

VISITORS = (
    PageCase("cookie-self", "go", lambda ask: _once_set(ask, "seen=1; Path=/; SameSite=Lax")),
    PageCase(
        "cookie-expires-dash",
        "go",
        lambda ask: _once_set(ask, "seen=1; expires=Thu, 31-Dec-2037 23:55:55 GMT; path=/; HttpOnly"),
    ),
    PageCase("cookie-counter", "block", _counted),
    PageCase("accept-language", "go", _by_language, ("Rebajas de primavera",), locale="es-ES"),
    PageCase("mobile-drops", "block", first(_by_device)),
)

LED = (*MEANS, *PARAMETERS, *VISITORS)
