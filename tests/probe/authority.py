"""An authority with an intermediate one below it, and certificates of any kind from both."""

import datetime as dt
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DAY = dt.timedelta(days=1)
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Signed:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def sign(
    name: str,
    by: Signed | None = None,
    *,
    authority: bool = False,
    begins: dt.timedelta = -30 * DAY,
    ends: dt.timedelta = 300 * DAY,
    names: tuple[str, ...] = (),
) -> Signed:
    """A certificate for `name`, signed by another one or by itself, with these names in its subjectAltName."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + begins)
        .not_valid_after(NOW + ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
    return Signed(builder.sign(by.key if by else key, hashes.SHA256()), key)


ROOT = sign("Test Root", authority=True, begins=-1000 * DAY, ends=3000 * DAY)
MIDDLE = sign("Test Intermediate", ROOT, authority=True, begins=-500 * DAY, ends=2000 * DAY)
OLD_MIDDLE = sign("Old Intermediate", ROOT, authority=True, begins=-500 * DAY, ends=-1 * DAY)
SOON_MIDDLE = sign("Soon Intermediate", ROOT, authority=True, begins=-500 * DAY, ends=7 * DAY)


def served(directory: Path, leaf: Signed, *chain: Signed) -> ssl.SSLContext:
    """The context of a server that sends these certificates."""
    private = leaf.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = directory / f"{leaf.certificate.serial_number}.pem"
    path.write_bytes(private + b"".join(signed.pem for signed in (leaf, *chain)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
