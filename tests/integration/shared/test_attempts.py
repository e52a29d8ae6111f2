"""The attempts of a message as the sender writes them beside its claim, on a real store."""

from collections.abc import AsyncIterator

import pytest

from services.sender.claims import Claims
from services.sender.scripts import Scripts
from shared.attempts import FIRST, TOGETHER_MAX, Tried, claim_key, forget, tried
from shared.contract.commands import SendMessage
from shared.contract.ids import NumberId, WorkspaceId
from shared.erased_sends import ErasedSends, mark_key
from shared.process import now_ms
from shared.redis import Redis, connect
from tests.integration.services.sender.orders import order, workspace


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A connection of the test's own."""
    opened = connect(redis_url)
    yield opened
    await opened.aclose()


def claims(redis: Redis) -> Claims:
    """The claims as one process sees them."""
    return Claims(Scripts(redis), Scripts(redis))


async def of(redis: Redis, message: SendMessage) -> Tried:
    """What is known of a message's attempts."""
    return await tried(redis, message.workspace_id, message.number_id, message.message_id)


async def test_each_attempt_is_kept_with_its_answer(redis: Redis) -> None:
    """When it was claimed, when it was answered and what; in between it is claimed alone; before, nothing is known."""
    book, message, began = claims(redis), order(workspace(), "m"), now_ms()
    assert Tried() == await of(redis, message)
    first = await book.take(message)
    assert first is not None
    under_way = await of(redis, message)
    await book.refuse(message, first, 30.0, "throttled 429 130429 - AbC")
    refused = await of(redis, message)
    second = await book.take(message)
    assert second is not None
    await book.settle(message, second, "accepted", b"event", "accepted 200")
    ended = await of(redis, message)

    assert [(1, None, None)] == [(each.number, each.answered_ms, each.outcome) for each in under_way.attempts]
    assert [("throttled", 429, 130429, "AbC")] == [
        (each.outcome, each.http_status, each.code, each.fbtrace_id) for each in refused.attempts
    ]
    assert refused.again_ms is not None
    assert refused.again_ms > began + 20_000
    assert [(1, "throttled"), (2, "accepted")] == [(each.number, each.outcome) for each in ended.attempts]
    assert ended.again_ms is None
    for each in ended.attempts:
        assert each.claimed_ms is not None
        assert each.answered_ms is not None
        assert began - 1000 < each.claimed_ms <= each.answered_ms < began + 60_000


async def test_an_answer_that_is_stored_twice_is_one_attempt(redis: Redis) -> None:
    """The first answer of the store was lost, and the sender asks again."""
    book, message = claims(redis), order(workspace(), "m")
    taken = await book.take(message)
    assert taken is not None
    for _ in range(3):
        await book.settle(message, taken, "failed", b"event", "permanent 400 131026")

    assert [131026] == [each.code for each in (await of(redis, message)).attempts]


async def test_a_call_that_was_left_behind_is_told_and_its_own_answer_told_better(redis: Redis) -> None:
    """Whoever died while it called has claimed it; who lives on after all knows what came of it."""
    book, message = claims(redis), order(workspace(), "m")
    taken = await book.take(message)
    assert taken is not None
    await claims(redis).conclude(message, "unknown", b"?", calling=True)
    given_up = (await of(redis, message)).attempts
    await book.settle(message, taken, "accepted", b"!", "accepted 200")
    answered = (await of(redis, message)).attempts

    assert [("unknown", "interrupted")] == [(each.outcome, each.code) for each in given_up]
    assert [("accepted", None)] == [(each.outcome, each.code) for each in answered]
    assert [each.claimed_ms for each in given_up] == [each.claimed_ms for each in answered]


async def test_of_very_many_attempts_the_first_and_the_last_are_kept(redis: Redis) -> None:
    """A send that waits for a day is tried again and again."""
    book, message = claims(redis), order(workspace(), "m")
    for _ in range(TOGETHER_MAX + 10):
        taken = await book.take(message)
        assert taken is not None
        await book.refuse(message, taken, 0.0, "transient - not_sent")
    numbers = [each.number for each in (await of(redis, message)).attempts]

    assert [*range(1, FIRST + 1), *range(FIRST + 11, TOGETHER_MAX + 11)] == numbers


async def test_nothing_is_kept_of_an_erased_customer(redis: Redis) -> None:
    """Neither of what ended before, nor of what is answered only then; nor of what is older than its number keeps."""
    book, ids = claims(redis), workspace()
    before, meanwhile, aged = (order(ids, name, lane=name) for name in ("before", "meanwhile", "aged"))
    calls = [await book.take(each) for each in (before, meanwhile, aged)]
    for message, taken in ((before, calls[0]), (aged, calls[2])):
        assert taken is not None
        await book.settle(message, taken, "accepted", b"event", "accepted 200")
    sends = ErasedSends(redis, before.workspace_id, before.number_id)
    await sends.mark(["before", "meanwhile"], meanwhile.at_ms)
    assert await redis.exists(mark_key(before.workspace_id, before.number_id, "meanwhile"))
    await sends.forget_ends([claim_key(*ids_of(before), before.message_id)])
    assert calls[1] is not None
    await book.refuse(meanwhile, calls[1], 30.0, "throttled 429 130429")
    await forget(redis, *ids_of(aged), [aged.message_id])

    for message in (before, meanwhile, aged):
        assert () == (await of(redis, message)).attempts, message.message_id


def ids_of(message: SendMessage) -> tuple[WorkspaceId, NumberId]:
    """Whose it is."""
    return message.workspace_id, message.number_id
