"""When the feed told something of a message, on a real store."""

from typing import Any

import orjson

from shared import tellings
from shared.contract.ids import NumberId, WorkspaceId
from shared.feed import Feed, feed_key
from shared.redis import Redis
from shared.tellings import Told

NUMBER = NumberId("106540352242922")
T = 1_760_000_000_000


def change(message_id: str, *statuses: str) -> bytes:
    """A message as it is told."""
    value = {"id": message_id, "status_at": dict.fromkeys(statuses, "then")}
    return orjson.dumps({"kind": "message", "value": value})


def has(status: str) -> Told:
    """Whether a message is told to have got so far."""

    def is_told(value: dict[str, Any]) -> bool:
        return status in value["status_at"]

    return is_told


def anything(_: dict[str, Any]) -> bool:
    """Whatever is told."""
    return True


async def tell(redis: Redis, workspace_id: WorkspaceId, at_ms: int, told: bytes) -> None:
    """Add to the feed at a moment."""
    await redis.xadd(feed_key(workspace_id, NUMBER), {"c": told, "n": "0"}, id=f"{at_ms}-*")


async def test_the_first_change_that_tells_it_is_the_one(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Not a later one that tells it again, nor one of another message, nor what quotes its id."""
    found = tellings.Tellings(redis)
    await tell(redis, workspace_id, T, b'{"kind":"number","value":{"id":"m"}}')
    for at_ms, told in (
        (T + 100, change("other")),
        (T + 200, b'{"kind":"message","value":{"id":"reply","context":{"message_id":"m"},"status_at":{}}}'),
        (T + 300, change("m", "queued")),
        (T + 400, change("m", "queued", "sent")),
        (T + 500, change("m", "queued", "sent", "read")),
    ):
        await tell(redis, workspace_id, at_ms, told)
    wanted = {
        "stored": (T + 250, anything),
        "sent": (T + 350, has("sent")),
        "read": (T + 450, has("read")),
        "failed": (T + 480, has("failed")),
    }

    assert {"stored": T + 300, "sent": T + 400, "read": T + 500} == await found.of_message(
        workspace_id, NUMBER, "m", wanted
    )
    assert T == await found.begin_ms(workspace_id, NUMBER)


async def test_what_is_from_before_the_oldest_change_is_not_guessed(redis: Redis, workspace_id: WorkspaceId) -> None:
    """The first that told it may have been trimmed, or lost: what is left tells it again."""
    found = tellings.Tellings(redis)
    assert ({}, None) == (
        await found.of_message(workspace_id, NUMBER, "m", {"stored": (T, anything)}),
        await found.begin_ms(workspace_id, NUMBER),
    )
    await tell(redis, workspace_id, T + 1000, change("m", "queued", "sent"))
    await tell(redis, workspace_id, T + 2000, change("m", "queued", "sent", "read"))
    wanted = {"stored": (T, anything), "sent": (T + 500, has("sent")), "read": (T + 1900, has("read"))}

    assert {"read": T + 2000} == await found.of_message(workspace_id, NUMBER, "m", wanted)


async def test_only_so_many_changes_are_looked_at(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Behind each moment; a later one is looked for from its own moment on."""
    found, count = tellings.Tellings(redis), tellings.LOOKED_AT_MAX + 10 * tellings.AT_ONCE
    async with redis.pipeline(transaction=False) as pipeline:
        for n in range(count):
            pipeline.xadd(feed_key(workspace_id, NUMBER), {"c": change("other"), "n": "0"}, id=f"{T + n}-0")
        await pipeline.execute()
    await tell(redis, workspace_id, T + count, change("m", "queued", "read"))
    late = {"stored": (T, anything), "read": (T + count - 1, has("read"))}

    assert {} == await found.of_message(workspace_id, NUMBER, "m", {"stored": (T, anything)})
    assert {"read": T + count} == await found.of_message(workspace_id, NUMBER, "m", late)


async def test_what_the_feed_itself_appends_is_found(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Its entries are what is walked here."""
    feed, found = Feed(redis), tellings.Tellings(redis)
    await feed.append(workspace_id, NUMBER, [change("other")], T)
    began_ms = await found.begin_ms(workspace_id, NUMBER)
    assert began_ms is not None
    await feed.append(workspace_id, NUMBER, [change("m")], T)
    told = await found.of_message(workspace_id, NUMBER, "m", {"stored": (began_ms, anything)})

    assert began_ms <= told["stored"]
