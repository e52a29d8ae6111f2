"""A crowd of one number: in order, at its own rate, in nobody's way, and nothing of it lost."""

import asyncio
import uuid
from dataclasses import replace

from shared.contract import commands
from shared.contract.commands import SendMessage
from shared.contract.events import SendUncertain
from shared.contract.ids import NumberId, WorkspaceId
from shared.crowd import Ways
from shared.process import now_ms
from shared.topology import ARCHIVE, COMMANDS, CROWD, EVENTS, PARKED_DEAD, PROJECTOR, SENDER, Topology
from simulator.number import Number
from tests.integration.services.sender.orders import order, workspace
from tests.integration.services.sender.rig import Rig, rig
from tests.real.brokers import Brokers
from tests.real.waiting import until, until_answered, until_ready

FEW = 5
S_MAX = 60.0


def crowded(rig: Rig) -> Rig:
    """A few are many to it."""
    rig.ways = Ways(rig.ground.redis, rig.broker, together_max=FEW)
    return rig


def sends(rig: Rig, lanes: str, count: int, name: str) -> list[SendMessage]:
    """So many in each conversation, in turn; their texts sort as they are asked for."""
    return [
        rig.message(f"{lane} {name} {n:03}", lane=lane, address={"to": f"+4915112345{ord(lane):03}"})
        for n in range(count)
        for lane in lanes
    ]


async def waiting(rig: Rig) -> tuple[int, int]:
    """How many stand straight before the sender, and how many in the crowd."""
    straight = await until_answered(lambda: rig.broker.backlog(SENDER.name), bool)
    return straight, await rig.broker.backlog(CROWD.name)


def text(body: str) -> dict[str, object]:
    """The content of a message."""
    return {"type": "text", "text": {"body": body}}


def in_order(received: list[str], lane: str) -> bool:
    """Whether the customer got them as they were asked for."""
    own = [text for text in received if text.startswith(lane)]
    return own == sorted(own)


async def test_a_conversation_keeps_its_order_into_the_crowd_and_out_of_it(sender_rig: Rig) -> None:
    """The first of it go straight, the next into the crowd, the last straight again; each goes out once."""
    rig = crowded(sender_rig)
    first = sends(rig, "abc", 10, "1")
    for message in first:
        await rig.ask(message)
    assert (FEW, 30 - FEW) == await waiting(rig)
    async with rig.sending():
        second = sends(rig, "abc", 4, "2")
        for message in second:
            await rig.ask(message)
            await asyncio.sleep(0.05)
        await rig.until_ended(*first, *second, s_max=S_MAX)
        third = sends(rig, "abc", 1, "3")
        await rig.ask(*third)
        await rig.until_ended(*third, s_max=S_MAX)
    assert sorted(m.content.text.body for m in (*first, *second, *third)) == sorted(rig.received())  # type: ignore[union-attr]
    assert all(in_order(rig.received(), lane) for lane in "abc")


async def test_a_crowd_waits_where_it_is_and_others_pass_it(sender_rig: Rig) -> None:
    """What its number has no room for is not even looked at, and another number's answer does not notice."""
    rig = crowded(sender_rig)
    crowd = sends(rig, "abcdefghij", 10, "1")
    await rig.ask(*crowd)
    async with rig.sending(sends_per_s=2, sends_in_hand_max=8):
        await until(rig.received)
        other = await rig.elsewhere("other")
        await rig.ask(other)
        await rig.until_ended(other, s_max=S_MAX)
        assert len(rig.received()) < 50
        assert await rig.broker.backlog(CROWD.name) >= 100 - FEW - 8 - len(rig.received())


async def test_throttled_customers_of_a_crowd_hold_up_no_other(sender_rig: Rig) -> None:
    """More of them than have room in hand, each with more than Meta lets through: all others get theirs."""
    rig = crowded(sender_rig)
    throttled, others = sends(rig, "uvwxyz", 2, "1"), sends(rig, "abcdef", 1, "1")
    await rig.ask(*throttled, *others)
    async with rig.sending(pair_burst=1, pair_step_s=29, sends_in_hand_max=8):
        await rig.until_ended(*others, s_max=S_MAX)
        assert [] == [text for text in rig.received() if text.endswith("001")]


