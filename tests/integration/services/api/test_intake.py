"""Clicks that go to the store together come back as if each had been alone."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from services.api.intake import _TAKE, AT_ONCE_MAX, UNDER_WAY_MAX, Intake, Taken
from services.api.ledger import KEPT_S, Entry, request_key
from services.api.thread import Known, ThreadRecord
from shared.contract.commands import Agent
from shared.contract.ids import AgentId, ContactId, MessageId, NumberId, ThreadId, WorkspaceId, tag
from shared.crowd import TOGETHER_MAX, pending_key
from shared.process import now_ms
from shared.redis import Redis, connect, is_outage
from tests.real.waiting import S_MAX

NUMBER = NumberId("1")
CONTACT = ContactId("15550001111")
THREAD = ThreadId("a" * 32)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A connection to it."""
    async with connect(redis_url) as opened:
        yield opened


@pytest.fixture
async def workspace_id(redis: Redis) -> WorkspaceId:
    """One that nobody else has, with one conversation."""
    own = WorkspaceId(f"w{uuid.uuid4().hex}")
    await put(redis, own, THREAD)
    await redis.hset(f"{tag(own, NUMBER)}:aliases", CONTACT, THREAD)
    return own


async def put(redis: Redis, own: WorkspaceId, thread: ThreadId) -> None:
    """A conversation with the contact under this thread."""
    record = ThreadRecord(id=thread, since_ms=1, identifiers={CONTACT: Known(kind="wa_id", at_ms=1)})
    await redis.hset(f"{tag(own, NUMBER)}:threads", thread, record.model_dump_json())


def entry(at_ms: int = 1) -> Entry:
    """A request."""
    return Entry(said="words", contact_id=CONTACT, at_ms=at_ms, agent=Agent(id=AgentId("s_1"), name='"Ada"'))


async def take(intake: Intake, own: WorkspaceId, name: str, at_ms: int = 1, contact: str = CONTACT) -> Taken | None:
    """One click."""
    return await intake.take(own, NUMBER, ContactId(contact), MessageId(name), entry(at_ms))


async def test_the_first_is_noted_with_its_lane_and_has_a_way(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Kept for eight days; whoever repeats it gets the first request and no way, because it may have been sent."""
    intake = Intake(redis)

    first = await take(intake, workspace_id, "m", 1)
    again = await take(intake, workspace_id, "m", 2)

    assert first is not None
    assert again is not None
    assert (THREAD, "+15550001111", (0, 1), None) == (first.to.lane, first.to.address.to, first.way, first.first)
    assert (None, entry(1).model_copy(update={"lane": THREAD})) == (again.way, again.first)
    assert KEPT_S - 60 < await redis.ttl(request_key(workspace_id, NUMBER, MessageId("m"))) <= KEPT_S
    assert 1 == await redis.zscore(pending_key(workspace_id, NUMBER), "m")


async def test_of_an_unknown_contact_nothing_is_noted(redis: Redis, workspace_id: WorkspaceId) -> None:
    """The same id may be used for who is known."""
    intake = Intake(redis)

    assert await take(intake, workspace_id, "m", contact="15559999999") is None

    assert 0 == await redis.exists(request_key(workspace_id, NUMBER, MessageId("m")), pending_key(workspace_id, NUMBER))


async def test_a_thread_that_is_another_one_now_leads_there(redis: Redis, workspace_id: WorkspaceId) -> None:
    """The lane is that of the thread which lives on."""
    other = ThreadId("b" * 32)
    await put(redis, workspace_id, other)
    await redis.hset(f"{tag(workspace_id, NUMBER)}:threads", THREAD, f">{other}")

    found = await take(Intake(redis), workspace_id, "m")

    assert found is not None
    assert other == found.to.lane


async def test_many_at_once_get_each_its_own(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Of more than may be under way, on a server that does not know the script; beyond the number's room a crowd."""
    intake, count, now = Intake(redis), AT_ONCE_MAX * UNDER_WAY_MAX + 1, now_ms()
    intake._take = redis.register_script(f"{_TAKE} -- {uuid.uuid4()}")

    found = await asyncio.gather(*(take(intake, workspace_id, f"m{n}", now + n) for n in range(count)))
    again = await asyncio.gather(*(take(intake, workspace_id, f"m{n}", 9 + now) for n in range(count)))

    ways = [(0, 1)] * TOGETHER_MAX + [(1, 1)] * (count - TOGETHER_MAX)
    assert sorted(ways) == sorted(each.way for each in found if each is not None and each.way is not None)
    assert [now + n for n in range(count)] == [each.first.at_ms for each in again if each is not None and each.first]


async def test_for_who_goes_away_meanwhile_nobody_waits(redis: Redis, workspace_id: WorkspaceId) -> None:
    """What nobody will publish is not pending; the others get theirs."""
    intake = Intake(redis, pause_s=0.05)
    await take(intake, workspace_id, "first", now_ms())
    asking = [asyncio.create_task(take(intake, workspace_id, f"m{n}", now_ms())) for n in range(3)]
    gone = asyncio.create_task(take(intake, workspace_id, "gone", now_ms()))
    await asyncio.sleep(0)  # all of them want
    while intake._wanted:  # noqa: ASYNC110 (the moment between leaving and coming back has no other sign)
        await asyncio.sleep(0)
    gone.cancel()
    found = await asyncio.gather(*asking)

    assert [(0, 1)] * 3 == [each.way for each in found if each is not None]
    async with asyncio.timeout(30):
        key = pending_key(workspace_id, NUMBER)
        while await redis.zscore(key, "gone") is not None:  # noqa: ASYNC110 (Redis cannot say when)
            await asyncio.sleep(0.01)


async def test_who_goes_away_takes_nobody_along(redis: Redis, redis_url: str, workspace_id: WorkspaceId) -> None:
    """Not even from a store that does not let itself be told of it."""
    user = workspace_id
    await redis.acl_setuser(user, enabled=True, nopass=True, keys=["*"], categories=["+@all"], commands=["-zrem"])
    whole = urlsplit(redis_url)
    async with connect(whole._replace(netloc=f"{user}:x@{whole.netloc.rpartition('@')[2]}").geturl()) as deaf:
        intake = Intake(deaf, pause_s=0.05)
        await take(intake, workspace_id, "first", now_ms())
        gone = asyncio.create_task(take(intake, workspace_id, "gone", now_ms()))
        asking = [asyncio.create_task(take(intake, workspace_id, f"m{n}", now_ms())) for n in range(3)]
        await asyncio.sleep(0)  # all of them want
        while intake._wanted:  # noqa: ASYNC110 (the moment between leaving and coming back has no other sign)
            await asyncio.sleep(0)
        gone.cancel()
        async with asyncio.timeout(S_MAX):
            found = await asyncio.gather(*asking)
        assert [(0, 1)] * 3 == [each.way for each in found if each is not None]
    await redis.acl_deluser(user)


async def test_when_the_store_is_away_everybody_is_told() -> None:
    """Nobody waits for ever."""
    async with connect("redis://127.0.0.1:1/0") as away:
        intake, own = Intake(away), WorkspaceId("w")
        found = await asyncio.gather(*(take(intake, own, f"m{n}") for n in range(5)), return_exceptions=True)
    assert [True] * 5 == [isinstance(each, BaseException) and is_outage(each) for each in found]
