"""Two workspaces that hold the same number: each its own chats, through the feed, the pages and the socket."""

import asyncio
import secrets
import uuid

import pytest

from shared.contract.ids import NumberId, WorkspaceId
from shared.process import now_ms
from shared.registry import NumberRecord
from tests.integration.security.household import PHONE, Household, household
from tests.integration.services.push.live import NUMBER, Push, change, pushing
from tests.real.inbox import Inbox

QUIET_S = 1.0


@pytest.fixture
async def house(api: Inbox) -> Household:
    """Eve has connected Ada's number too: she proved that she holds a token for it."""
    made = await household(api)
    await api.connected(made.eve)
    return made


async def test_the_same_number_shows_each_workspace_its_own_chats(house: Household) -> None:
    """In lists, by search, by contact, by message."""
    path = house.path
    for page in ("snapshot", "conversations", f"conversations?q={PHONE}"):
        assert [] == (await house.eve.ask("GET", f"{path}/{page}")).json["conversations"]
    for one in (f"conversations/{PHONE}", f"conversations/{PHONE}/messages"):
        assert (404, "no_such_contact") == (await house.eve.ask("GET", f"{path}/{one}")).problem
    said = {"id": str(uuid.uuid4()), "content": {"type": "text", "text": {"body": "Hi"}}}
    assert 404 == (await house.eve.ask("POST", f"{path}/conversations/{PHONE}/messages", said)).code
    assert not [asked for asked in house.inbox.asked_by(house.eve) if asked.type == "message.send"]


async def test_a_message_of_another_workspace_can_be_neither_quoted_nor_reacted_to(house: Household) -> None:
    """Its id is no secret: it goes through Meta and the customer's phone."""
    await house.inbox.customer_writes(house.eve, "Hello Eve", wa_id="15550009999")
    messages = f"{house.path}/conversations/15550009999/messages"
    text = {"type": "text", "text": {"body": "Hi"}}
    reaction = {"type": "reaction", "reaction": {"message_id": house.wamid, "emoji": "👍"}}
    for more in ({"content": text, "context": {"message_id": house.wamid}}, {"content": reaction}):
        answer = await house.eve.ask("POST", messages, {"id": str(uuid.uuid4()), **more})
        assert (404, "no_such_message") == answer.problem


async def test_a_cursor_of_another_feed_is_good_for_nothing(house: Household) -> None:
    """Neither one that was seen over a shoulder nor one that was guessed; nor the place in a list."""
    path, eve = house.path, house.eve
    seen = (await house.ada.ask("GET", f"{path}/snapshot")).json["cursor"]
    begin = (await eve.ask("GET", f"{path}/snapshot")).json["cursor"]
    await house.inbox.customer_writes(house.ada, "Another one", wa_id=PHONE)
    instant, _, rest = seen.partition("-")
    guessed = [f"{int(instant) - step}-{rest}" for step in range(1, 20)] if instant.isdigit() else []
    for cursor in (seen, *guessed):
        answer = await eve.ask("GET", f"{path}/changes?since={cursor}")
        assert (410, "resync") == answer.problem
    assert [] == (await eve.ask("GET", f"{path}/changes?since={begin}")).json["changes"]

    page = (await house.ada.ask("GET", f"{path}/conversations/{PHONE}/messages?limit=1")).json
    answer = await eve.ask("GET", f"{path}/conversations/{PHONE}/messages?before={page['next']}")
    assert (404, "no_such_contact") == answer.problem


async def other_workspace(push: Push) -> tuple[WorkspaceId, str]:
    """With the same number connected, and a token for the socket."""
    workspace_id = await push.ground.registry.create_workspace()
    record = NumberRecord(workspace_id=workspace_id, number_id=NUMBER, connected=True)
    await push.ground.registry.save_number(record)
    token, _ = await push.ground.credentials.create_token(workspace_id, "eve", ("read", "live"))
    return workspace_id, token


async def test_a_number_of_another_workspace_is_refused_in_hello_and_in_subscribe(redis_url: str) -> None:
    """As one that nobody has is, with the same code and the same words."""
    async with pushing(redis_url) as push:
        stranger = await push.ground.registry.create_workspace()
        token, _ = await push.ground.credentials.create_token(stranger, "eve", ("read", "live"))
        for number in (NUMBER, NumberId("999999999999999")):
            async with push.browser() as browser:
                await browser.send(type="hello", token=token, numbers={number: None})
                assert 4403 == await browser.closed()
            async with push.browser() as browser:
                await browser.hello(token)
                await browser.send(type="subscribe", numbers={number: None})
                assert 4403 == await browser.closed()


async def test_a_guessed_cursor_at_the_socket_gives_a_resync_and_nothing_else(redis_url: str) -> None:
    """The feed is the workspace's own, whatever the cursor says; what happens in the other one is never heard."""
    async with pushing(redis_url) as push:
        ours = [await push.append(value) for value in range(5)]
        workspace_id, token = await other_workspace(push)
        for cursor in (*ours, f"{now_ms()}-0.{secrets.token_hex(4)}"):
            async with push.browser() as browser:
                await browser.send(type="hello", token=token, numbers={NUMBER: cursor})
                kinds = [(await browser.next())["type"] for _ in range(2)]
                assert ["welcome", "resync"] == kinds, cursor

        async with push.browser() as browser:
            await browser.hello(token, {NUMBER: None})
            await browser.begin()
            await push.append(6, 7, 8)
            with pytest.raises(TimeoutError):
                await browser.next(QUIET_S)
            await push.feed.append(workspace_id, NUMBER, [change(9)], now_ms())
            assert [9] == await browser.hear(1)


async def test_two_sockets_of_two_workspaces_on_one_number_hear_their_own(redis_url: str) -> None:
    """At the same time, in one process."""
    async with pushing(redis_url) as push, push.greeted() as ada:
        await ada.begin()
        workspace_id, token = await other_workspace(push)
        async with push.browser() as eve:
            await eve.hello(token, {NUMBER: None})
            await eve.begin()
            for value in range(10):
                await push.append(value)
                await push.feed.append(workspace_id, NUMBER, [change(100 + value)], now_ms())
            heard, other = await asyncio.gather(ada.hear(10), eve.hear(10))
            assert list(range(10)) == heard
            assert list(range(100, 110)) == other
