"""Which addresses one visit may reach, hop by hop."""

from collections.abc import Collection

from launchguard.model.visit_error import ErrorKind
from launchguard.probe.failure import VisitFailure
from launchguard.web.addresses import is_loopback_host, kind_of, parse_address, refusal


class Gate:
    """Keeps a visit away from addresses that it may not reach.

    A loopback page may stay on loopback, a host in `private_hosts` may be private, and once an answer came from a
    public address nothing but public addresses follow: a page on the internet cannot send us into a network.
    """

    def __init__(self, page_host: str, private_hosts: Collection[str]) -> None:
        self._loopback = is_loopback_host(page_host)
        self._private_hosts = frozenset(host.lower() for host in private_hosts)
        self._hops = 0
        self._from_public = False

    def refusal(self, host: str, address: str) -> str:
        """Say why `host` must not be reached at this resolved address; "" when it may."""
        if self._from_public:
            return refusal(host, address, loopback=False, private_hosts=())
        return refusal(host, address, loopback=self._loopback, private_hosts=self._private_hosts)

    def failure(self, reason: str) -> VisitFailure:
        """A page that we may not visit is nobody's fault; a redirect to such an address is the page's."""
        kind: ErrorKind = "redirect-refused" if self._hops else "forbidden-address"
        return VisitFailure(kind, reason)

    def answered(self, address: str) -> None:
        """Note that a hop was answered by this address: the next hop is its redirect."""
        self._hops += 1
        parsed = parse_address(address)
        self._from_public = self._from_public or (parsed is not None and kind_of(parsed) == "public")
