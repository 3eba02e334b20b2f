"""Which addresses can the whole internet reach?  A table of its own, so that every version of Python says the same.

From IANA's registries of special-purpose addresses (iana-ipv4-special-registry, iana-ipv6-special-registry). Where a range
is special and a few addresses in it are not (192.0.0.9 and .10, 2001:1::1), the whole range is left out: no news is there.
"""

from __future__ import annotations

import ipaddress

_SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared behind a carrier's NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local: the metadata of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays, deprecated
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
"""All that is given out to hosts. Not in it: ::/96 (loopback, IPv4-compatible), 64:ff9b:1::/48 (a network's own NAT64),
100::/48 (discarded), 5f00::/16 (segment routing), fc00::/7 (unique local), fe80::/10 (link-local), fec0::/10 (site-local),
ff00::/8 (multicast), and what is given to nobody yet."""
_SPECIAL_V6 = tuple(
    ipaddress.IPv6Network(net)
    for net in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, deprecated: wraps any IPv4 address
        "3fff::/20",  # documentation
    )
)
_WRAPPING_V6 = (
    ipaddress.IPv6Network("::ffff:0:0/96"),  # IPv4-mapped
    ipaddress.IPv6Network("64:ff9b::/96"),  # NAT64: how a network without IPv4 reaches the hosts of the other
)


def is_public(address: str) -> bool:
    """Whether the whole internet can reach the address; for IPv6 that wraps an IPv4 address, whether it can reach that."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in net for net in _SPECIAL_V4)
    if any(ip in net for net in _WRAPPING_V6):
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip in _GLOBAL_V6 and not any(ip in net for net in _SPECIAL_V6)
