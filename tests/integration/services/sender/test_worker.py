"""The sender as a whole, between a real broker, a real Redis and a Graph that misbehaves on cue."""

import asyncio
from functools import partial

import pytest

from shared.contract.commands import SendMessage
from shared.contract.events import SendAccepted, SendFailed, SendUncertain
from shared.contract.ids import MessageId
from shared.process import now_ms
from shared.topology import COMMANDS, SENDER
from simulator.faults import Fault, Kind
from tests.integration.services.sender.rig import Rig, until_async
from tests.real.waiting import S_MAX, until

DAY_MS = 24 * 3600 * 1000


def code(rig: Rig, message: SendMessage) -> int | str | None:
    """The error that was told of a message."""
    return next(
        (told.error.code for told in rig.of(message) if isinstance(told, SendFailed | SendUncertain) and told.error),
        None,
    )


async def test_a_message_goes_out_once_and_its_identity_is_learned(sender_rig: Rig) -> None:
    """A click is one call and one wamid, and what Graph says of the contact is passed on."""
    rig, message = sender_rig, sender_rig.message("Hello")
    async with rig.sending():
        await rig.ask(message)
        await rig.until_ended(message)
    [told] = rig.of(message)
    assert isinstance(told, SendAccepted)
    assert (["Hello"], 1, "4915112345678") == (rig.received(), len(rig.calls()), told.contact.wa_id)
    assert {message.message_id: 1} == dict(rig.simulator.ledger.accepted_by_callback)


async def test_the_order_of_a_conversation_is_kept(sender_rig: Rig) -> None:
    """What was asked for in a row arrives in that row, whoever reads the queue."""
    rig = sender_rig
    messages = [rig.message(f"{n}") for n in range(12)]
    async with rig.sending(), rig.sending():
        for message in messages:
            await rig.ask(message)
            await until_async(partial(rig.has_arrived, message))
        await rig.until_ended(*messages)
    assert [f"{n}" for n in range(12)] == rig.received()


async def test_an_earlier_send_that_waits_holds_back_its_conversation_and_no_other(sender_rig: Rig) -> None:
    """A customer's second message never overtakes the first, and another customer notices nothing."""
    rig = sender_rig
    limited = Fault(kind="error", code=131056, times=2, recipient="4915112345678", number_id=rig.number_id)
    rig.simulator.add_fault(limited)
    first, second = rig.message("first"), rig.message("second")
    other = rig.message("other", lane="bob", address={"to": "+4915187654321"})
    async with rig.sending():
        await rig.ask(first, second, other)
        await rig.until_ended(first, second, other)
    assert ["other", "first", "second"] == rig.received()
    assert (5, {1}) == (len(rig.calls()), set(rig.simulator.ledger.accepted_by_callback.values()))


async def test_a_throttled_send_waits_and_is_one_message(sender_rig: Rig) -> None:
    """When Graph says to slow down, the message goes out later, once."""
    rig, message = sender_rig, sender_rig.message("patience")
    rig.simulator.add_fault(Fault(kind="error", code=130429, times=1, number_id=rig.number_id))
    async with rig.sending():
        await rig.ask(message)
        await rig.until_ended(message)
    assert (["patience"], 2, {message.message_id}) == (rig.received(), len(rig.calls()), rig.accepted())


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("kind", ["close", "hang", "html", "half", "garbage", "reset"])
async def test_a_lost_answer_is_never_asked_for_again(sender_rig: Rig, kind: Kind, accepted: bool) -> None:
    """However the answer is lost, and whether the message was taken or not: one call, and `unknown`."""
    rig, message = sender_rig, sender_rig.message("once")
    fault = Fault(kind=kind, times=1, number_id=rig.number_id, accepted=accepted and kind != "reset")
    rig.simulator.add_fault(fault)
    after = rig.message("after")
    async with rig.sending(graph_deadline_s=4.0 if kind == "hang" else 10.0):
        await rig.ask(message, after)
        await rig.until_ended(message, after)
    assert ([message.message_id], [after.message_id]) == (rig.ends(SendUncertain), rig.ends(SendAccepted))
    assert (2, (["once"] if fault.accepted else []) + ["after"]) == (len(rig.calls()), rig.received())


@pytest.mark.parametrize("lost", [131000, 131016, 133004, 1, 2])
async def test_a_code_that_says_nothing_is_unknown(sender_rig: Rig, lost: int) -> None:
    """Meta's own "something went wrong" may hide an accepted message: it is told, and not repeated."""
    rig, message = sender_rig, sender_rig.message("perhaps")
    rig.simulator.add_fault(Fault(kind="error", code=lost, number_id=rig.number_id))
    async with rig.sending():
        await rig.ask(message)
        await rig.until_ended(message)
    assert ([message.message_id], lost, 1) == (rig.ends(SendUncertain), code(rig, message), len(rig.calls()))


async def test_a_refusal_is_told_in_meta_s_words(sender_rig: Rig) -> None:
    """Outside the window Graph refuses: the message has failed, with its code, its words and our advice."""
    rig, message = sender_rig, sender_rig.message("too late", address={"to": "+15550131047"})
    async with rig.sending():
        await rig.ask(message)
        await rig.until_ended(message)
    [told] = rig.of(message)
    assert isinstance(told, SendFailed)
    assert (131047, True, True) == (told.error.code, "131047" in told.error.message, bool(told.error.advice))


