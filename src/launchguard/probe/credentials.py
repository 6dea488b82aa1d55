"""What lets us into a protected preview: read from the environment, sent to one host, shown nowhere."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult

from launchguard.errors import LaunchGuardError
from launchguard.model.parts import Access

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Credential:
    """A header for one host. `host` may carry a port ("preview.example.com:8443"); without one any port will do.

    `value` is the header's whole value, `secret` the text from the environment.
    """

    host: str
    header: str
    value: str = field(repr=False)
    secret: str = field(repr=False)

    def fits(self, url: SplitResult) -> bool:
        """Say whether this URL is on the very host (and port, if one was given) that the credential is for."""
        host, port = _host_and_port(self.host)
        actual = url.port or _DEFAULT_PORTS.get(url.scheme)
        return (url.hostname or "").rstrip(".") == host and port in (None, actual)


def credentials_from_env(
    access: Sequence[Access], environ: Mapping[str, str], allowed: Mapping[str, Sequence[str]]
) -> tuple[Credential, ...]:
    """Read the secrets that a manifest names from the environment.

    `allowed` maps a variable to the hosts that may get it (the repository's `secrets`); when it has entries, a
    variable that it does not list goes nowhere. Raises LaunchGuardError for a variable that is missing, empty or
    not allowed for the host, and for a value that no header can carry; no message holds the value.
    """
    return tuple(_credential(entry, environ, allowed) for entry in access)


def _credential(entry: Access, environ: Mapping[str, str], allowed: Mapping[str, Sequence[str]]) -> Credential:
    name, host = entry.from_env, entry.host.lower()
    listed = {known.lower() for known in allowed.get(name, ())}
    if allowed and listed.isdisjoint((host, _host_and_port(host)[0])):
        raise LaunchGuardError(
            f"The secret {name} is not meant for {entry.host}.",
            hint=f"Add the host in .launchguard.yml: secrets: {{{name}: [{entry.host}]}}",
        )
    secret = environ.get(name, "").strip()
    if not secret:
        raise LaunchGuardError(
            f"Access to {entry.host} needs the environment variable {name}, which is not set.",
            hint=f"Set {name} (in a workflow: env: {name}: ${{{{ secrets.{name} }}}}).",
        )
    if entry.basic:
        if ":" not in secret:
            raise LaunchGuardError(
                f"{name} holds no user and password for {entry.host}.", hint="Basic access is written user:password"
            )
        return Credential(host, "Authorization", "Basic " + b64encode(secret.encode()).decode(), secret)
    if not (secret.isascii() and secret.isprintable()):
        raise LaunchGuardError(
            f"{name} holds characters that no header can carry.", hint="Use printable ASCII on one line."
        )
    return Credential(host, entry.header, secret, secret)


def _host_and_port(text: str) -> tuple[str, int | None]:
    """Split "host", "host:port", "::1" and "[::1]:port"."""
    host, colon, port = text.lower().rpartition(":")
    if colon and port.isdecimal() and (":" not in host or host.endswith("]")):
        return host.strip("[]"), int(port)
    return text.lower().strip("[]"), None
