"""What lets us into a protected preview: read from the environment, sent to one host, shown nowhere."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from launchguard.errors import LaunchGuardError
from launchguard.model.confided import SentSecret
from launchguard.model.parts import Access
from launchguard.web.confided import may_hear
from launchguard.web.hosts import split_host


@dataclass(frozen=True)
class Credential:
    """A header for one host: how it lets us in, and `secret`, the text from the environment.

    The host may carry a port ("preview.example.com:8443").
    """

    access: Access
    secret: str = field(repr=False)

    @property
    def header(self) -> str:
        """The header's name."""
        return "Authorization" if self.access.basic else self.access.header

    @property
    def value(self) -> str:
        """The header's whole value."""
        return "Basic " + b64encode(self.secret.encode()).decode() if self.access.basic else self.secret

    @property
    def told(self) -> SentSecret:
        """What a report may say of it."""
        return SentSecret(self.access.from_env, self.access.host)

    def fits(self, url: str, *, began_at: str, after_https: bool) -> bool:
        """Say whether a request for this URL may carry it: see `web/confided.py`."""
        return may_hear(url, self.access.host, began_at=began_at, after_https=after_https)


def credentials_from_env(
    access: Sequence[Access],
    environ: Mapping[str, str],
    allowed: Mapping[str, Sequence[str]],
    *,
    only_listed: bool = False,
) -> tuple[Credential, ...]:
    """Read the secrets that a manifest names from the environment.

    `allowed` maps a variable to the hosts that may get it (the repository's `secrets`); when it has entries, or with
    `only_listed`, a variable that it does not list goes nowhere. Raises LaunchGuardError for a variable that is
    missing, empty or not allowed for the host, and for a value that no header can carry; no message holds the value.
    """
    return tuple(_credential(entry, environ, allowed if allowed or only_listed else None) for entry in access)


def _credential(entry: Access, environ: Mapping[str, str], allowed: Mapping[str, Sequence[str]] | None) -> Credential:
    """One of them; `allowed` is None where every variable may go where the manifest says."""
    name, host = entry.from_env, entry.host.lower()
    listed = {known.lower() for known in (allowed or {}).get(name, ())}
    if allowed is not None and listed.isdisjoint((host, split_host(host)[0])):
        raise LaunchGuardError(
            f"The secret {name} is not meant for {entry.host}.",
            hint=f"Add the host in .launchguard.yml (of the base branch, where there is one): "
            f"secrets: {{{name}: [{entry.host}]}}",
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
    elif not (secret.isascii() and secret.isprintable()):
        raise LaunchGuardError(
            f"{name} holds characters that no header can carry.", hint="Use printable ASCII on one line."
        )
    return Credential(entry, secret)
