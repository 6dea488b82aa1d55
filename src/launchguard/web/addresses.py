"""Which network addresses a request may go to: pure functions over text, no lookup.

The ranges are those of the IANA special-purpose registries (RFC 6890) and of RFC 1918, 4193 and 6598. An IPv6
address that carries an IPv4 address (mapped, 6to4, NAT64) is judged by the address that it carries.
"""

import ipaddress
import re
import socket
from collections.abc import Collection
from typing import Literal

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

AddressKind = Literal["public", "loopback", "private", "link-local", "metadata", "reserved"]

# Instance metadata of the large clouds; some of these lie in ranges that look harmless.
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
    )
)
_PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10")
)
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_DOCUMENTATION = ipaddress.IPv6Network("3fff::/20")
_THIS_MACHINE = (
    ipaddress.ip_network("127.0.0.0/8"),
    ipaddress.ip_network("::1/128"),
    ipaddress.ip_network("::ffff:127.0.0.0/104"),
)
_NUMERIC = re.compile(r"[0-9a-fx.]+", re.ASCII | re.IGNORECASE)
_TEREDO = ipaddress.IPv6Network("2001::/32")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


def parse_address(text: str) -> IpAddress | None:
    """Read an address in any spelling that a resolver accepts: "::1", "127.1", "2130706433", "0x7f.0.0.1".

    None for a host name. A zone ("fe80::1%eth0") is ignored, for it does not change the kind.
    """
    bare = text.strip("[]").partition("%")[0]
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    if not _NUMERIC.fullmatch(bare):  # inet_aton takes no notice of what follows a space
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))
    except (OSError, ValueError):
        return None


def is_this_machine(address: IpAddress) -> bool:
    """Say whether an address is this machine's for certain: 127.0.0.0/8, ::1, or 127.0.0.0/8 as IPv4 mapped into IPv6.

    What merely carries such an address (NAT64, 6to4, the old compatible form) is answered by whoever unpacks it.
    """
    return any(address in network for network in _THIS_MACHINE)


def is_loopback_host(host: str) -> bool:
    """Say whether a URL's host may be treated as this machine: localhost (RFC 6761), or an address that is for certain.

    For permissions. What is kept away from this machine asks `may_be_loopback`.
    """
    address = parse_address(host)
    return _is_localhost(host) or (address is not None and is_this_machine(address))


def may_be_loopback(host: str) -> bool:
    """Say whether a URL's host could lead to this machine, in whatever form it carries the address."""
    address = parse_address(host)
    return _is_localhost(host) or (address is not None and kind_of(address) == "loopback")


def _is_localhost(host: str) -> bool:
    name = host.lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost")


def kind_of(address: IpAddress) -> AddressKind:
    """Sort an address by who can answer there; everything that is not certainly public has another kind."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = _carried(address)
        if carried is not None:
            return kind_of(carried)
    if address in _METADATA:
        return "metadata"
    if address.is_loopback:
        return "loopback"
    if address.is_link_local:
        return "link-local"
    if any(address in network for network in _PRIVATE):
        return "private"
    return "public" if _is_public(address) else "reserved"


def refusal(host: str, address: str, *, loopback: bool, private_hosts: Collection[str]) -> str:
    """Say why a request for `host` must not connect to `address`; "" when it may.

    `loopback` allows the addresses of this machine. A host in `private_hosts` (lower case) may be loopback or private.
    Link-local and metadata addresses need the address itself in `private_hosts`, so that no name can lead there.
    """
    parsed = parse_address(address)
    if parsed is None:
        return f"{address} is no address"
    kind = kind_of(parsed)
    named = host.lower() in private_hosts
    allowed = {
        "public": True,
        "loopback": named or (loopback and is_this_machine(parsed)),
        "private": named,
        "link-local": named and parse_address(host) is not None,
        "metadata": named and parse_address(host) is not None,
        "reserved": False,
    }[kind]
    return "" if allowed else f"{host} leads to the {kind} address {address}"


def _is_public(address: IpAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (
        address not in _GLOBAL_UNICAST or address in _DOCUMENTATION or address in _TEREDO
    ):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Take the IPv4 address out of an IPv6 address; None when it carries none."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 0xFFFF):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
