"""TLS: the one context of a run, and the chain that it verified."""

import ssl
from collections.abc import Mapping

import certifi
from cryptography import x509

from launchguard.errors import LaunchGuardError
from launchguard.model.visit import Certificate, Tls


def build_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Make the context that all connections of a run share: loading the roots is most of what a handshake costs.

    The roots are those of REQUESTS_CA_BUNDLE, else of SSL_CERT_FILE, else certifi's, the ones that public visitors
    trust; this is the only place that reads these variables. Verification cannot be switched off. Raises
    LaunchGuardError for a file that cannot be used.
    """
    name = next((n for n in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE") if environ.get(n)), "")
    path = environ[name] if name else certifi.where()
    try:
        context = ssl.create_default_context(cafile=path)
    except OSError as exc:
        raise LaunchGuardError(
            f"The certificates in {path!r} cannot be used: {exc.strerror or exc}",
            hint=f"{name or 'certifi'} has to be a file of PEM certificates.",
        ) from exc
    # Python 3.13 made this flag a default; it refuses certificates that browsers accept.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    return context


def describe(sock: ssl.SSLSocket) -> Tls:
    """Read protocol version and verified chain (leaf first) of a finished handshake."""
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
        except ValueError:  # OpenSSL took it, a stricter parser does not: the others still tell their expiry
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
