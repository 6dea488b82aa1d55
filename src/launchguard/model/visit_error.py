"""Why a visit has no usable answer: the kinds of failure, and which of them say something certain about the page."""

from dataclasses import dataclass
from typing import Literal

from launchguard.web.hosts import host_and_port
from launchguard.words.hostile import clip, plain

ErrorKind = Literal[
    "dns-nxdomain",  # the name does not exist: definite
    "dns-failure",  # the resolver did not answer: not definite
    "refused",  # connection refused: definite
    "connect-timeout",  # no answer to the connection: not definite
    "tls",  # the certificate or the handshake was refused: definite
    "silent",  # connected, then no answer within the deadline, twice: definite
    "reset",  # the connection broke before a whole answer: definite
    "too-large",  # the body or the headers passed the bound: definite
    "bad-encoding",  # the body cannot be decoded as its headers say: definite
    "bad-response",  # not HTTP: definite
    "redirect-loop",  # the same URL twice, or more hops than are followed: definite
    "redirect-refused",  # a redirect to an address that we may not visit: definite
    "app-link",  # a redirect into an app, which opens only where that app is installed: definite
    "http2-only",  # the server speaks HTTP/2 and nothing else, which browsers do and we do not: not definite
    "no-route",  # this machine has no way to the address: not definite
    "proxy",  # a proxy in between failed: not definite
    "forbidden-address",  # we may not visit this address: not definite
    "own-load",  # the host is not done yet with a load that we sent before: not definite
    "other",  # anything else: not definite
]

DEFINITE: frozenset[ErrorKind] = frozenset(
    {
        "dns-nxdomain",
        "refused",
        "tls",
        "silent",
        "reset",
        "too-large",
        "bad-encoding",
        "bad-response",
        "redirect-loop",
        "redirect-refused",
        "app-link",
    }
)

TlsReason = Literal[
    "",
    "expired",
    "chain-expired",  # an intermediate certificate has
    "not-yet-valid",
    "wrong-name",
    "no-san",  # it names no host in subjectAltName, and browsers read nothing else
    "self-signed",
    "incomplete-chain",  # the server leaves out the intermediate certificate
    "unknown-authority",
    "revoked",
    "weak",  # a key or a signature that is too weak
    "old-protocol",  # nothing newer than TLS 1.1
    "client-certificate",  # the server asks the visitor for a certificate
    "name-unknown",  # the server knows no site of this name
    "not-tls",  # something else than TLS answers on the port
    "certificate",  # refused for another reason
    "handshake",  # any other failure
]
"""Why a TLS handshake failed; "" for what is no failure of TLS."""


_FIXES: dict[ErrorKind, str] = {
    "dns-nxdomain": "Create the DNS record of {host}, or correct the page's `url`.",
    "dns-failure": "Run again; when it stays so, look at the name servers of {host} and at this machine's resolver.",
    "refused": "Start the server behind {host}, or open its port; check the port in the page's `url`.",
    "connect-timeout": "Run again, from a network that reaches {host}; a firewall may drop what comes from this one.",
    "tls": "Let {host} send a certificate that browsers accept, with its chain; tls-valid says what is wrong with it.",
    "silent": "Find out why {host} accepts a connection and then stays silent; the application behind it may hang.",
    "reset": "Look for what closes the connection at {host}: a crashing application, a proxy or a firewall.",
    "too-large": "Find out what {host} sends at this address; it is larger than any landing page.",
    "bad-encoding": "Correct the Content-Encoding header, or the compression, at {host}.",
    "bad-response": "Check the port and the scheme of the page's `url`; {host} does not answer in HTTP.",
    "redirect-loop": "Break the circle in the redirect rules of {host}.",
    "redirect-refused": "Correct the redirect: a public page can lead visitors to public web addresses only.",
    "app-link": "Redirect {host} to a web page, and let that page offer the app: many visitors do not have it.",
    "http2-only": "Offer HTTP/1.1 beside HTTP/2 at {host}, or look at the page in a browser.",
    "no-route": "Run from a machine that reaches the addresses of {host}.",
    "proxy": "Look at the proxy between this machine and {host}, or run again without it.",
    "forbidden-address": "Give {host} a public address, or run where its private one may be visited.",
    "own-load": "Look for what keeps working or stays broken at {host} after a load, then repeat the run.",
    "other": "Run again, from a network that reaches {host}.",
}


@dataclass(frozen=True)
class VisitError:
    """Why a visit has no usable answer: a kind, one sentence and the URL of the hop.

    For `tls` also the reason, OpenSSL's code where a certificate was refused, and the `roots` that were trusted: who
    names them, and their file.
    """

    kind: ErrorKind
    detail: str
    url: str
    code: int | None = None
    reason: TlsReason = ""
    roots: str = ""

    @property
    def definite(self) -> bool:
        """True when the answer is certainly wrong; False when no answer can be trusted."""
        return self.kind in DEFINITE

    @property
    def fix(self) -> str:
        """What to do about it, in one sentence that names the host."""
        return _FIXES[self.kind].format(host=clip(plain(host_and_port(self.url)), 80))
