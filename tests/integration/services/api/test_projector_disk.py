"""The broker forgets nothing before chat state is on the disk: through a power cut, and while the disk is silent."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from services.api import projector
from services.api.projector import ProjectorSettings
from shared.process import Ground
from shared.topology import EVENTS, PROJECTOR
from tests.real.brokers import Brokers
from tests.real.chat import chat, standing
from tests.real.powercut import Disk
from tests.real.waiting import S_MAX, until_answered
from tests.telling import came


def projecting(base: Ground, told: dict[str, Any]) -> AbstractAsyncContextManager[None]:
    """A projector; on leaving, what it has in hand and cannot end goes back to the broker."""
    return projector.running(base, ProjectorSettings.model_validate(told))


def shows(unread: int, conversations: list[dict[str, Any]]) -> bool:
    """Whether so many have come."""
    return [unread] == [each["unread"] for each in conversations]


@pytest.mark.parametrize(("fsync_s_max", "there"), [(4.0, ["in"]), (0.0, [])])
async def test_what_was_acknowledged_survives_a_power_cut(disk: Disk, fsync_s_max: float, there: list[str]) -> None:
    """With the wait, at once after it; without it, it is gone with what the store had not written down."""
    async with standing(disk.url, redis_fsync_s_max=fsync_s_max) as base:
        at = chat(base)
        async with disk.watched():
            if not fsync_s_max:
                await base.redis.config_set("appendfsync", "no")  # or the second's own fsync may be quick enough
            assert [] == await at.tell(came("in"))
            if fsync_s_max:
                await asyncio.sleep(0.02)
        disk.power_cut()
    disk.start()

    async with standing(disk.url) as base:
        after = replace(chat(base), workspace_id=at.workspace_id)
        assert there == [c["preview"]["message_id"] for c in await after.conversations()]


async def test_while_the_disk_is_silent_nothing_is_acknowledged(disk: Disk, amqp_url: str) -> None:
    """It is shown, but RabbitMQ keeps it, and gives it again to whoever comes after this projector."""
    brokers = Brokers(amqp_url)
    told = {"amqp_url": amqp_url, "broker_namespace": brokers.namespace, "redis_fsync_s_max": 0.2}
    settings = {"redis_url": disk.url, "secret_keys": "a" * 43, **told}
    async with standing(disk.url, **told) as base:
        await base.redis.config_set("appendfsync", "no")
        at = chat(base)
        async with projecting(base, settings):
            for n in range(20):
                await base.broker.publish(EVENTS, at.line(came(f"in{n}", at=n)))
            await until_answered(at.conversations, partial(shows, 20))
        assert 20 == await until_answered(lambda: base.broker.backlog(PROJECTOR.name), lambda count: count == 20)

        await base.redis.config_set("appendfsync", "everysec")
        async with projecting(base, settings):
            await until_answered(lambda: base.broker.backlog(PROJECTOR.name), lambda count: count == 0)
        assert 0 == await base.broker.backlog(PROJECTOR.name)
    await brokers.forget()


async def test_nobody_waits_for_a_disk_but_the_broker(disk: Disk, amqp_url: str) -> None:
    """What comes while earlier batches wait is shown at once, and all is acknowledged by and by."""
    brokers = Brokers(amqp_url)
    told = {"amqp_url": amqp_url, "broker_namespace": brokers.namespace, "redis_fsync_s_max": 4.0}
    async with standing(disk.url, **told) as base:
        at = chat(base)
        await base.redis.config_set("appendfsync", "no")
        async with projecting(base, {"redis_url": disk.url, "secret_keys": "a" * 43, **told}):
            async with asyncio.timeout(S_MAX):  # the first of them waits, again and again, until the disk answers
                for n in range(10):
                    await base.broker.publish(EVENTS, at.line(came(f"in{n}", at=n)))
                    await until_answered(at.conversations, partial(shows, n + 1))
            await base.redis.config_set("appendfsync", "always")
        assert 0 == await base.broker.backlog(PROJECTOR.name)
    await brokers.forget()
