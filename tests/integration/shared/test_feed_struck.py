"""What is taken out of a feed on a real server and on a cluster: who is behind hears nothing of it."""

import asyncio
from collections.abc import Callable
from typing import cast

import orjson

from shared.contract.ids import WorkspaceId
from shared.cursor import position
from shared.feed import STRIKE_AT_ONCE, Feed, feed_key, start_key
from shared.feed_page import Entry
from shared.redis import Redis
from tests.integration.shared.test_feed import NOW_MS, NUMBER, changes, values


async def test_struck_changes_are_gone_and_so_are_their_cursors(redis: Redis, workspace_id: WorkspaceId) -> None:
    """From between the others, which are read as before; what is appended later is no concern of it."""
    feed = Feed(redis)
    start = await feed.head(workspace_id, NUMBER)
    cursors = [await feed.append(workspace_id, NUMBER, changes(n), NOW_MS) for n in range(STRIKE_AT_ONCE + 20)]
    count = await feed.strike(workspace_id, NUMBER, lambda struck: orjson.loads(struck)["value"]["count"] % 2 == 1)
    await feed.append(workspace_id, NUMBER, changes(1), NOW_MS)
    assert (STRIKE_AT_ONCE + 20) // 2 == count
    assert cursors[0] is not None
    assert cursors[1] is not None
    assert [2, 4, 6] == values(await feed.read(workspace_id, NUMBER, cursors[0], 3))
    assert [0, 2, 4] == values(await feed.read(workspace_id, NUMBER, start, 3))
    assert await feed.read(workspace_id, NUMBER, cursors[1], 3) is None
    entries = cast("list[Entry]", await redis.xrange(feed_key(workspace_id, NUMBER)))
    assert sum(len(f[b"c"]) for _, f in entries) == int(await redis.hget(start_key(workspace_id, NUMBER), "bytes") or 0)


async def test_what_has_begun_anew_is_not_struck(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Up to the last of the changes that tell of an end, wherever that stands."""
    feed = Feed(redis)
    start = await feed.head(workspace_id, NUMBER)
    for n in (1, 9, 1, *range(10, STRIKE_AT_ONCE + 10), 9, 1, 2):
        await feed.append(workspace_id, NUMBER, changes(n), NOW_MS)

    def is_one(of: int) -> Callable[[bytes], bool]:
        return lambda told: orjson.loads(told)["value"]["count"] == of

    assert 2 == await feed.strike(workspace_id, NUMBER, is_one(1), is_one(9))
    page = values(await feed.read(workspace_id, NUMBER, start, STRIKE_AT_ONCE + 20))
    assert [9, 10, 9, 1, 2] == page[:2] + page[-3:]
    assert 1 == await feed.strike(workspace_id, NUMBER, is_one(1), is_one(7))  # nothing tells of an end


async def test_what_is_cut_off_takes_all_older_cursors_with_it(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Also the start; what came later stays."""
    start = await (feed := Feed(redis)).head(workspace_id, NUMBER)
    old = await feed.append(workspace_id, NUMBER, changes(*range(STRIKE_AT_ONCE + 1)), NOW_MS)
    await asyncio.sleep(0.005)
    kept = await feed.append(workspace_id, NUMBER, changes(7), NOW_MS)
    assert old is not None
    assert kept is not None
    await feed.append(workspace_id, NUMBER, changes(8), NOW_MS)
    await feed.cut(workspace_id, NUMBER, position(old).at_ms)
    assert await feed.read(workspace_id, NUMBER, start, 3) is None
    assert await feed.read(workspace_id, NUMBER, old, 3) is None
    assert [8] == values(await feed.read(workspace_id, NUMBER, kept, 3))
