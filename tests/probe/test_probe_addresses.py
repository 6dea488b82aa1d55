"""Which addresses a request may go to."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.probe.gate import Gate
from launchguard.web.addresses import is_loopback_host, kind_of, may_be_loopback, parse_address, refusal

KINDS = [
    ("93.184.215.14", "public"),
    ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", "public"),
    ("::ffff:93.184.215.14", "public"),
    ("127.0.0.1", "loopback"),
    ("127.255.0.9", "loopback"),
    ("::1", "loopback"),
    ("::ffff:127.0.0.1", "loopback"),
    ("2130706433", "loopback"),
    ("0x7f.1", "loopback"),
    ("0177.0.0.1", "loopback"),
    ("10.1.2.3", "private"),
    ("172.31.255.255", "private"),
    ("192.168.0.1", "private"),
    ("100.64.0.1", "private"),
    ("fd12:3456::1", "private"),
    ("fec0::1", "private"),
    ("2002:0a00:0001::1", "private"),
    ("64:ff9b::10.0.0.1", "private"),
    ("::10.0.0.1", "private"),
    ("169.254.1.1", "link-local"),
    ("fe80::1%eth0", "link-local"),
    ("169.254.169.254", "metadata"),
    ("::ffff:169.254.169.254", "metadata"),
    ("2002:a9fe:a9fe::", "metadata"),
    ("64:ff9b::169.254.169.254", "metadata"),
    ("0xa9fea9fe", "metadata"),
    ("fd00:ec2::254", "metadata"),
    ("100.100.100.200", "metadata"),
    ("168.63.129.16", "metadata"),
    ("0.0.0.0", "reserved"),
    ("::", "reserved"),
    ("::ffff:0.0.0.0", "reserved"),
    ("224.0.0.1", "reserved"),
    ("ff02::1", "reserved"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "reserved"),
    ("198.18.0.1", "reserved"),
    ("203.0.113.9", "reserved"),
    ("2001:db8::1", "reserved"),
    ("3fff::1", "reserved"),
    ("2001:0:a9fe:a9fe::1", "reserved"),
    ("64:ff9b:1::a00:1", "reserved"),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_kind_of_an_address(text: str, kind: str) -> None:
    address = parse_address(text)
    assert address is not None
    assert kind_of(address) == kind


@pytest.mark.parametrize("host", ["shop.example.com", "", "1.2.3.4.5", "127.0.0.1.example.com", "::g"])
def test_a_name_is_no_address(host: str) -> None:
    assert parse_address(host) is None
    assert not is_loopback_host(host)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "[::1]", "2130706433"])
def test_loopback_hosts(host: str) -> None:
    assert is_loopback_host(host)


ALLOWED = [
    ("a.test", "93.184.215.14", False, True),
    ("a.test", "127.0.0.1", False, False),
    ("a.test", "127.0.0.1", True, True),
    ("a.test", "10.0.0.1", True, False),
    ("named.test", "10.0.0.1", False, True),
    ("NAMED.test", "127.0.0.1", False, True),
    ("named.test", "169.254.169.254", False, False),
    ("169.254.169.254", "169.254.169.254", False, True),
    ("169.254.7.7", "169.254.7.7", False, False),
    ("named.test", "0.0.0.0", False, False),
    ("named.test", "224.0.0.1", False, False),
    ("named.test", "nonsense", False, False),
]


@pytest.mark.parametrize(("host", "address", "loopback", "allowed"), ALLOWED)
def test_refusal(host: str, address: str, loopback: bool, allowed: bool) -> None:
    reason = refusal(host, address, loopback=loopback, private_hosts={"named.test", "169.254.169.254"})
    assert (reason == "") == allowed


@given(st.ip_addresses(v=4))
def test_embedding_changes_nothing(address: ipaddress.IPv4Address) -> None:
    kind = kind_of(address)
    for prefix in (0xFFFF << 32, 0x64FF9B << 96, int(ipaddress.IPv6Address("2002::")) | int(address) << 80):
        low = 0 if prefix >> 112 == 0x2002 else int(address)
        assert kind_of(ipaddress.IPv6Address(prefix | low)) == kind


def test_a_public_answer_leads_to_public_addresses_only() -> None:
    gate = Gate("localhost", ["staging.test"])
    assert gate.refusal("staging.test", "10.0.0.1") == ""
    assert gate.refusal("localhost", "127.0.0.1") == ""
    assert gate.failure("x").kind == "forbidden-address"
    gate.answered("93.184.215.14")
    assert gate.refusal("staging.test", "10.0.0.1")
    assert gate.refusal("localhost", "127.0.0.1")
    assert gate.refusal("shop.test", "93.184.215.15") == ""
    assert gate.failure("x").kind == "redirect-refused"


CARRIED = ["64:ff9b::7f00:1", "::127.0.0.1", "2002:7f00:1::", "::ffff:0:127.0.0.1"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1", "[::ffff:127.9.9.9]", "127.1"]
)
def test_permissions_of_loopback_are_for_this_machine(host: str) -> None:
    assert is_loopback_host(host) and may_be_loopback(host)
    assert refusal("localhost", host.strip("[]"), loopback=True, private_hosts=()) == ""


@pytest.mark.parametrize("host", [*CARRIED, "128.0.0.1", "::2", "::ffff:126.0.0.1", "127.0.0.1 evil.test", "evil.test"])
def test_what_merely_carries_such_an_address_has_none_of_them(host: str) -> None:
    assert not is_loopback_host(host)
    assert Gate(host, ()).refusal(host, "127.0.0.1")
    if parse_address(host) is not None and kind_of(parse_address(host)) == "loopback":  # type: ignore[arg-type]
        assert refusal("localhost", host, loopback=True, private_hosts=())


@pytest.mark.parametrize("host", ["64:ff9b::7f00:1", "::127.0.0.1", "2002:7f00:1::"])
def test_what_keeps_away_from_loopback_keeps_away_from_all_that_carries_it(host: str) -> None:
    assert may_be_loopback(host)
    assert refusal(host, host, loopback=False, private_hosts=())
