"""The feed over plain HTTP: catching up, waiting, resync, and letting go."""

import asyncio
from typing import Any

from services.api.changes import ChangesQuery, FeedReading
from services.api.limits import Places
from services.api.route import Call, Nothing
from shared.contract.ids import NumberId
from shared.feed import Feed
from tests.real.inbox import Caller, Inbox, eventually, inbox
from tests.real.waiting import S_MAX


async def feed(api: Inbox, agent: Caller) -> tuple[str, str]:
    """A number's path to its changes, and where its feed stands."""
    path = await api.connected(agent)
    await api.customer_writes(agent, "Hello?")

    async def dated() -> bool:
        return "last_webhook_at" in (await agent.ask("GET", path)).json

    await eventually(dated)  # the number tells of its webhook after the message
    cursor = (await agent.ask("GET", f"{path}/snapshot")).json["cursor"]
    return f"{path}/changes", cursor


async def test_changes_come_in_order_and_page_by_page(api: Inbox) -> None:
    """Each cursor leads on to the next page; together they are the one long page."""
    agent = await api.agent()
    path, cursor = await feed(api, agent)
    for body in ("One", "Two", "Three"):
        await api.customer_writes(agent, body)
    whole = (await agent.ask("GET", f"{path}?since={cursor}")).json

    pages, since = [], cursor
    while page := (await agent.ask("GET", f"{path}?since={since}&limit=1")).json:
        if not page["changes"]:
            break
        since = page["cursor"]
        pages += page["changes"]

    texts = [c["value"]["content"]["text"]["body"] for c in pages if c["kind"] == "message"]
    assert ["One", "Two", "Three"] == texts
    assert whole["changes"] == pages
    assert whole["cursor"] == since == pages[-1]["cursor"]


async def test_nothing_new_is_an_empty_page_at_once(api: Inbox) -> None:
    """Without `wait_s` nobody waits; the cursor is the one that was sent."""
    agent = await api.agent()
    path, cursor = await feed(api, agent)

    assert {"cursor": cursor, "changes": []} == (await agent.ask("GET", f"{path}?since={cursor}")).json


async def test_a_long_poll_ends_with_the_first_change(api: Inbox) -> None:
    """As often as one asks."""
    agent = await api.agent()
    path, cursor = await feed(api, agent)

    for n in range(5):
        waiting = asyncio.create_task(agent.ask("GET", f"{path}?since={cursor}&wait_s=25"))
        await eventually(lambda: is_watched(api, agent))
        await api.customer_writes(agent, f"Message {n}")
        answer = (await waiting).json
        assert answer["changes"]
        cursor = answer["cursor"]


async def test_a_change_is_announced_and_nobody_has_to_look_for_it(api: Inbox) -> None:
    """A poll that would look only long after this test ends with the change."""
    agent = await api.agent()
    path, cursor = await feed(api, agent)
    base, chat = api.ground, Feed(api.ground.redis)
    record = await base.registry.number(agent.workspace_id, NumberId(path.split("/")[3]))
    caller = await base.credentials.authenticate(agent.secret or "")
    query = ChangesQuery.model_construct(since=cursor, limit=100, wait_s=20 * int(S_MAX))
    async with chat.watching() as watch, asyncio.timeout(S_MAX):
        places = Places(in_all=1, per_credential=1)
        reading = FeedReading(chat, watch, base.credentials, base.stopping, places, look_every_s=10 * S_MAX)
        call: Any = Call({}, query, Nothing(), {}, "", caller, record)
        waiting = asyncio.ensure_future(reading.list_changes(call))
        await eventually(lambda: is_watched(api, agent))
        await api.customer_writes(agent, "Now")
        answer = await waiting

    assert "Now" in str(answer.body)


async def test_a_long_poll_ends_when_its_time_is_up(api: Inbox) -> None:
    """Empty, with the same cursor."""
    agent = await api.agent()
    path, cursor = await feed(api, agent)

    answer = await agent.ask("GET", f"{path}?since={cursor}&wait_s=1")

    assert (200, {"cursor": cursor, "changes": []}) == (answer.code, answer.json)


async def test_a_cursor_of_another_feed_is_410(api: Inbox) -> None:
    """`resync`: take a snapshot. The same for one that was never given out."""
    agent, other = await api.agent(), await api.agent()
    path, _ = await feed(api, agent)
    _, cursor = await feed(api, other)

    for since in (cursor, "1-1.abcdef", "0-0.abcdef"):
        assert (410, "resync") == (await agent.ask("GET", f"{path}?since={since}&wait_s=25")).problem


async def test_waiting_ends_with_the_credential(api: Inbox) -> None:
    """A revoked token is cut off long before its time is up, while it waits too: it is looked at every other second."""
    agent = await api.agent()
    path, cursor = await feed(api, agent)
    robot = await api.token(agent, "read")
    waiting = asyncio.create_task(robot.ask("GET", f"{path}?since={cursor}&wait_s=25"))
    await eventually(lambda: is_watched(api, agent))

    await agent.ask("DELETE", f"/v1/tokens/{robot.id}")
    answer = await waiting

    assert (401, "unauthenticated") == answer.problem


async def test_a_process_that_stops_lets_everybody_go(api: Inbox, redis_url: str) -> None:
    """An empty page, before its time is up, and not a broken connection: the browser asks the next process."""
    other = await api.agent()
    elsewhere, since = await feed(api, other)
    async with inbox(redis_url) as stopping:
        agent = await stopping.agent()
        path, cursor = await feed(stopping, agent)
        waiting = asyncio.create_task(agent.ask("GET", f"{path}?since={cursor}&wait_s=25"))
        await eventually(lambda: is_watched(stopping, agent))
        longer = asyncio.create_task(other.ask("GET", f"{elsewhere}?since={since}&wait_s=25"))

        stopping.ground.stopping.set()
        answer = await waiting
        assert not longer.done()
        longer.cancel()

    assert (200, {"cursor": cursor, "changes": []}) == (answer.code, answer.json)


async def test_only_so_many_of_one_credential_wait(redis_url: str) -> None:
    """Past the bound 429, at once; whoever waits goes on waiting."""
    async with inbox(redis_url, long_polls_per_credential_max=1) as narrow:
        agent = await narrow.agent()
        path, cursor = await feed(narrow, agent)
        waiting = asyncio.create_task(agent.ask("GET", f"{path}?since={cursor}&wait_s=25"))
        await eventually(lambda: is_watched(narrow, agent))

        answer = await agent.ask("GET", f"{path}?since={cursor}&wait_s=25")
        assert not waiting.done()
        await narrow.customer_writes(agent, "Now")

        assert (429, "too_many_waiting") == answer.problem
        assert (await waiting).json["changes"]


async def is_watched(api: Inbox, agent: Caller) -> bool:
    """Whether a long poll of the workspace waits: it has subscribed to its feed."""
    feeds = await api.ground.redis.pubsub_shardchannels(f"{{{agent.workspace_id}:*")
    return bool(feeds)
