"""A page on loopback for the self-calibration: answers every request with the same bytes, over TLS where asked."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
PAGE_BYTES = 30_000
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % PAGE_BYTES + b" " * PAGE_BYTES
_LONGEST_HEAD_BYTES = 65_536


class _Server(socketserver.ThreadingTCPServer):
    request_queue_size = 1024

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.context = context
        super().__init__((LOOPBACK, 0), _Connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that goes away in the middle is no matter."""


class _Connection(socketserver.BaseRequestHandler):
    """One connection: an answer for every request head that arrives."""

    server: _Server

    def handle(self) -> None:
        if self.server.context is None:
            self._answer(self.request)
        else:
            with self.server.context.wrap_socket(self.request, server_side=True) as request:
                self._answer(request)

    def _answer(self, request: Any) -> None:
        with suppress(OSError):
            while head := request.recv(_LONGEST_HEAD_BYTES):
                request.sendall(_ANSWER * head.count(b"\r\n\r\n"))


@contextmanager
def responding(context: ssl.SSLContext | None) -> Iterator[int]:
    """Answer on a free port, in threads, while the context lasts; yields the port. Its clients have to end before."""
    with _Server(context) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="calibration")
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def make_certificate(directory: Path) -> tuple[Path, ssl.SSLContext]:
    """An ECDSA P-256 certificate for 127.0.0.1 that lasts an hour: its file, and the context of the server."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "LaunchGuard self-calibration")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = directory / "calibration.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context
