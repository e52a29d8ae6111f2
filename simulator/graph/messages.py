"""POST /{phone_number_id}/messages: send, or mark as read."""

import asyncio
from typing import Any

from aiohttp import web

from simulator import errors
from simulator.acceptance import Acceptance
from simulator.clock import Clock
from simulator.errors import GraphError
from simulator.graph import content, sending
from simulator.graph.calls import Calls, Lost
from simulator.graph.sending import Receipt, Sending
from simulator.number import Number
from simulator.shelf import Shelf

MESSAGING = "whatsapp_business_messaging"
READ_DAYS_MAX = 30


class Messages:
    """The endpoint everything else is for."""

    def __init__(self, calls: Calls, acceptance: Acceptance, shelf: Shelf, clock: Clock) -> None:
        self._calls = calls
        self._acceptance = acceptance
        self._shelf = shelf
        self._clock = clock

    async def post(self, request: web.Request) -> dict[str, Any]:
        """Accept a message, or a read receipt."""
        number = self._calls.number(request, MESSAGING)
        wanted = sending.parse(await request.read())
        if isinstance(wanted, Receipt):
            return await self._mark_read(wanted, number)
        return await self._send(wanted, number)

    async def _send(self, wanted: Sending, number: Number) -> dict[str, Any]:
        customer = self._acceptance.recipient(wanted, number)
        fault = self._acceptance.fault(wanted, customer, number)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.delay_s)
            fault = None
        if fault is not None and fault.kind == "error":
            raise errors.refusal(fault.code) if fault.code == 190 else GraphError(fault.code, fault.details)
        if fault is not None and fault.kind != "late" and not fault.accepted:
            raise Lost(fault, None)
        self._check_media(wanted)
        failure = self._acceptance.check(wanted, customer, number)
        if fault is not None and fault.kind == "late":
            failure = GraphError(fault.code, fault.details)
        sent = self._acceptance.accept(wanted, customer, number, failure)
        answer: dict[str, Any] = self._acceptance.answer(wanted, customer, sent)
        if fault is not None and fault.kind != "late":
            raise Lost(fault, answer)
        if customer.habit == "early":
            # Long enough for the status webhook to be there first.
            await asyncio.sleep(0.5)
        return answer

    async def _mark_read(self, receipt: Receipt, number: Number) -> dict[str, Any]:
        fault = self._calls.faults.take("read", number.id) if self._calls.faults else None
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.delay_s)
        elif fault is not None and fault.kind in {"error", "late"}:
            raise errors.refusal(fault.code)
        elif fault is not None:
            raise Lost(fault, {"success": True})
        found = self._calls.world.inbound.get(receipt.wamid)
        if found is None or found[1] != number.id or self._clock.now() - found[2] > READ_DAYS_MAX * 86_400:
            raise content.invalid("message_id", "is not a message of the last 30 days to this number")
        if (customer := self._calls.world.customers.get(found[0])) is not None:
            customer.thread(number.id).mark_read(receipt.wamid)
        self._calls.ledger.add(
            "note",
            what="inbound.read",
            wamid=receipt.wamid,
            customer_id=found[0],
            number_id=number.id,
            typing=receipt.typing,
        )
        return {"success": True}

    def _check_media(self, wanted: Sending) -> None:
        if wanted.type not in content.MEDIA:
            return
        media_id = wanted.content[wanted.type].get("id")
        if media_id is not None and self._shelf.get(str(media_id)) is None:
            raise content.invalid(f"{wanted.type}['id']", "is not a media id, or has expired")
