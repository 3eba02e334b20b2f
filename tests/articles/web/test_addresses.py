"""Which addresses are those of the whole internet, whatever the Python at hand believes."""

from __future__ import annotations

import ipaddress

import pytest

from askcorpus.articles.web.addresses import is_public

PRIVATE = """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.1.2.3 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.0.1 192.0.0.9 192.0.0.170 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9
    224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::10.0.0.1 ::93.184.215.14 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:0:93.184.215.14
    64:ff9b::a00:1 64:ff9b::7f00:1 64:ff9b:1::1 64:ff9b:1::5db8:d70e 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
    2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:0a00:0001:: 2002:5db8:d70e::1 3fff::1 3fff:fff:ffff::1 5f00::1
    4000::1 8000::1 fc00::1 fd00::1 fe80::1 fe80::1%eth0 febf::1 fec0::1 feff::1 ff02::1
""".split()
PUBLIC = """
    1.1.1.1 9.255.255.255 11.0.0.1 93.184.215.14 100.63.255.255 100.128.0.1 128.0.0.1 169.253.255.255 172.15.255.255
    172.32.0.1 191.255.255.255 192.0.1.1 192.167.255.255 198.17.255.255 198.20.0.1 223.255.255.255
    2001:200::1 2606:2800:21f:cb07:6820:80da:af6b:8b2c 2a00:1450:4001:80e::2004 2001:4860:4860::8888 3ffe::1
    ::ffff:93.184.215.14 64:ff9b::5db8:d70e
""".split()


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_a_special_range_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_beside_the_special_ranges_is_public(address: str) -> None:
    assert is_public(address)


def test_the_version_of_python_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (ipaddress.IPv4Address, ipaddress.IPv6Address):
        for name in ("is_global", "is_private", "is_multicast", "is_reserved"):
            monkeypatch.setattr(kind, name, property(lambda _: pytest.fail("Python's own table was asked")))
    assert [a for a in PRIVATE if is_public(a)] == []
    assert [a for a in PUBLIC if not is_public(a)] == []
