"""Why a TLS handshake failed, in words and as a reason that a fix can be told for."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509

from launchguard.model.visit_error import TlsReason
from launchguard.probe.failure import VisitFailure


@dataclass(frozen=True)
class Presented:
    """What a server shows to a client that does not verify.

    Its chain as sent (leaf first), whether it asks for a certificate, and the protocol that it takes of HTTP/2 alone.
    """

    chain: tuple[x509.Certificate, ...] = ()
    asks_for_certificate: bool = False
    protocol: str = ""


# OpenSSL's X509_V_ERR_* codes (x509_vfy.h).
_OF_CODE: dict[int, tuple[TlsReason, str]] = {
    9: ("not-yet-valid", "is not valid yet, or one of its chain is not"),
    10: ("expired", "has expired, or one of its chain has"),
    18: ("self-signed", "is signed by itself: unknown issuer"),
    19: ("unknown-authority", "comes from an unknown issuer: the root of its chain is not trusted"),
    20: ("unknown-authority", "comes from an unknown issuer: no authority that browsers trust stands at its end"),
    21: ("incomplete-chain", "comes from an unknown issuer, or the server does not send the intermediate certificate"),
    23: ("revoked", "was revoked"),
    62: ("wrong-name", "was issued for another name (wrong name)"),
    64: ("wrong-name", "was issued for another address (wrong name)"),
    66: ("weak", "has a key that is too weak"),
    67: ("weak", "comes from an authority whose key is too weak"),
    68: ("weak", "comes from an authority whose signature is too weak"),
}

# Reasons of OpenSSL's ssl library, as Python names them.
_OF_HANDSHAKE: dict[str, tuple[TlsReason, str]] = {
    "UNSUPPORTED_PROTOCOL": ("old-protocol", "it speaks nothing newer than TLS 1.1"),
    "TLSV1_ALERT_PROTOCOL_VERSION": ("old-protocol", "it speaks nothing newer than TLS 1.1"),
    "WRONG_SSL_VERSION": ("old-protocol", "it speaks nothing newer than TLS 1.1"),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": ("client-certificate", "it asks visitors for a certificate of their own"),
    "TLSV1_UNRECOGNIZED_NAME": ("name-unknown", "it has no site of this name"),
    "WRONG_VERSION_NUMBER": ("not-tls", "it does not speak TLS on this port"),
    "HTTP_REQUEST": ("not-tls", "it does not speak TLS on this port"),
    "UNKNOWN_PROTOCOL": ("not-tls", "it does not speak TLS on this port"),
    "PACKET_LENGTH_TOO_LONG": ("not-tls", "it does not speak TLS on this port"),
    "DH_KEY_TOO_SMALL": ("weak", "its key exchange is too weak"),
    "EE_KEY_TOO_SMALL": ("weak", "the key of its certificate is too weak"),
}
# What OpenSSL says of the alert no_application_protocol; Python before 3.13 has no name for it.
_NO_COMMON_PROTOCOL = (None, "TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "NO_APPLICATION_PROTOCOL")
MAX_NAMES = 5


def http2_only(host: str) -> VisitFailure:
    """Browsers speak HTTP/2 and we do not: nothing is known about the page."""
    return VisitFailure("http2-only", f"{host} speaks HTTP/2 only")


def tls_failure(host: str, error: ssl.SSLError, presented: Presented) -> VisitFailure:
    """Say why the handshake failed; `code` is OpenSSL's when a certificate was refused."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _refused(host, error, presented.chain)
    if error.reason in _NO_COMMON_PROTOCOL and presented.protocol == "h2":
        return http2_only(host)
    words = (error.reason or "the connection ended").replace("_", " ").lower()
    reason, words = _OF_HANDSHAKE.get(error.reason or "", ("handshake", words))
    if reason == "handshake" and presented.asks_for_certificate:
        reason, words = _OF_HANDSHAKE["TLSV13_ALERT_CERTIFICATE_REQUIRED"]
    return VisitFailure("tls", f"the TLS handshake with {host} failed: {words}", reason=reason)


def late_failure(host: str, error: OSError) -> VisitFailure | None:
    """What a server says after the handshake about the handshake (TLS 1.3: that a certificate was wanted), if so."""
    name = getattr(error, "reason", None) or ""
    if not isinstance(error, ssl.SSLError) or name not in _OF_HANDSHAKE:
        return None
    return tls_failure(host, error, Presented())


def _refused(host: str, error: ssl.SSLCertVerificationError, chain: tuple[x509.Certificate, ...]) -> VisitFailure:
    code = error.verify_code
    reason, words = _OF_CODE.get(code, ("certificate", f"was refused: {error.verify_message}"))
    detail = f"the certificate of {host} {words}"
    if chain and not _is_another(reason, chain, datetime.now(UTC)):
        reason, detail = _seen(host, reason, detail, chain)
    return VisitFailure("tls", detail, code=code, reason=reason)


def _is_another(reason: TlsReason, chain: tuple[x509.Certificate, ...], now: datetime) -> bool:
    """Whether these are not the refused certificates: the second look met another machine of the same name."""
    if reason == "expired":
        return all(certificate.not_valid_after_utc > now for certificate in chain)
    return reason == "not-yet-valid" and all(certificate.not_valid_before_utc <= now for certificate in chain)


def _seen(host: str, reason: TlsReason, detail: str, chain: tuple[x509.Certificate, ...]) -> tuple[TlsReason, str]:
    """The same with what the certificates say of themselves: which of them it is, and since when."""
    leaf = chain[0]
    if reason == "expired":
        first = min(chain, key=lambda certificate: certificate.not_valid_after_utc)
        reason = "expired" if first is leaf else "chain-expired"
        return reason, f"{_named(first, leaf, host)} has expired on {first.not_valid_after_utc:%Y-%m-%d}"
    if reason == "not-yet-valid":
        last = max(chain, key=lambda certificate: certificate.not_valid_before_utc)
        return reason, f"{_named(last, leaf, host)} is not valid yet: it begins on {last.not_valid_before_utc:%Y-%m-%d}"
    if reason == "wrong-name":
        names = _names(leaf)
        if not names:
            return (
                "no-san",
                f"the certificate of {host} names no host: it has no subjectAltName, and nothing else counts",
            )
        more = ", …" if len(names) > MAX_NAMES else ""
        return reason, f"{detail}: {', '.join(names[:MAX_NAMES])}{more}"
    if reason in ("unknown-authority", "incomplete-chain") and len(chain) == 1 and leaf.issuer != leaf.subject:
        issuer = _common_name(leaf.issuer)
        return "incomplete-chain", (
            f"the certificate of {host} comes from an unknown issuer: the server does not send the intermediate "
            f"certificate of {issuer}"
        )
    return reason, detail


def _named(certificate: x509.Certificate, leaf: x509.Certificate, host: str) -> str:
    if certificate is leaf:
        return f"the certificate of {host}"
    return f"the intermediate certificate {_common_name(certificate.subject)} in the chain of {host}"


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _names(leaf: x509.Certificate) -> list[str]:
    try:
        extension = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):  # ValueError: an extension that cannot be parsed
        return []
    return [str(name.value) for name in extension.value]
