"""When numbers are looked at, on a real store: each once in a while, by one of several projectors."""

import asyncio

from services.api import looks
from services.api.awaited import Awaited
from services.api.looks import Looks
from services.api.projector import Projector
from shared.contract.ids import MessageId, NumberId
from shared.process import Ground
from tests.real.chat import Chat, chat
from tests.telling import came

OTHER = MessageId("0000000b-0000-4000-8000-000000000000")


async def test_a_number_is_looked_at_by_one_projector_at_a_time(connected: Chat) -> None:
    """It is due once in a while, from its first webhook on; one that is gone is not looked at again."""
    await connected.ground.redis.delete(looks.KEY)
    await connected.tell(came())
    owner, every = (connected.workspace_id, connected.number_id), Looks(connected.ground.redis, 60.0)
    due_ms = int(await connected.ground.redis.zscore(looks.KEY, " ".join(owner)) or 0)

    assert [] == await every.take(due_ms - 1)
    taken = await asyncio.gather(*(every.take(due_ms) for _ in range(5)))
    assert [owner] == [one for each in taken for one in each]
    assert [] == await every.take(due_ms + 59_999)
    assert [owner] == await every.take(due_ms + 60_000)

    gone = (connected.workspace_id, NumberId("gone"))
    await every.expect(gone, 0)
    await connected.projector()._reporter.look(gone, 0)
    assert None is await connected.ground.redis.zscore(looks.KEY, " ".join(gone))


async def test_nobody_looks_while_a_rebuild_is_awaited(connected: Chat) -> None:
    """What is not there is yet to come: nothing is missing."""
    await connected.tell(came("b", quoting="a"))
    await connected.ground.redis.zadd(looks.KEY, {f"{connected.workspace_id} {connected.number_id}": 0})
    awaited, projector = Awaited(connected.ground.redis), Projector(connected.ground, gap_grace_s=-1)
    await awaited.begin()
    try:
        await projector.look()
        assert None is (await connected.queries.number(connected.record)).gaps
    finally:
        await awaited.end()
    await projector.look()
    assert None is not (await connected.queries.number(connected.record)).gaps


async def test_looking_is_a_chore_of_every_projector(base: Ground) -> None:
    """Several at once on a hundred numbers and more: each is looked at, nothing is told twice."""
    numbers = [chat(base) for _ in range(120)]
    await asyncio.gather(*(at.connect() for at in numbers))
    await asyncio.gather(*(at.tell(came("b", quoting="a")) for at in numbers))  # each waits for the disk
    await base.redis.zadd(looks.KEY, {f"{at.workspace_id} {at.number_id}": 0 for at in numbers})
    await asyncio.gather(*(Projector(base, gap_grace_s=-1).look() for _ in range(3)))

    for at in numbers:
        told = [c["value"] for c in await at.told() if c["kind"] == "number"]
        assert [1] == [value["gaps"]["unseen_quotes"] for value in told if value.get("gaps")]
