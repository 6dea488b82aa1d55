"""TLS: which roots are trusted, the context that all idle visits share, and what a handshake showed."""

import ssl
from collections.abc import Mapping

import certifi
from cryptography import x509

from launchguard.errors import LaunchGuardError
from launchguard.model.visit import Certificate, Tls


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
        context = ssl.create_default_context(cafile=path)
    except OSError as exc:
        raise LaunchGuardError(
            f"The certificates in {path!r} cannot be used: {exc.strerror or exc}",
            hint=f"{name} has to be a file of PEM certificates.",
        ) from exc
    # Python 3.13 made this flag a default; it refuses certificates that browsers accept.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    return context


def describe(sock: ssl.SSLSocket) -> Tls:
    """Read protocol version and chain (leaf first) of a finished handshake.

    The chain is the one that was verified where Python tells it, else the leaf alone; a certificate that OpenSSL took
    and a stricter parser does not read is left out.
    """
    chain = []
    for der in _verified_chain(sock):
        try:
            certificate = x509.load_der_x509_certificate(der)
            chain.append(
                Certificate(
                    subject=certificate.subject.rfc4514_string(),
                    issuer=certificate.issuer.rfc4514_string(),
                    not_before=certificate.not_valid_before_utc,
                    not_after=certificate.not_valid_after_utc,
                )
            )
        except ValueError:  # the others still tell their expiry
            continue
    return Tls(version=sock.version() or "", chain=tuple(chain))


def _verified_chain(sock: ssl.SSLSocket) -> list[bytes]:
    """Return the DER bytes of the chain: public from Python 3.13, inside `_sslobj` before, else only the leaf."""
    public = getattr(sock, "get_verified_chain", None)
    if public is not None:
        return list(public())
    private = getattr(getattr(sock, "_sslobj", None), "get_verified_chain", None)
    if private is not None:
        return [ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in private()]
    leaf = sock.getpeercert(binary_form=True)
    return [leaf] if leaf else []
