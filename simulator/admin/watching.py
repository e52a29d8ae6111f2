"""The ledger and the live stream by HTTP."""

import asyncio
from typing import Any, get_args

import orjson
from aiohttp import web

from simulator.admin.doors import door, whole
from simulator.controls import Controls
from simulator.ledger import Kind

WAIT_S_MAX = 60
HEARTBEAT_S = 15.0
STREAMS_MAX = 100


class Watching:
    """Endpoints that only look."""

    def __init__(self, sim: Controls) -> None:
        self._sim = sim
        self._streams = 0

    def routes(self) -> list[web.RouteDef]:
        """Their paths."""
        return [
            web.get("/simulator", door(self.overview)),
            web.get("/simulator/ledger", door(self.summary)),
            web.get("/simulator/ledger/counts", door(self.counts)),
            web.get("/simulator/ledger/{kind}", door(self.records)),
            web.get("/simulator/events", door(self.events)),
            web.get("/simulator/stream", door(self.stream)),
        ]

    async def overview(self, _request: web.Request) -> Any:
        """Where everything stands."""
        parts = self._sim.parts
        return {
            "seed": parts.chance.seed,
            "clock": {"now": parts.clock.now(), "offset_s": parts.clock.offset_s},
            "tuning": parts.tuning.model_dump(),
            "world": parts.world.shown(),
            "callbacks": [c.shown() for c in parts.deliverer.callbacks],
            "webhooks": parts.deliverer.depths(),
            "statuses_pending": parts.statuses.pending,
            "playing": parts.player.playing,
            "faults": [f.model_dump() for f in parts.faults.all()],
            "numbers": [
                {
                    "id": n.id,
                    "display_number": n.display_number,
                    "verified_name": n.verified_name,
                    "account_id": n.account_id,
                    "refused_code": n.refused_code,
                }
                for n in parts.world.numbers.values()
            ],
            "token_refused_code": self._sim.token_refused_code,
            "paused": {"webhooks": parts.deliverer.paused, "scripts": parts.player.paused},
            "traffic": parts.traffic.all(),
            "inbox_url": str(inbox_url) if (inbox_url := self._sim.settings.inbox_url) else None,
            "ledger": parts.ledger.summary(),
        }

    async def summary(self, _request: web.Request) -> Any:
        """Totals, and what was received more than once."""
        return self._sim.ledger.summary()

    async def counts(self, _request: web.Request) -> Any:
        """How often a message with each biz_opaque_callback_data was accepted: more than 1 is one too many."""
        return {"accepted_by_callback": self._sim.ledger.accepted_by_callback}

    async def records(self, request: web.Request) -> Any:
        """Records of a kind, oldest first; pass the last seq back as `since`."""
        kind = request.match_info["kind"]
        if kind not in get_args(Kind):
            raise KeyError(kind)
        limit = min(max(whole(request, "limit", 1_000), 1), 100_000)
        records = self._sim.ledger.records(kind, whole(request, "since", 0), limit)  # type: ignore[arg-type]
        return {"seq": self._sim.ledger.seq, "records": records}

    async def events(self, request: web.Request) -> Any:
        """Records of every kind after `since`; with `wait_s` a long poll."""
        since = whole(request, "since", 0)
        wait_s = min(max(whole(request, "wait_s", 0), 0), WAIT_S_MAX)
        if wait_s:
            await self._sim.ledger.changed(since, wait_s)
        return {"seq": self._sim.ledger.seq, "events": self._sim.ledger.recent(since)}

    async def stream(self, request: web.Request) -> Any:
        """The same as server-sent events; a reader who is too slow skips what is no longer kept."""
        if self._streams >= STREAMS_MAX:
            raise ValueError(f"no more than {STREAMS_MAX} streams at once")
        # A browser that lost the stream asks again with the URL it began with, and says in a header how far it got.
        resumed = request.headers.get("Last-Event-ID", "")
        since = int(resumed) if resumed.isdecimal() else whole(request, "since", self._sim.ledger.seq)
        # What it saw before a restart is no place in the ledger of now.
        since = min(since, self._sim.ledger.seq)
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await answer.prepare(request)
        self._streams += 1
        try:
            while True:
                records = self._sim.ledger.recent(since)
                if not records:
                    await answer.write(b": waiting\n\n")
                    await self._sim.ledger.changed(since, HEARTBEAT_S)
                    continue
                since = records[-1]["seq"]
                lines = [
                    b"id: %d\nevent: %s\ndata: %s\n\n" % (r["seq"], r["kind"].encode(), orjson.dumps(r))
                    for r in records
                ]
                await answer.write(b"".join(lines))
        except (ConnectionError, asyncio.CancelledError):
            return answer
        finally:
            self._streams -= 1
