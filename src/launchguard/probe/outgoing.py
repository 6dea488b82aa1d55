"""What is sent for one hop: where it goes, with which cookies, and the bytes of its request."""

from dataclasses import dataclass

from launchguard import __version__
from launchguard.model.confided import SentSecret
from launchguard.probe.client import Place
from launchguard.probe.policy import ProbePolicy
from launchguard.web.request import Device, agent_of, page_headers, request_bytes
from launchguard.web.target import RequestTarget, request_target

WHO = f"LaunchGuard/{__version__} (+https://github.com/launchguard/launchguard)"
"""Who we are, behind what a browser says."""


@dataclass(frozen=True)
class Outgoing:
    """A request that is ready: where it goes, its cookies, its bytes, and the secrets in them."""

    url: str
    target: RequestTarget
    cookies: str
    data: bytes
    secrets: tuple[SentSecret, ...] = ()

    @property
    def place(self) -> Place:
        """Which connection carries it."""
        return Place(self.target.scheme == "https", self.target.host, self.target.port)


def canonical(target: RequestTarget) -> str:
    """The URL of a request in the one spelling that it is sent in."""
    scheme, _, _, host_header, path = target
    return f"{scheme}://{host_header}{path}"


def outgoing(
    url: str, cookies: str, policy: ProbePolicy, *, device: Device, locale: str, began_at: str, after_https: bool
) -> Outgoing:
    """The request for a URL from a device, with these cookies and the secrets of its host alone.

    `began_at` and `after_https` are those of the visit (`web/confided.py`). Raises ValueError for what is no URL of
    http or https.
    """
    target = request_target(url)
    where = canonical(target)
    carried = [c for c in policy.access if c.fits(where, began_at=began_at, after_https=after_https)]
    secrets = tuple((credential.header, credential.value) for credential in carried)
    named = {name.lower() for name, _ in secrets}
    usual = page_headers(target.scheme, target.host, agent=agent_of(device, WHO), locale=locale)
    headers = (*(header for header in usual if header[0].lower() not in named), *secrets)
    _, _, _, host_header, path = target
    data = request_bytes(path, host_header, headers, cookies)
    return Outgoing(url, target, cookies, data, tuple(credential.told for credential in carried))
