"""How often a credential may ask, how often a peer may guess, how many may wait: tables of bounded size, no clock."""

import ipaddress
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MINUTE_MS = 60_000
DUST = 1e-9  # what adding fractions leaves over; whoever waits as long as they were told must get through


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_ms: int


class Rates:
    """A token bucket per credential; the table forgets whoever has not asked for longest."""

    def __init__(self, rate_per_s: float, burst: int, length_max: int = 10_000) -> None:
        self._rate_per_ms = rate_per_s / 1000
        self._burst = burst
        self._length_max = length_max
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_s(self, digest: str, now_ms: int) -> float:
        """Zero takes one token: go on. Otherwise how long until there is one."""
        bucket = self._buckets.setdefault(digest, _Bucket(self._burst, now_ms))
        self._buckets.move_to_end(digest)
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


class Places:
    """Who may wait in a long poll: so many in all, so many per credential."""

    def __init__(self, in_all: int, per_credential: int) -> None:
        self._in_all = in_all
        self._per_credential = per_credential
        self._taken: Counter[str] = Counter()
        self._count = 0

    @contextmanager
    def place(self, digest: str) -> Iterator[bool]:
        """Holds a place while inside; False when there was none."""
        if self._count >= self._in_all or self._taken[digest] >= self._per_credential:
            if not self._taken[digest]:
                del self._taken[digest]
            yield False
            return
        self._count += 1
        self._taken[digest] += 1
        try:
            yield True
        finally:
            self._count -= 1
            self._taken[digest] -= 1
            if not self._taken[digest]:
                del self._taken[digest]


def neighbourhood(peer: str) -> str:
    """What one attacker surely holds: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
