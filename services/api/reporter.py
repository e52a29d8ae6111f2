"""Keeps what is about a number itself: how it is doing, its settings in the feed, what nobody could read."""

from collections.abc import Callable, Sequence

import structlog

from services.api import metrics, numberstate, reports, rounds
from services.api.arrivals import Arrivals
from services.api.facts import Owner
from services.api.floor import is_below
from services.api.looks import Looks
from services.api.numberstate import Fingerprint, NumberStatus
from services.api.reports import Kept
from services.api.standing import Standing, standing
from services.api.store import ChatStores
from shared.contract.events import AccountReported, Event, NumberChanged, PartUnrecognised
from shared.evidence import EvidenceBook
from shared.number_record import NumberRecord
from shared.process import now_ms
from shared.registry import Registry
from shared.vault import VaultError

log = structlog.get_logger(__name__)

# From what is stored: the status as it becomes; None when it is as before.
After = Callable[[Standing], NumberStatus | None]


class Reporter:
    """Writes the status of numbers, and announces the number whenever anything of it is another."""

    def __init__(self, stores: ChatStores, registry: Registry, fingerprint: Fingerprint, looks: Looks) -> None:
        self._stores = stores
        self._registry = registry
        self._fingerprint = fingerprint
        self._looks = looks
        self._arrivals = Arrivals(EvidenceBook(stores.redis))

    async def report(self, owner: Owner, events: Sequence[Event], known: Standing | None = None) -> None:
        """What these events tell of the number; it is read, unless it is known how it was doing a moment ago."""
        kept = [event for event in events if isinstance(event, AccountReported | PartUnrecognised)]
        changed = any(isinstance(event, NumberChanged) for event in events)

        def after(now: Standing) -> NumberStatus | None:
            left = [event for event in events if not is_below(event, now.floor_ms)] if now.floor_ms else events
            return reports.status_after(now.stored, now.unrecognised, left) if left else None

        if await self._commit(owner, after, kept, changed, known) is not None:
            await self._looks.expect(owner, now_ms())  # a minute has begun in which webhooks came
        await self._arrivals.note(owner, events)

    async def look(self, owner: Owner, grace_s: float) -> None:
        """What is missing of the number now, and whether it is silent."""
        try:
            record = await self._registry.number(*owner, fresh=True)
            known = record is not None and record.erasing is None
        except VaultError:
            known = True  # it is told when it is written
        if not known:
            await self._looks.drop(owner)
            return
        at_ms = now_ms()
        missing = await self._stores.of(*owner).missing(at_ms - round(grace_s * 1000))
        before = NumberStatus()

        def after(now: Standing) -> NumberStatus | None:
            nonlocal before
            before = reports.status_of(now.stored)
            status = numberstate.looked(before, missing, at_ms)
            return status if status != before else None

        status = await self._commit(owner, after, (), changed=False)
        if status is not None:
            metrics.gaps_found(before, status)

    async def _commit(
        self, owner: Owner, after: After, kept: Sequence[Kept], changed: bool, known: Standing | None = None
    ) -> NumberStatus | None:
        store = self._stores.of(*owner)
        told: NumberStatus | None = None
        odd = [reports.member(event) for event in kept if isinstance(event, PartUnrecognised)]
        for _ in range(rounds.ROUNDS_MAX):
            now, known = known if known is not None and not odd else await standing(store, odd), None
            status = after(now)
            kept = [event for event in kept if not is_below(event, now.floor_ms)]
            if status is None and not changed and not kept:
                return told
            record = await self._settings(owner)
            if record is not None and record.erasing is not None:
                return told  # nobody sees it any more
            write = reports.number_write(
                store, now.stored, now.erasures, status, kept, record, changed, self._fingerprint
            )
            if not (await store.commit([write], now_ms()))[0]:
                continue
            # Settings are written by another process and are no part of this commit: what was announced must not be
            # older than what somebody else announced before it.
            if not write.changes or record == await self._settings(owner):
                return status or told
            changed, told = True, status or told
        raise rounds.NeverLands

    async def _settings(self, owner: Owner) -> NumberRecord | None:
        try:
            return await self._registry.number(*owner, fresh=True)
        except VaultError as error:
            log.error("number.not_told", exc_info=error)  # chat state does not need its credentials
            return None