async def test_a_long_conversation_of_a_crowd_holds_up_no_other(sender_rig: Rig) -> None:
    """Many sends to one customer, who may get one in an hour, and all others get theirs."""
    rig = crowded(sender_rig)
    await rig.ask(*sends(rig, "x", 40, "1"), *(others := sends(rig, "abcdef", 1, "1")))
    async with rig.sending(pair_burst=1, pair_step_s=3600, sends_in_hand_max=8):
        await rig.until_ended(*others, s_max=S_MAX)
        assert 1 == len([text for text in rig.received() if text.startswith("x")])


async def test_a_crowd_in_hand_is_given_back_at_once(sender_rig: Rig) -> None:
    """A sender that stops does not wait for the slots of those that it holds; the next one sends each once."""
    rig = crowded(sender_rig)
    known = rig.message("known")  # of a number that nobody has heard of, what comes again may have been sent
    await rig.books().arrive(known)
    await rig.books().lanes.leave(known)
    crowd = sends(rig, "abcdefgh", 4, "1")
    await rig.ask(*crowd)
    async with rig.sending(sends_per_s=0.5, sends_in_hand_max=16):
        await until(rig.received, S_MAX)
        began_s = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began_s < 6
    await rig.ground.redis.delete(*[key async for key in rig.ground.redis.scan_iter(f"{{{rig.number_id}}}:pace*")])
    async with rig.sending():
        await rig.until_ended(*crowd, s_max=S_MAX)
    assert [] == rig.ends(SendUncertain)
    assert len(crowd) == len(rig.received())
    assert all(in_order(rig.received(), lane) for lane in "abcdefgh")


async def test_a_crowd_whose_token_is_refused_is_parked_and_released_in_order(sender_rig: Rig) -> None:
    """New credentials free all of it."""
    rig = crowded(sender_rig)
    rig.simulator.refuse(190, number_id=rig.number_id)
    crowd = sends(rig, "abc", 8, "1")
    await rig.ask(*crowd)
    async with rig.sending():
        await until(rig.refusals, S_MAX)
        await until_answered(lambda: rig.broker.backlog(CROWD.name), lambda left: left == 0, S_MAX)
        rig.simulator.allow(number_id=rig.number_id)
        await rig.renew(2)
        await rig.until_ended(*crowd, s_max=S_MAX)
    assert len(crowd) == len(rig.received())
    assert all(in_order(rig.received(), lane) for lane in "abc")


BEFORE = Topology(
    (replace(PROJECTOR, bound_to=(EVENTS, COMMANDS)), SENDER),
    {PROJECTOR.dead: PROJECTOR, SENDER.dead: SENDER, PARKED_DEAD: PROJECTOR},
    archive=replace(ARCHIVE, bound_to=(EVENTS, COMMANDS)),
)


async def test_an_installation_without_crowds_is_upgraded_with_what_it_has_queued(
    broker_url: str, redis_url: str
) -> None:
    """What was queued before there were ways is sent once and in order, before what is asked for from then on."""
    brokers, ids = Brokers(broker_url), workspace()
    customers = {lane: {"lane": lane, "address": {"to": f"+4915112345{ord(lane)}"}} for lane in "abc"}
    old = [
        order(ids, str(uuid.uuid4()), at_ms=now_ms(), **customers[lane], content=text(f"{lane} 1 {n:03}"))
        for n in range(10)
        for lane in "abc"
    ]
    async with Brokers(broker_url, BEFORE, brokers.namespace).make() as before:
        await until_ready(before)
        for message in old:
            await before.publish(COMMANDS, commands.encode(message))
    async with rig(brokers, redis_url) as made:
        shop = crowded(made)
        shop.workspace_id, shop.number_id = WorkspaceId(ids["workspace_id"]), NumberId(ids["number_id"])
        shop.simulator.add_number(Number(shop.number_id, "1", "15550000001", "Upgraded shop"))
        await shop.connect()
        new = sends(shop, "abc", 10, "2")
        await shop.ask(*new)
        assert (30 + FEW, 30 - FEW) == await waiting(shop)
        async with shop.sending():
            await shop.until_ended(*old, *new, s_max=S_MAX)
        assert 60 == len(shop.received())
        assert all(in_order(shop.received(), lane) for lane in "abc")
    await brokers.forget()
