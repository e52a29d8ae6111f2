"""Parked bodies coming back: checked against the number's present app secret, then applied as if just received."""

import base64
import zlib
from collections.abc import AsyncIterator, Sequence

import structlog

from services.api import metrics
from services.api.facts import Owner
from services.api.parking import Parking, digest
from services.api.projection import Fact
from shared.broker import Archive
from shared.contract.events import Event, EventsHeld, EventsReleased, Signature, encode
from shared.contract.evidence import Kind, Seen
from shared.evidence import EvidenceBook
from shared.number_record import NumberRecord
from shared.registry import Registry
from shared.signature import Proof

log = structlog.get_logger(__name__)

BODIES_PER_BATCH = 20  # a body is at most 4 MiB, most are 1 KiB
BODY_BYTES_MAX = 8 * 1024 * 1024  # what a compressed body may grow to; ingest takes 4 MiB
CHANGES_OF_MIND_MAX = 5  # a number disconnected and connected again in the very moment of parking


class NeitherConnectedNorNot(Exception):
    """The number's flag refused the parking, and its settings refused the events, again and again."""


class Releases:
    """What was held for numbers, once they are connected."""

    def __init__(
        self, parking: Parking, registry: Registry, evidence: EvidenceBook, archive: Archive | None = None
    ) -> None:
        self._parking = parking
        self._registry = registry
        self._evidence = evidence
        self._archive = archive

    async def batches(self, owner: Owner, now_ms: int) -> AsyncIterator[list[Fact]]:
        """Parked facts of a connected number, oldest first; each batch is forgotten once it has been applied."""
        while True:
            record = await self._connected(owner)
            held = await self._parking.oldest(*owner, BODIES_PER_BATCH) if record else []
            if record is None or not held:
                return
            yield await self._checked(record, held, now_ms)
            await self._parking.release(*owner, held)

    async def parked_or_checked(self, owner: Owner, held: Sequence[EventsHeld], now_ms: int) -> list[Fact]:
        """Park bodies; the facts of those that cannot be, because the number has been connected since."""
        waiting = list(held)
        for _ in range(CHANGES_OF_MIND_MAX):
            waiting = [one for one in waiting if not await self._parked(one, now_ms)]
            if not waiting:
                return []
            record = await self._connected(owner)
            if record is not None:
                return await self._checked(record, waiting, now_ms)
        raise NeitherConnectedNorNot

    async def _parked(self, one: EventsHeld, now_ms: int) -> bool:
        parked = await self._parking.park(one, now_ms)
        if parked:
            metrics.PARKED.inc(len(one.events))
        return parked

    async def _connected(self, owner: Owner) -> NumberRecord | None:
        record = await self._registry.number(*owner, fresh=True)
        return record if record is not None and record.takes_events else None

    async def _checked(self, record: NumberRecord, held: Sequence[EventsHeld], now_ms: int) -> list[Fact]:
        """The events of bodies whose signature the number's secret bears out; the others become dead letters."""
        facts: list[Fact] = []
        proved: set[Kind] = set()
        for one in held:
            signature = _signature(record, one, now_ms)
            if signature != "unsigned":
                proved.add("released" if signature else "buried")
            if signature is None:
                metrics.PARKED_REFUSED.inc()
                log.warning("parked.refused", events=len(one.events))
                await self._parking.bury(one, "not signed with the number's app secret")
                await self._archived(one, [])
                continue
            proven = [event.model_copy(update={"signature": signature}) for event in one.events]
            await self._archived(one, proven)
            facts += proven
        for kind in proved:
            seen = Seen(kind, record.app_secret_set_ms or 0)
            await self._evidence.note(record.workspace_id, record.number_id, seen, now_ms)
        return facts

    async def _archived(self, held: EventsHeld, facts: Sequence[Event]) -> None:
        """What a body has turned out to be; a rebuild may know neither that secret nor that it waits no longer."""
        if self._archive is None:
            return
        ids = {"workspace_id": held.workspace_id, "number_id": held.number_id, "received_ms": held.received_ms}
        released = EventsReleased.model_validate({**ids, "digest": digest(held)})
        await self._archive.add(b"\n".join(map(encode, [released, *facts])))


def _signature(record: NumberRecord, held: EventsHeld, now_ms: int) -> Signature | None:
    """What the body is now known to be; None when it is not Meta's."""
    secrets = record.secrets_at(now_ms)
    if not secrets or not held.body:  # without a body somebody of it was erased: nobody can tell any more
        return "unsigned"
    try:
        body = zlib.decompressobj().decompress(base64.b64decode(held.body), BODY_BYTES_MAX)
    except (ValueError, zlib.error):
        return None
    return "verified" if Proof(body, held.header).by_any(secrets) else None
