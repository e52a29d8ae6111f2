"""Which way a send goes: straight while its number has few, else into the crowd until the crowd has been seen."""

from collections.abc import AsyncIterator

import pytest

from services.sender.books import Books
from services.sender.pace import Rates
from shared.broker import Broker, BrokerUnavailable
from shared.contract.commands import SendMessage
from shared.crowd import KEPT_MS, Ways, pending_key
from shared.process import now_ms
from shared.redis import Redis
from shared.topology import CROWD, PROJECTOR, SENDER
from tests.integration.services.sender.orders import order, workspace
from tests.real.brokers import Brokers
from tests.real.server import free_port
from tests.real.waiting import until_answered, until_ready

FEW = 3


@pytest.fixture
async def queues(redis_url: str) -> AsyncIterator[Broker]:
    """A broker; either kind would do, and this one is quick."""
    brokers = Brokers(redis_url)
    async with brokers.make() as broker:
        await until_ready(broker)
        yield broker
    await brokers.forget()


def asked(ids: dict[str, str], *names: str) -> list[SendMessage]:
    """Sends that are asked for one after the other."""
    return [order(ids, name, at_ms=now_ms() + n, lane=name) for n, name in enumerate(names)]


async def stand(broker: Broker) -> tuple[int, int]:
    """How many went straight, and how many into the crowd."""
    await until_answered(lambda: broker.backlog(PROJECTOR.name), bool)
    return await broker.backlog(SENDER.name), await broker.backlog(CROWD.name)


async def test_what_is_beyond_a_few_goes_into_the_crowd(redis: Redis, queues: Broker) -> None:
    """Of its own number alone; every one of them is a fact that the projector gets."""
    ways = Ways(redis, queues, together_max=FEW)
    for send in (*asked(workspace(), *"abcde"), *asked(workspace(), "f")):
        await ways.publish(send)
    assert (FEW + 1, 2) == await stand(queues)
    assert 6 == await queues.backlog(PROJECTOR.name)


async def test_none_overtakes_the_crowd(redis: Redis, queues: Broker) -> None:
    """All follow into it while any of it has not been seen by a sender; then the straight way is open again."""
    ways, books, ids = Ways(redis, queues, together_max=FEW), Books.opened(redis, Rates(), ""), workspace()
    sends = asked(ids, *"abcdefg")
    for send in sends[:5]:
        await ways.publish(send)
    for send in sends[:4]:
        await books.arrive(send)
        await books.lanes.leave(send)
    await ways.publish(sends[5])
    assert (FEW, 3) == await stand(queues)
    for send in sends[4:6]:
        assert [None] != await books.arrive_in_crowd([send], is_late=False)
    await ways.publish(sends[6])
    assert (FEW + 1, 3) == await stand(queues)


async def test_what_has_ended_counts_no_more(redis: Redis, queues: Broker) -> None:
    """Whichever end it was; what waits for another attempt does."""
    ways, books, ids = Ways(redis, queues, together_max=FEW), Books.opened(redis, Rates(), ""), workspace()
    accepted, refused, gone = sends = asked(ids, *"abc")
    for send in sends:
        await ways.publish(send)
        await books.arrive(send)
    for send in (accepted, refused):
        taken = await books.claims.take(send)
        assert taken
        if send is accepted:
            await books.claims.settle(send, taken, "accepted", b"")
        else:
            await books.claims.refuse(send, taken, 60.0)
    await books.lanes.leave(gone)
    left = await redis.zrange(pending_key(refused.workspace_id, refused.number_id), 0, -1)
    assert [b"b"] == left


async def test_a_repeat_goes_the_way_of_the_first(redis: Redis, queues: Broker) -> None:
    """The same message twice must not stand in both queues while neither has been seen, and counts once."""
    ways, ids = Ways(redis, queues, together_max=FEW), workspace()
    sends = asked(ids, *"abcde")
    for send in (*sends, sends[0], sends[4]):
        await ways.publish(send)
    assert (FEW + 1, 3) == await stand(queues)
    assert 5 == await redis.zcard(pending_key(sends[0].workspace_id, sends[0].number_id))


async def test_what_the_broker_refused_is_not_waited_for(redis: Redis) -> None:
    """Whoever asked was told so, and may never ask again."""
    send = order(workspace(), "a", at_ms=now_ms())
    async with Brokers(f"amqp://127.0.0.1:{free_port()}/").make() as nobody:
        with pytest.raises(BrokerUnavailable):
            await Ways(redis, nobody).publish(send)
    assert not await redis.exists(pending_key(send.workspace_id, send.number_id))


async def test_what_was_noted_a_day_ago_is_forgotten(redis: Redis, queues: Broker) -> None:
    """A process that died between the note and the broker crowds a number for no longer than a send may wait."""
    ways, ids, long_ago = Ways(redis, queues, together_max=FEW), workspace(), now_ms() - KEPT_MS - 1000
    send = asked(ids, "new")[0]
    key = pending_key(send.workspace_id, send.number_id)
    await redis.zadd(key, {"crowd": -long_ago, "straight": long_ago, "seen": 10**14 + long_ago})
    await ways.publish(send)
    assert [b"new"] == await redis.zrange(key, 0, -1)
    assert (1, 0) == await stand(queues)
