"""What an api answers while its store waits for a rebuild."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.api.awaited import AGED_S, Awaited
from shared.contract.commands import SendMessage
from tests.real.asking import conversation, text
from tests.real.inbox import Inbox, inbox
from tests.real.server import Server


@pytest.fixture
async def restored(real_redis: Server) -> AsyncIterator[Inbox]:
    """An api on a store of its own, whose settings have just been restored."""
    async with inbox(real_redis.url) as running:
        awaited = Awaited(running.ground.redis)
        await awaited.begin()
        yield running
        await awaited.end()


async def test_until_what_was_asked_for_is_known_again_no_message_is_taken(restored: Inbox) -> None:
    """It may have been sent before: 503, and the same again later; then whoever is not known may yet come."""
    agent, awaited = await restored.agent(), Awaited(restored.ground.redis)
    await restored.connected(agent)
    asked, path = text("We do!"), f"{conversation(restored)}/messages"

    assert "recall" == await awaited.stage()
    recalling = await agent.ask("POST", path, asked)
    await awaited.recalled()
    assert "apply" == await awaited.stage()
    applying = await agent.ask("POST", path, asked)
    await awaited.end()
    assert await awaited.stage() is None
    over = await agent.ask("POST", path, asked)

    assert [(503, "rebuilding"), (503, "rebuilding"), (404, "no_such_contact")] == [
        (answer.code, answer.json["code"]) for answer in (recalling, applying, over)
    ]
    assert not any(isinstance(each, SendMessage) for each in restored.asked_by(agent))


async def test_what_is_over_does_not_begin_again(restored: Inbox) -> None:
    """A rebuild that is run without a restore, or to its end twice, holds nobody up."""
    awaited = Awaited(restored.ground.redis)
    await awaited.end()
    await awaited.recalled()

    assert await awaited.stage() is None


async def test_that_messages_are_taken_is_remembered_for_less_than_a_second_and_that_they_are_not_never(
    restored: Inbox,
) -> None:
    """So nobody is asked at each click, and a restore need not wait for longer; what is over is over at once."""
    awaited, another = Awaited(restored.ground.redis), Awaited(restored.ground.redis)
    assert not await awaited.takes()
    await another.end()
    assert await awaited.takes()

    await another.begin()
    await asyncio.sleep(AGED_S)

    assert not await awaited.takes()
    await another.recalled()
    assert await awaited.takes()
