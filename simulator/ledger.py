"""What happened, in order and by kind: the truth that tests compare a product with."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any, Literal

# inbound: a customer wrote something. received: Graph accepted a message for a customer, whatever it answered; one that
# is to fail later says so in `fails`. status: a status left for the webhook. call: Graph answered a call.
# delivery: a webhook post was answered, or not. note: anything else worth knowing.
Kind = Literal["inbound", "received", "status", "call", "delivery", "note"]
KINDS: tuple[Kind, ...] = ("inbound", "received", "status", "call", "delivery", "note")


class Ledger:
    """Append-only and bounded: each kind keeps its newest `length_max` records; totals count all that ever were."""

    def __init__(self, length_max: int, now: Callable[[], float]) -> None:
        self.length_max = length_max
        self._now = now
        self._waiters: list[asyncio.Future[None]] = []
        self.seq = 0
        self._by_kind: dict[Kind, deque[dict[str, Any]]] = {}
        self.totals: dict[Kind, int] = {}
        self.accepted_by_callback: OrderedDict[str, int] = OrderedDict()
        self.clear()

    def clear(self) -> None:
        """Forget everything but the sequence, which never goes back."""
        self._by_kind = {kind: deque(maxlen=self.length_max) for kind in KINDS}
        self._recent: deque[dict[str, Any]] = deque(maxlen=min(self.length_max, 10_000))
        self.totals = dict.fromkeys(KINDS, 0)
        self.accepted_by_callback = OrderedDict()

    def add(self, kind: Kind, **facts: Any) -> dict[str, Any]:
        """Record a fact and wake whoever is watching."""
        self.seq += 1
        record = {"seq": self.seq, "at": self._now(), "kind": kind, **facts}
        self._by_kind[kind].append(record)
        self._recent.append(record)
        self.totals[kind] += 1
        if self._waiters:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)
        return record

    def count_accepted(self, callback_token: str | None) -> None:
        """Count an accepted message under its `biz_opaque_callback_data`: more than one is a click sent twice."""
        if callback_token is None:
            return
        self.accepted_by_callback[callback_token] = self.accepted_by_callback.get(callback_token, 0) + 1
        # A count is much smaller than a record, and matters for longer.
        if len(self.accepted_by_callback) > 10 * self.length_max:
            self.accepted_by_callback.popitem(last=False)

    def records(self, kind: Kind, since: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
        """The records of a kind after a sequence number, oldest first."""
        found = [r for r in self._by_kind[kind] if r["seq"] > since]
        return found if limit is None else found[:limit]

    def recent(self, since: int, limit: int = 1_000) -> list[dict[str, Any]]:
        """Records of every kind after a sequence number, as far back as the last 10,000."""
        found: list[dict[str, Any]] = []
        for record in reversed(self._recent):
            if record["seq"] <= since:
                break
            found.append(record)
        found.reverse()
        return found[:limit]

    async def changed(self, since: int, timeout_s: float) -> None:
        """Return when there is something after `since`, or when the time is over."""
        if self.seq > since:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await asyncio.wait_for(waiter, timeout_s)
        except TimeoutError:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    def summary(self) -> dict[str, Any]:
        """Totals, and which clicks were sent more than once."""
        doubled = {token: n for token, n in self.accepted_by_callback.items() if n > 1}
        return {"seq": self.seq, "totals": self.totals, "doubled": doubled, "length_max": self.length_max}
