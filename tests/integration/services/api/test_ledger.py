"""The request ledger in a real Redis."""

import uuid
from collections.abc import AsyncIterator

import pytest

from services.api.ledger import KEPT_S, Entry, Ledger, said
from shared.contract.commands import Agent
from shared.contract.content import OutboundText, OutboundTextContent
from shared.contract.ids import AgentId, MessageId, NumberId, WorkspaceId, tag
from shared.redis import Redis, connect

NUMBER = NumberId("1")
MESSAGE = MessageId("0b4e0d0e-6f0e-4b0e-9b0e-0b4e0d0e6f0e")
HELLO = OutboundTextContent(type="text", text=OutboundText(body="Hello, 15550001111"))


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A connection to it."""
    async with connect(redis_url) as opened:
        yield opened


@pytest.fixture
def workspace_id() -> WorkspaceId:
    """One that nobody else has."""
    return WorkspaceId(f"w{uuid.uuid4().hex}")


def entry(at_ms: int = 1, body: OutboundTextContent = HELLO, context: str | None = None, **more: str) -> Entry:
    """A request."""
    place = {"lane": "lane", "contact_id": "contact", **more}
    return Entry(said=said(body, context), at_ms=at_ms, agent=Agent(id=AgentId("s_1")), **place)


async def test_the_first_request_under_an_id_stays(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Whoever comes later gets the first one back; another number or workspace is another ledger."""
    ledger = Ledger(redis)

    assert entry(1) == await ledger.first(workspace_id, NUMBER, MESSAGE, entry(1))
    assert entry(1) == await ledger.first(workspace_id, NUMBER, MESSAGE, entry(2))
    assert entry(1) == await ledger.entry(workspace_id, NUMBER, MESSAGE)
    assert await ledger.entry(workspace_id, NumberId("2"), MESSAGE) is None
    assert entry(3) == await ledger.first(WorkspaceId(f"{workspace_id}x"), NUMBER, MESSAGE, entry(3))


async def test_it_keeps_a_request_for_eight_days_and_no_words(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Under the number's tag; what was said is there as a hash only."""
    await Ledger(redis).first(workspace_id, NUMBER, MESSAGE, entry())

    key = f"{tag(workspace_id, NUMBER)}:request:{MESSAGE}"
    assert KEPT_S - 60 < await redis.ttl(key) <= KEPT_S == 8 * 24 * 3600
    assert b"Hello" not in (await redis.get(key) or b"")


def test_the_same_request_is_told_from_another() -> None:
    """Same words, same reply, same contact: by its lane or by its name, because either may change."""
    other = OutboundTextContent(type="text", text=OutboundText(body="Ho!"))

    assert entry().same_request(said(HELLO, None), "lane", {"contact"})
    assert entry().same_request(said(HELLO, None), "merged", {"BSUID", "contact"})
    assert entry().same_request(said(HELLO, None), "lane", {"BSUID"})
    assert not entry().same_request(said(HELLO, None), "merged", {"BSUID"})
    assert not entry().same_request(said(other, None), "lane", {"contact"})
    assert not entry().same_request(said(HELLO, "wamid.1"), "lane", {"contact"})
