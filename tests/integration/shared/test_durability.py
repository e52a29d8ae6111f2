"""What was written is on the store's disk, of each kind of store; one that cannot say so is not waited for."""

import asyncio
import uuid
from pathlib import Path

import pytest

from shared import redis as stores
from shared.broker.settlement import Hold, verdict
from shared.durability import GATHER_BUSY_S, Durability, FsyncLate, HistoryChanged
from shared.redis import Redis, RedisError, is_outage
from tests.integration.shared.stores import connected
from tests.real.powercut import Disk
from tests.real.redis_pair import redis_pair
from tests.real.waiting import S_MAX


@pytest.fixture
def tag() -> str:
    """A number of the test's own."""
    return f"{{w{uuid.uuid4().hex}:1}}"


async def test_what_other_connections_have_written_is_on_the_disk(disk: Disk, tag: str) -> None:
    """The wait is on one connection of the pool; all that was answered before it began is covered."""
    store = stores.connect(disk.url)
    async with disk.watched():
        await asyncio.gather(*(store.set(f"{tag}:{n}", n) for n in range(40)))
        async with connected(disk.url) as other:  # its connections have written nothing themselves
            await Durability(other, 3).reached([tag])
        await asyncio.sleep(0.02)
    await store.aclose()
    disk.power_cut()
    disk.start()

    async with connected(disk.url) as after:
        assert [b"%d" % n for n in range(40)] == [await after.get(f"{tag}:{n}") for n in range(40)]


async def test_without_the_wait_a_power_cut_takes_it(disk: Disk, tag: str) -> None:
    """This is what the test above would see if the wait were none."""
    store = stores.connect(disk.url)
    async with disk.watched():
        await store.set(f"{tag}:1", 1)
        await Durability(store, 0).reached([tag])
    await store.aclose()
    disk.power_cut()
    disk.start()

    async with connected(disk.url) as after:
        assert await after.get(f"{tag}:1") is None


async def test_a_disk_that_does_not_answer_is_an_outage(disk: Disk, tag: str) -> None:
    """The delivery is held and tried again; when the disk answers, it is done."""
    async with connected(disk.url) as store:
        await store.config_set("appendfsync", "no")
        durability = Durability(store, 0.2)
        with pytest.raises(FsyncLate) as late:
            await durability.reached([tag])
        assert isinstance(verdict(late.value), Hold)

        await store.config_set("appendfsync", "always")
        await durability.reached([tag])


async def test_many_share_a_wait(disk: Disk, tag: str) -> None:
    """With a disk that answers once a second too; the pool's connections are not used up."""
    async with connected(disk.url) as store:
        durability = Durability(store, S_MAX)
        async with asyncio.timeout(S_MAX):
            await asyncio.gather(*(durability.reached([tag]) for _ in range(500)))
            told = await store.info("commandstats")
        assert told["cmdstat_waitaof"]["calls"] <= 8


async def test_a_store_without_a_file_is_not_waited_for(tmp_path: Path, tag: str) -> None:
    """It has nothing to wait for, and is asked again only after a while."""
    made = Disk(tmp_path, "--appendonly", "no")
    made.start()
    try:
        async with connected(made.url) as store:
            durability = Durability(store, S_MAX)
            for _ in range(3):
                await durability.reached([tag])
            assert 1 == (await store.info("commandstats"))["cmdstat_waitaof"]["calls"]
    finally:
        made.end()


async def test_each_store_of_the_tests_is_waited_for_or_says_that_it_cannot(redis: Redis, tag: str) -> None:
    """A server of whatever version there is, and a cluster, over the node that has the tag."""
    await redis.set(f"{tag}:1", 1)
    async with asyncio.timeout(S_MAX):
        await Durability(redis, S_MAX).reached([tag, f"{{w{uuid.uuid4().hex}:2}}"])


async def test_nobody_waits_for_a_store_that_is_away(tag: str) -> None:
    """That is an outage like any other."""
    away = stores.connect("redis://127.0.0.1:1")
    with pytest.raises(Exception, match=r".*") as failed:
        await Durability(away, S_MAX).reached([tag])
    assert stores.is_outage(failed.value)


async def test_what_was_written_to_a_server_that_is_gone_is_written_again(tag: str) -> None:
    """A failover between a write and its mark: the mark of the new master says nothing of what the old one had."""
    async with redis_pair() as pair, connected(pair.address.url) as store:
        durability = Durability(store, S_MAX)
        first, second = await durability.histories([tag]), await durability.histories([tag])
        await durability.reached([tag], first)
        pair.leaves()
        await store.set(f"{tag}:1", "lost")
        await pair.fails_over()
        for since in (first, second):  # two batches at once
            while not isinstance(failure := await failed(durability, tag, since), HistoryChanged):
                assert failure is not None
                assert is_outage(failure)
            assert isinstance(verdict(failure), Hold)
        assert None is await failed(durability, tag, await durability.histories([tag]))


async def failed(durability: Durability, tag: str, since: dict[str, str]) -> RedisError | None:
    """Why it is not known to be there."""
    try:
        await durability.reached([tag], since)
    except RedisError as error:
        return error
    return None


async def test_a_wait_that_was_shared_makes_the_next_one_gather_for_longer(redis: Redis, tag: str) -> None:
    """With much to do, few questions; who is alone is asked for soon."""
    durability, loop = Durability(redis, S_MAX), asyncio.get_running_loop()
    await asyncio.gather(durability.reached([tag]), durability.reached([tag]))
    began_s = loop.time()
    await durability.reached([tag])

    assert loop.time() - began_s >= 0.9 * GATHER_BUSY_S
