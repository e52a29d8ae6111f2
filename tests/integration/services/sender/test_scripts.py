"""Scripts that travel together."""

import asyncio

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from services.sender.scripts import EACH_MAX, Each, Script, Scripts
from shared import redis
from shared.redis import Redis, is_outage
from tests.integration.services.sender.orders import workspace
from tests.real.server import Server

COUNT = Script("redis.call('INCR', KEYS[1]) return {redis.call('RPUSH', KEYS[2], ARGV[1]), ARGV[1]}")


async def test_each_gets_its_own_answer_in_the_order_of_asking(store: Redis) -> None:
    """A thousand asked for at once run in that order, and none gets another's answer."""
    scripts, own = Scripts(store), workspace()["workspace_id"]
    keys = (f"{{{own}}}:count", f"{{{own}}}:list")
    answers = await asyncio.gather(*(scripts.run(COUNT, keys, (n,)) for n in range(1000)))
    assert [[n + 1, str(n).encode()] for n in range(1000)] == answers


# Each adds its own to a list, under the count of those that ran in one script.
EACH = Each(
    """
local turn = redis.call('INCR', KEYS[1])
local function one(k, a)
  redis.call('RPUSH', KEYS[k + 1], ARGV[a + 1])
  return {turn, ARGV[1] .. ARGV[a + 1]}
end
""",
    shared=(1, 1),
    own=(1, 1),
)


async def test_those_of_one_kind_that_share_their_keys_are_one_script(store: Redis) -> None:
    """As many as one may hold; each gets its own answer, whoever else travels along."""
    scripts, own = Scripts(store), workspace()["workspace_id"]
    count, lists = f"{{{own}}}:count", f"{{{own}}}:list"
    asked = [scripts.run_one(EACH, (count,), ("x",), ((lists,), (n,))) for n in range(EACH_MAX + 6)]
    alone = scripts.run_one(EACH, (count,), ("y",), ((lists,), ("z",)))
    several = scripts.run_each(EACH, (f"{{{own}}}:other",), ("x",), [((lists,), (n,)) for n in "ab"])
    *answers, last, both = await asyncio.gather(*asked, alone, several)
    assert [[1 + n // EACH_MAX, f"x{n}".encode()] for n in range(EACH_MAX + 6)] == answers
    assert ([3, b"yz"], [[1, b"xa"], [1, b"xb"]]) == (last, both)


async def test_an_error_of_many_is_told_to_each(store: Redis) -> None:
    """To all that travelled in that script, and to nobody else."""
    scripts, own = Scripts(store), workspace()["workspace_id"]
    good, bad = f"{{{own}}}:good", f"{{{own}}}:bad"
    await store.set(bad, "no number")
    asked = [scripts.run_one(EACH, (key,), ("x",), ((f"{{{own}}}:list",), (1,))) for key in (good, bad, bad)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [list, ResponseError, ResponseError] == [type(answer) for answer in answers]
    assert answers[1] is not answers[2]


async def test_a_server_that_forgot_the_scripts_is_told_them_again(store: Redis) -> None:
    """After a restart or a flush the text is sent along, and each script still runs once."""
    scripts, own = Scripts(store), workspace()["workspace_id"]
    keys = (f"{{{own}}}:count", f"{{{own}}}:list")
    await store.script_flush()
    answers = await asyncio.gather(*(scripts.run(COUNT, keys, (name,)) for name in "ab"))
    assert [[1, b"a"], [2, b"b"]] == answers


async def test_one_bad_script_does_not_hurt_its_neighbours(store: Redis) -> None:
    """An error belongs to whoever asked for it."""
    scripts, own = Scripts(store), workspace()["workspace_id"]
    bad = Script("return redis.call('INCR')")
    both = (scripts.run(COUNT, (f"{{{own}}}:a", f"{{{own}}}:b"), ("x",)), scripts.run(bad, ()))
    answers = await asyncio.gather(*both, return_exceptions=True)
    assert ([1, b"x"], ResponseError) == (answers[0], type(answers[1]))


async def test_an_outage_is_told_to_all_who_wait(real_redis: Server) -> None:
    """With the store away each gets an error that says so, and once it is back all goes on."""
    connection = redis.connect(real_redis.url)
    try:
        scripts = Scripts(connection)
        keys = ("{x}:count", "{x}:list")
        await scripts.run(COUNT, keys, ("x",))
        real_redis.kill()
        failed = await asyncio.gather(*(scripts.run(COUNT, keys, (n,)) for n in range(3)), return_exceptions=True)
        assert [RedisConnectionError] * 3 == [type(error) for error in failed]
        assert all(isinstance(error, Exception) and is_outage(error) for error in failed)
        assert 3 == len({id(error) for error in failed})
        real_redis.start()
        async with asyncio.timeout(20):
            while True:
                try:
                    await scripts.run(COUNT, keys, ("y",))
                    break
                except RedisConnectionError:
                    await asyncio.sleep(0.05)
    finally:
        await connection.aclose()


@pytest.mark.parametrize("durable", [False, True])
async def test_waiting_for_the_disk_changes_no_answer(store: Redis, durable: bool) -> None:
    """With or without WAITAOF, and on servers that do not know it, the answers are the scripts'."""
    scripts, own = Scripts(store, durable=durable, in_flight_max=4), workspace()["workspace_id"]
    keys = (f"{{{own}}}:count", f"{{{own}}}:list")
    answers = [await scripts.run(COUNT, keys, (n,)) for n in range(3)]
    assert [[1, b"0"], [2, b"1"], [3, b"2"]] == answers


async def test_a_store_that_fsyncs_once_a_second_is_not_trusted_after_a_restart(real_redis: Server) -> None:
    """Only `appendfsync always` means that what was answered is still there."""
    connection = redis.connect(real_redis.url)
    try:
        scripts = Scripts(connection, durable=True)
        assert not await scripts.fsyncs_always()
        await connection.config_set("appendfsync", "always")
        assert await scripts.fsyncs_always()
    finally:
        await connection.config_set("appendfsync", "everysec")
        await connection.aclose()