async def test_a_graph_that_cannot_be_reached_is_asked_again(sender_rig: Rig) -> None:
    """Nothing left, so nothing can be doubled: the message goes as soon as Graph is back."""
    rig, message = sender_rig, sender_rig.message("back again")
    rig.simulator.refuse_connections(1.5)
    await asyncio.sleep(0.2)
    async with rig.sending():
        await rig.ask(message)
        await rig.until_ended(message)
    assert (["back again"], 1) == (rig.received(), len(rig.calls()))


async def test_the_same_command_twice_is_one_message(sender_rig: Rig) -> None:
    """The api may publish a command again: Graph hears of it once, and its end is told again."""
    rig, message = sender_rig, sender_rig.message("once")
    async with rig.sending(), rig.sending():
        await rig.ask(message, message)
        await until(lambda: len(rig.of(message)) == 2)
        await rig.ask(message)
        await until(lambda: len(rig.of(message)) == 3)
    told = {event.wamid for event in rig.of(message) if isinstance(event, SendAccepted)}
    assert (1, 1) == (len(told), len(rig.calls()))


async def test_a_kill_in_mid_call_is_unknown_and_never_a_second_call(sender_rig: Rig) -> None:
    """Graph has the message, the sender dies before it hears so: the next one does not send it again."""
    rig, message = sender_rig, sender_rig.message("once")
    rig.simulator.add_fault(Fault(kind="hang", accepted=True, times=1, number_id=rig.number_id))
    process = await rig.start_process(graph_deadline_s=10)
    await rig.ask(message)
    await until(lambda: rig.received())
    process.kill()
    await process.wait()
    after = rig.message("after")
    async with rig.sending():
        await rig.ask(after)
        await rig.until_ended(message, after)
    assert ([message.message_id], "interrupted") == (rig.ends(SendUncertain), code(rig, message))
    assert (["once", "after"], 2) == (rig.received(), len(rig.calls()))


async def test_a_stop_in_mid_call_waits_for_the_answer(sender_rig: Rig) -> None:
    """SIGTERM: what is being sent is told before the process ends, and what waits is left for the next."""
    rig = sender_rig
    rig.simulator.add_fault(Fault(kind="delay", delay_s=1.5, times=1, number_id=rig.number_id))
    message = rig.message("slow")
    process = await rig.start_process(graph_deadline_s=10)
    await rig.ask(message)
    await rig.simulator.ledger.changed(rig.simulator.ledger.seq, 0.1)
    await until(lambda: process.returncode is not None or rig.simulator.parts.faults.all() == [])
    process.terminate()
    async with asyncio.timeout(S_MAX):
        assert 0 == await process.wait()
    await rig.until_ended(message)
    assert ([message.message_id], 1) == (rig.ends(SendAccepted), len(rig.calls()))


async def test_what_is_a_day_old_is_given_up(sender_rig: Rig) -> None:
    """A message that Graph has not had within 24 hours has failed, and is not sent late."""
    rig, message = sender_rig, sender_rig.message("old", at_ms=now_ms() - DAY_MS)
    async with rig.sending():
        await rig.ask(message)
        await rig.until_ended(message)
    assert ([message.message_id], "expired", []) == (rig.ends(SendFailed), code(rig, message), rig.calls())


async def test_what_cannot_be_said_to_graph_has_failed(sender_rig: Rig) -> None:
    """A command that no request expresses ends as failed, and the conversation goes on."""
    rig = sender_rig
    message = rig.message("", content={"type": "hologram"})
    after = rig.message("after")
    async with rig.sending():
        await rig.ask(message, after)
        await rig.until_ended(message, after)
    assert ("cannot_send", ["after"]) == (code(rig, message), rig.received())


async def test_what_is_no_command_is_a_dead_letter(sender_rig: Rig) -> None:
    """Nonsense in the queue is put aside, and the next command is served."""
    rig, message = sender_rig, sender_rig.message("fine")
    async with rig.sending():
        await rig.broker.publish(COMMANDS, b'{"type":"message.send"}')
        await rig.ask(message)
        await rig.until_ended(message)
        await until_async(lambda: rig.broker.backlog(SENDER.dead))
    assert ["fine"] == rig.received()


async def test_one_number_s_backlog_does_not_delay_another_s(sender_rig: Rig) -> None:
    """Hundreds of sends of a slow number and of one throttled customer wait; a second number's answer does not."""
    rig = sender_rig
    backlog = [rig.message("flood", lane=f"l{n}", address={"to": f"+49151{n:08}"}) for n in range(400)]
    throttled = [rig.message("flood") for _ in range(200)]
    await rig.ask(*backlog, *throttled)
    calm = await rig.elsewhere("calm")
    async with rig.sending(sends_per_s=2.0, pair_burst=1, pair_step_s=3600.0):
        await rig.ask(calm)
        await rig.until_ended(calm)
    assert MessageId(calm.message_id) in rig.accepted()
