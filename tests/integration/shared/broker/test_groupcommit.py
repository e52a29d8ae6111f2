"""Group commit on real brokers: every confirmed line arrives, also through the death of the broker."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from shared.broker import BrokerUnavailable, Delivery, Poison
from shared.broker.groupcommit import GroupCommit
from tests.real.brokers import FACTS, SMALL, WORK, Brokers
from tests.real.server import Server
from tests.real.waiting import until, until_ready


class Ledger:
    """Counts the lines that have arrived."""

    def __init__(self) -> None:
        self.arrived: Counter[bytes] = Counter()

    async def __call__(self, deliveries: Sequence[Delivery]) -> Sequence[Poison]:
        """The handler."""
        for delivery in deliveries:
            self.arrived.update(delivery.body.split(b"\n"))
        return []


async def test_every_line_of_many_writers_arrives_once(small: Brokers) -> None:
    """Gathered into few messages, none is lost, none doubled, when nothing fails."""
    ledger = Ledger()
    async with small.make() as broker:
        await until_ready(broker)
        group = GroupCommit(broker, FACTS)
        async with broker.consuming_batches(WORK, ledger, deliveries_max=16):

            async def write(writer: int) -> None:
                for number in range(10):
                    await group.add([b"%d-%d-%d" % (writer, number, line) for line in range(3)])

            await asyncio.gather(*(write(writer) for writer in range(100)))
            await until(lambda: ledger.arrived.total() == 3000)

    assert 3000 == len(ledger.arrived)


@pytest.fixture(params=["rabbitmq", "real_redis"])
def server(request: pytest.FixtureRequest) -> Server:
    """The server of each kind of broker, to be killed."""
    found: Server = request.getfixturevalue(request.param)
    return found


async def test_nothing_confirmed_is_lost_when_the_broker_is_killed(server: Server) -> None:
    """The server dies by kill -9 in the middle of the writing and comes back: all that was confirmed arrives."""
    brokers = Brokers(server.url, SMALL)
    ledger = Ledger()
    confirmed: set[bytes] = set()
    refused = 0
    writing = True
    async with brokers.make() as broker:
        await until_ready(broker)
        group = GroupCommit(broker, FACTS)

        async def write(writer: int) -> None:
            nonlocal refused
            number = 0
            while writing:
                number += 1
                line = b"%d-%d" % (writer, number)
                try:
                    await group.add([line])
                except BrokerUnavailable:
                    refused += 1
                    await asyncio.sleep(0.02)
                else:
                    confirmed.add(line)
                    await asyncio.sleep(0)

        async with broker.consuming_batches(WORK, ledger, deliveries_max=16):
            writers = [asyncio.create_task(write(writer)) for writer in range(20)]
            await until(lambda: len(confirmed) > 500)
            await asyncio.to_thread(server.kill)
            await until(lambda: refused > 50)
            before = len(confirmed)
            await asyncio.to_thread(server.start)
            await until(lambda: len(confirmed) > before + 500, s_max=60)
            writing = False
            await asyncio.gather(*writers)
            await until(lambda: confirmed <= ledger.arrived.keys(), s_max=60)

    assert not confirmed - ledger.arrived.keys()
    await brokers.forget()
