"""Who is at the other end when a gateway stands in between. Pure."""

import ipaddress
from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("needs a comma list of addresses or networks such as 10.0.0.0/8") from None


# As a setting: a comma list.
Proxies = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks), Field(max_length=100)]


class Peers:
    """Believes X-Forwarded-For as far as it was written by gateways that the operator named."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = trusted

    def of(self, remote: str, forwarded_for: str) -> str:
        """The nearest address that is no trusted gateway; anybody could have written what stands before it."""
        if not forwarded_for:
            return remote
        hops = [*(hop.strip() for hop in forwarded_for.split(",") if hop.strip()), remote]
        while len(hops) > 1 and self._is_trusted(hops[-1]):
            hops.pop()
        return hops[-1] if self._address(hops[-1]) or len(hops) == 1 else remote

    def _is_trusted(self, hop: str) -> bool:
        address = self._address(hop)
        return address is not None and any(address in network for network in self._trusted)

    def _address(self, hop: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        try:
            return ipaddress.ip_address(hop)
        except ValueError:
            return None
