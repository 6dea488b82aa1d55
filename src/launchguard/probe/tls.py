"""TLS: which roots are trusted, the context that all idle visits share, and what a handshake showed."""

import contextlib
import ssl
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import certifi
from cryptography import x509

from launchguard.errors import LaunchGuardError
from launchguard.model.visit import Certificate, Tls
from launchguard.probe.handshake import Presented

_CERTIFICATE_REQUEST = 13  # RFC 8446, section 4


def trusted_roots(environ: Mapping[str, str]) -> tuple[str, str]:
    """Who names the file of trusted roots, and its path, for idle visits and load alike.

    REQUESTS_CA_BUNDLE, else SSL_CERT_FILE, else certifi, whose roots are about those that public visitors trust. This
    is the only place that reads these variables.
    """
    name = next((n for n in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE") if environ.get(n)), "")
    return (name, environ[name]) if name else ("certifi", certifi.where())


def build_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Make the context that idle visits share: loading the roots is most of what a handshake costs.

    Verification cannot be switched off. Raises LaunchGuardError for a file that cannot be used.
    """
    name, path = trusted_roots(environ)
    try:
        return _context_of(path, Path(path).stat().st_mtime_ns)
    except OSError as exc:
        raise LaunchGuardError(
            f"The certificates in {path!r} cannot be used: {exc.strerror or exc}",
            hint=f"{name} has to be a file of PEM certificates.",
        ) from exc


@lru_cache(maxsize=2)  # one campaign has several looks, and one call many campaigns
def _context_of(path: str, _changed_ns: int) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=path)
    # Python 3.13 made this flag a default; it refuses certificates that browsers accept.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    # Browsers have ignored the common name since 2017 (RFC 9525, section 6.3).
    context.hostname_checks_common_name = False
    context.set_alpn_protocols(["http/1.1"])
    return context


def describe(sock: ssl.SSLSocket) -> Tls:
    """Read protocol version and chain (leaf first) of a finished handshake.

    The chain is the one that was verified where Python tells it, else the leaf alone; a certificate that OpenSSL took
    and a stricter parser does not read is left out.
    """
    chain = [
        Certificate(
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
        )
        for certificate in _parsed(_chain(sock, "get_verified_chain"))
    ]
    return Tls(version=sock.version() or "", chain=tuple(chain))


class Inspector:
    """Shakes hands without verifying, to see why a handshake that did verify has failed; nothing is sent or read."""

    def __init__(self) -> None:
        """Offer HTTP/2, which a client of HTTP/1.1 never does: a server that takes nothing else shows itself."""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.check_hostname = False
        self._context.verify_mode = ssl.CERT_NONE
        self._context.set_alpn_protocols(["h2"])
        # Python's own hook for watching a handshake; without it a demand for a certificate stays unseen.
        setattr(self._context, "_msg_callback", self._watch)  # noqa: B010 - no stub knows it
        self._asked = False

    def look(self, sock: Any, host: str) -> Presented:
        """What the server presents to a client of `host` on this connected socket, which is closed at the end."""
        chain: tuple[x509.Certificate, ...] = ()
        protocol = ""
        with (
            contextlib.closing(sock),
            contextlib.suppress(OSError),
            self._context.wrap_socket(sock, server_hostname=host) as secured,
        ):
            chain = tuple(_parsed(_chain(secured, "get_unverified_chain")))
            protocol = secured.selected_alpn_protocol() or ""
        return Presented(chain, self._asked, protocol)

    def _watch(self, _conn: Any, direction: str, _version: Any, _content: Any, message: Any, _data: bytes) -> None:
        if direction == "read" and message == _CERTIFICATE_REQUEST:
            self._asked = True


def _parsed(chain: Sequence[bytes]) -> list[x509.Certificate]:
    found = []
    for der in chain:
        # The others still tell their expiry.
        with contextlib.suppress(ValueError):
            found.append(x509.load_der_x509_certificate(der))
    return found


def _chain(sock: ssl.SSLSocket, name: str) -> list[bytes]:
    """Return the DER bytes of a chain: public from Python 3.13, inside `_sslobj` before, else only the leaf."""
    public = getattr(sock, name, None)
    if public is not None:
        return list(public())
    private = getattr(getattr(sock, "_sslobj", None), name, None)
    if private is not None:
        return [ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in private() or ()]
    leaf = sock.getpeercert(binary_form=True)
    return [leaf] if leaf else []
