"""What ends a visit, and the words for what the system, OpenSSL and http.client report."""

import errno
import http.client
import socket
import ssl

from launchguard.model.visit import ErrorKind
from launchguard.words import exact


class VisitFailure(Exception):  # noqa: N818 - it becomes a VisitError
    """The reason why a visit has no usable answer.

    Not an OSError on purpose: urllib3 and requests wrap those, and the reason would have to be dug out again.
    """

    def __init__(self, kind: ErrorKind, detail: str, *, code: int | None = None) -> None:
        super().__init__(detail)
        self.kind: ErrorKind = kind
        self.detail = detail
        self.code = code


# EAI_NODATA and EAI_ADDRFAMILY are missing on some systems.
_NO_SUCH_NAME = frozenset(
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)
)

# OpenSSL's X509_V_ERR_* codes (x509_vfy.h).
_TLS_WORDS = {
    9: "is not valid yet, or one of its chain is not",
    10: "has expired, or one of its chain has",
    18: "is signed by itself: unknown issuer",
    19: "comes from an unknown issuer: the root of its chain is not trusted",
    20: "comes from an unknown issuer, or the server does not send the intermediate certificate",
    21: "comes from an unknown issuer, or the server does not send the intermediate certificate",
    23: "was revoked",
    62: "was issued for another name (wrong name)",
    64: "was issued for another address (wrong name)",
}


def dns_failure(host: str, error: Exception) -> VisitFailure:
    """Tell a name that does not exist from a resolver that did not answer."""
    if isinstance(error, UnicodeError):
        return VisitFailure("dns-nxdomain", f"{host} cannot be a host name")
    code = error.errno if isinstance(error, socket.gaierror) else None
    if code in _NO_SUCH_NAME:
        return VisitFailure("dns-nxdomain", f"{host} does not exist")
    return VisitFailure("dns-failure", f"the resolver failed on {host}: {error}")


def connect_failure(host: str, errors: list[OSError], timeout_s: float) -> VisitFailure:
    """Sum up why none of a host's addresses accepted a connection: only a refusal is definite."""
    if any(isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT for error in errors):
        return VisitFailure("connect-timeout", f"{host} did not accept a connection within {exact(timeout_s)} s")
    if any(isinstance(error, ConnectionRefusedError) for error in errors):
        return VisitFailure("refused", f"{host} refused the connection")
    reason = errors[-1].strerror if errors else "no time was left"
    return VisitFailure("connect-timeout", f"{host} could not be reached: {reason}")


def tls_failure(host: str, error: ssl.SSLError) -> VisitFailure:
    """Say in words why the handshake failed; `code` is OpenSSL's when a certificate was refused."""
    if isinstance(error, ssl.SSLCertVerificationError):
        code = error.verify_code
        words = _TLS_WORDS.get(code, f"was refused: {error.verify_message}")
        return VisitFailure("tls", f"the certificate of {host} {words}", code=code)
    reason = (error.reason or "the connection ended").replace("_", " ").lower()
    return VisitFailure("tls", f"the TLS handshake with {host} failed: {reason}")


def answer_failure(error: Exception) -> VisitFailure:
    """Name what is wrong with an answer's status line or headers."""
    if isinstance(error, ConnectionError):  # RemoteDisconnected is a BadStatusLine too
        return VisitFailure("reset", "the server closed the connection without an answer")
    # http.client raises the bare HTTPException for one thing only: more headers than it accepts.
    if isinstance(error, http.client.LineTooLong) or type(error) is http.client.HTTPException:
        return VisitFailure("too-large", "the headers of the answer pass the bounds of 64 KiB a line and 100 lines")
    return VisitFailure("bad-response", f"the answer is not HTTP: {type(error).__name__}")
