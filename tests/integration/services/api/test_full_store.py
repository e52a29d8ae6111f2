"""Redis has no memory left: nothing is ready, the projector holds what it has, and nothing is lost."""

import asyncio

import pytest

from shared import redis as stores
from shared.topology import PROJECTOR
from tests.real.inbox import Caller, Inbox, eventually, inbox
from tests.real.server import Server

S_MAX = 60.0
PATH = "conversations/15550001111/messages"


async def texts(agent: Caller, path: str) -> list[str]:
    """What is shown of the conversation, oldest first."""
    answer = await agent.ask("GET", f"{path}/{PATH}")
    return [each["content"]["text"]["body"] for each in reversed(answer.json["messages"])]


async def problems(api: Inbox, expected: dict[str, str]) -> None:
    """Return as soon as the probe says so."""

    async def told() -> bool:
        return await api.ground.health.problems() == expected

    await eventually(told, S_MAX)


async def test_a_full_redis_holds_the_projector_and_loses_nothing(real_redis: Server, amqp_url: str) -> None:
    """What came meanwhile is shown when there is memory again, nothing of it is a dead letter, and nobody crashed."""
    async with stores.connect(real_redis.url) as store, inbox(real_redis.url, amqp_url) as api:
        agent = await api.agent()
        path = await api.connected(agent)
        await api.customer_writes(agent, "before")
        await store.config_set("maxmemory", "1mb")
        try:
            await problems(api, {"redis": "OutOfMemoryError"})
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(1.5):
                    await api.customer_writes(agent, "meanwhile")
            assert ["before"] == await texts(agent, path)
            refused = await agent.ask("PUT", "/v1/callback", {"verify_token": "another"})
            assert 503 == refused.code
        finally:
            await store.config_set("maxmemory", "0")
        await problems(api, {})

        async def shown() -> bool:
            return await texts(agent, path) == ["before", "meanwhile"]

        await eventually(shown, S_MAX)
        await api.customer_writes(agent, "after")
        assert 0 == (await api.ground.broker.dead_count(PROJECTOR.dead)).count
