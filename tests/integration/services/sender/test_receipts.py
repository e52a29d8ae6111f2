"""Blue ticks for customers."""

import asyncio

from services.sender.receipts import TRIES_MAX
from shared.contract.commands import MarkRead, MarkUnread
from shared.contract.ids import ContactId, Wamid
from shared.process import now_ms
from simulator.faults import Fault
from tests.integration.services.sender.rig import CUSTOMER, Rig
from tests.real.waiting import until


def read(rig: Rig, wamid: str | None, *, tell_meta: bool = True, at_ms: int | None = None) -> MarkRead:
    """An agent has read up to this message."""
    return MarkRead(
        workspace_id=rig.workspace_id,
        number_id=rig.number_id,
        at_ms=at_ms or now_ms(),
        contact_id=ContactId("c"),
        up_to="k",
        wamid=Wamid(wamid) if wamid else None,
        tell_meta=tell_meta,
    )


def told(rig: Rig) -> list[str]:
    """The messages that Graph was told are read."""
    notes = rig.simulator.ledger.records("note")
    return [note["wamid"] for note in notes if note["what"] == "inbound.read"]


async def test_a_customer_sees_that_their_message_was_read(sender_rig: Rig) -> None:
    """The number's settings ask for it: Graph is told of the message."""
    rig = sender_rig
    wamid = rig.simulator.write(CUSTOMER, "Hello?", number_id=rig.number_id)
    async with rig.sending():
        await rig.ask(read(rig, wamid))
        await until(lambda: told(rig) == [wamid])


async def test_what_nobody_asked_for_is_not_told(sender_rig: Rig) -> None:
    """Without the setting, without a wamid, a day late, or for "mark as unread", Graph hears nothing."""
    rig = sender_rig
    wamid = rig.simulator.write(CUSTOMER, "Hello?", number_id=rig.number_id)
    unread = MarkUnread(
        workspace_id=rig.workspace_id, number_id=rig.number_id, at_ms=now_ms(), contact_id=ContactId("c")
    )
    after = rig.message("after")
    async with rig.sending():
        await rig.ask(read(rig, wamid, tell_meta=False), read(rig, None), read(rig, wamid, at_ms=1), unread, after)
        await rig.until_ended(after)
    assert ([], 1) == (told(rig), len(rig.calls()))


async def test_a_receipt_that_failed_is_tried_again(sender_rig: Rig) -> None:
    """A lost answer is no reason to stop: telling twice does nothing twice."""
    rig = sender_rig
    wamid = rig.simulator.write(CUSTOMER, "Hello?", number_id=rig.number_id)
    rig.simulator.add_fault(Fault(kind="close", call="read", times=1, number_id=rig.number_id))
    async with rig.sending():
        await rig.ask(read(rig, wamid))
        await until(lambda: told(rig) == [wamid])
    assert 2 == len(rig.calls())


async def test_a_receipt_that_graph_refuses_is_dropped(sender_rig: Rig) -> None:
    """An unknown message stays unread, at the price of one call."""
    rig = sender_rig
    async with rig.sending():
        await rig.ask(read(rig, "wamid.unknown"))
        await until(rig.calls)
        after = rig.message("after")
        await rig.ask(after)
        await rig.until_ended(after)
    assert 2 == len(rig.calls())


async def test_a_refused_number_tells_nobody_anything(sender_rig: Rig) -> None:
    """While its token is refused, receipts are not even tried, and nothing is parked for them."""
    rig = sender_rig
    wamid = rig.simulator.write(CUSTOMER, "Hello?", number_id=rig.number_id)
    rig.simulator.refuse(190, number_id=rig.number_id)
    async with rig.sending():
        await rig.ask(rig.message("parked"))
        await until(rig.refusals)
        calls = len(rig.calls())
        await rig.ask(read(rig, wamid))
        other = await rig.elsewhere("other")
        await rig.ask(other)
        await rig.until_ended(other)
        await asyncio.sleep(0)
        assert calls == len(rig.calls())


def test_the_tries_are_bounded() -> None:
    """A blue tick is worth a handful of calls."""
    assert 5 == TRIES_MAX
