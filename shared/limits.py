"""How often somebody may ask, how often a peer may guess: tables of bounded size, no clock."""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

MINUTE_MS = 60_000
DUST = 1e-9  # what adding fractions leaves over; whoever waits as long as they were told must get through


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_ms: int


class Rates:
    """A token bucket for each who asks; the table forgets whoever has not asked for longest."""

    def __init__(self, rate_per_s: float, burst: int, length_max: int = 10_000) -> None:
        self._rate_per_ms = rate_per_s / 1000
        self._burst = burst
        self._length_max = length_max
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_s(self, who: str, now_ms: int) -> float:
        """Zero takes one token: go on. Otherwise how long until there is one."""
        bucket = self._buckets.setdefault(who, _Bucket(self._burst, now_ms))
        self._buckets.move_to_end(who)
        if len(self._buckets) > self._length_max:
            self._buckets.popitem(last=False)
        # A clock that steps back gives nothing and takes nothing.
        gained = max(0, now_ms - bucket.at_ms) * self._rate_per_ms
        bucket.tokens = min(self._burst, bucket.tokens + gained)
        bucket.at_ms = now_ms
        if bucket.tokens > 1 - DUST:
            bucket.tokens -= 1
            return 0.0
        return (1 - bucket.tokens) / self._rate_per_ms / 1000


@dataclass(slots=True)
class _Failures:
    count: int
    until_ms: int


class Failures:
    """Failed attempts of a peer within a minute; past the limit even the right secret has to wait."""

    def __init__(self, per_minute: int, length_max: int = 10_000) -> None:
        self._per_minute = per_minute
        self._length_max = length_max
        self._peers: OrderedDict[str, _Failures] = OrderedDict()

    def wait_s(self, peer: str, now_ms: int) -> float:
        """How long this peer has to wait before it may try; zero is: go on."""
        found = self._peers.get(neighbourhood(peer))
        if found is None or found.count < self._per_minute or now_ms >= found.until_ms:
            return 0.0
        return (found.until_ms - now_ms) / 1000

    def note(self, peer: str, now_ms: int) -> None:
        """One more failure."""
        name = neighbourhood(peer)
        found = self._peers.get(name)
        if found is None or now_ms >= found.until_ms:
            found = self._peers[name] = _Failures(0, now_ms + MINUTE_MS)
        found.count += 1
        self._peers.move_to_end(name)
        if len(self._peers) > self._length_max:
            self._peers.popitem(last=False)

    def forgive(self, peer: str) -> None:
        """One failure less: it was none."""
        found = self._peers.get(neighbourhood(peer))
        if found is not None and found.count > 0:
            found.count -= 1


@lru_cache(maxsize=4_096)  # who comes with one request comes with many
def neighbourhood(peer: str) -> str:
    """What one attacker surely holds: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
