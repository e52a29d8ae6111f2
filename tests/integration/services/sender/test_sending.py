"""Single deliveries: redelivered, early, doubled, crowded."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.sender.sending import CALL_S_MAX, WAIT_S_MAX
from shared.broker import Retry
from shared.contract.commands import REPEATED
from shared.contract.events import SendAccepted, SendUncertain
from shared.process import now_ms
from shared.redis import is_outage
from simulator.faults import Fault
from tests.integration.services.sender.rig import Rig, rig
from tests.real.brokers import Brokers
from tests.real.redis_pair import redis_pair
from tests.real.waiting import until


async def test_a_redelivered_command_that_nobody_has_called_is_sent(sender_rig: Rig) -> None:
    """The store has been there all the time and knows of no claim: a crash before the call costs nothing."""
    rig = sender_rig
    async with rig.hands() as hand:
        await hand(rig.message("before"))
        await asyncio.sleep(0.005)
        message = rig.message("again")
        await hand(message, attempt=2)
    await rig.until_ended(message)
    assert (["before", "again"], message.message_id in rig.accepted()) == (rig.received(), True)


async def test_a_redelivered_command_is_unknown_when_the_store_is_younger(sender_rig: Rig) -> None:
    """Whoever had begun on it may have called, and the store that would know has lost its memory."""
    rig, message = sender_rig, sender_rig.message("perhaps", at_ms=now_ms() - 60_000)
    async with rig.hands() as hand:
        await hand(message, attempt=2)
    await rig.until_ended(message)
    assert ([message.message_id], []) == (rig.ends(SendUncertain), rig.calls())


async def test_a_call_whose_claim_went_with_its_master_is_never_made_again(amqp_url: str) -> None:
    """A failover that has lost the last writes: redelivered, asked for twice, or held by the process that called."""
    brokers = Brokers(amqp_url)
    async with redis_pair() as pair, rig(brokers, pair.address.url) as made:
        async with made.hands() as hand, made.hands() as other:
            await hand(made.message("before"))
            pair.leaves()
            lost = [made.message(name, lane=name) for name in ("redelivered", "repeated", "held", "new")]
            for message in lost[:3]:
                await hand(message)
            await pair.fails_over()

            await through_outages(lambda: other(lost[0], attempt=2))
            await through_outages(lambda: other(lost[1], **{REPEATED: 1}))
            await through_outages(lambda: hand(lost[2]))
            await through_outages(lambda: other(lost[3]))  # nobody has begun on it
        await made.until_ended(*lost)
        await until(lambda: 3 == len(made.ends(SendUncertain)))
        assert ["before", "redelivered", "repeated", "held", "new"] == made.received()
    await brokers.forget()


async def test_a_new_command_is_sent_though_the_store_is_younger(sender_rig: Rig) -> None:
    """What nobody has begun on cannot have been called."""
    rig, message = sender_rig, sender_rig.message("first", at_ms=now_ms() - 60_000)
    async with rig.hands() as hand:
        await hand(message)
    await rig.until_ended(message)
    assert ["first"] == rig.received()


async def test_a_double_waits_for_the_call_that_another_sender_makes(sender_rig: Rig) -> None:
    """Published twice, and the other copy is being called: no second call, no guess before that call can be over."""
    rig, message = sender_rig, sender_rig.message("twice")
    taken = await rig.books().claims.take(message)
    async with rig.hands() as hand:
        with pytest.raises(Retry) as retry:
            await hand(message)
        assert 0 < retry.value.after_s <= CALL_S_MAX
        assert taken is not None
        await rig.books().claims.settle(message, taken, "accepted", b'{"type":"told"}')
        await hand(message)
    assert [] == rig.calls()


async def test_a_redelivery_of_what_was_being_called_is_unknown_at_once(sender_rig: Rig) -> None:
    """Its caller is gone."""
    rig, message = sender_rig, sender_rig.message("lost")
    await rig.books().claims.take(message)
    async with rig.hands() as hand:
        await hand(message, attempt=2)
    await rig.until_ended(message)
    assert ([message.message_id], []) == (rig.ends(SendUncertain), rig.calls())


async def test_a_redelivery_while_its_own_process_still_calls_waits(sender_rig: Rig) -> None:
    """The broker's connection was lost, not the sender: the first handling goes on and tells its end."""
    rig, message = sender_rig, sender_rig.message("slow")
    rig.simulator.add_fault(Fault(kind="delay", delay_s=3.0, times=1, number_id=rig.number_id))
    async with rig.hands() as hand:
        calling = asyncio.create_task(hand(message))
        await until(lambda: not rig.simulator.parts.faults.all())
        with pytest.raises(Retry):
            await hand(message, attempt=2)
        await calling
    await rig.until_ended(message)
    assert ([message.message_id], []) == (rig.ends(SendAccepted), rig.ends(SendUncertain))


async def test_an_early_delivery_goes_back_to_wait(sender_rig: Rig) -> None:
    """A long wait is made of hops; on each the delivery goes back for the rest, without a call."""
    rig, message = sender_rig, sender_rig.message("later")
    async with rig.hands() as hand:
        with pytest.raises(Retry) as retry:
            await hand(message, not_before=now_ms() + 60_000)
    assert 55 < retry.value.after_s < 60
    assert [] == rig.calls()


async def test_what_is_due_far_ahead_waits_in_the_broker_and_keeps_its_slot(sender_rig: Rig) -> None:
    """A number's second send at one in 10 s is told its time, and told the same when it comes again."""
    rig = sender_rig
    first, second = rig.message("1"), rig.message("2", lane="bob", address={"to": "+4915187654321"})
    async with rig.hands(sends_per_s=0.1) as hand:
        asked_ms = now_ms()
        await hand(first)
        gone_ms = now_ms()
        told = []
        for _ in range(2):
            with pytest.raises(Retry) as retry:
                await hand(second)
            told.append(retry.value.headers["not_before"])
    assert abs(int(told[0]) - int(told[1])) < 5000  # a slot of its own would be another 10 s later
    assert asked_ms + 9900 < int(told[0]) < gone_ms + 10_400
    assert WAIT_S_MAX < 8


async def test_a_number_that_fills_its_share_waits_and_another_does_not(sender_rig: Rig) -> None:
    """A slow Graph for one number holds that number's deliveries back, not the neighbours'."""
    rig = sender_rig
    rig.simulator.add_fault(Fault(kind="delay", delay_s=3.0, times=1, number_id=rig.number_id))
    slow, crowded = rig.message("slow"), rig.message("crowded", lane="bob", address={"to": "+4915187654321"})
    other = await rig.elsewhere("other")
    async with rig.hands(sends_of_number_max=1) as hand:
        calling = asyncio.create_task(hand(slow))
        await until(lambda: not rig.simulator.parts.faults.all())
        with pytest.raises(Retry):
            await hand(crowded)
        await hand(other)
        assert not calling.done()
        await calling
        await asyncio.sleep(0.3)  # the number's clock stood still for a moment
        await hand(crowded)
    await rig.until_ended(slow, crowded, other)
    assert ["slow", "crowded"] == rig.received()


async def through_outages(call: Callable[[], Awaitable[None]]) -> None:
    """Again and again, as a delivery that is held."""
    while True:
        try:
            return await call()
        except Exception as error:
            if not is_outage(error):
                raise
