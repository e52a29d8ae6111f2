"""Chat state for reading: snapshot, conversations, messages; all of it comes from queries.py."""

import hashlib
from typing import Annotated

from services.api.fields import PAGE_LIMIT, Before, Given, PageLimit, Search
from services.api.queries import Queries
from services.api.route import Answer, Call, Nothing, Request, route
from shared.contract.chat import Conversation, ConversationPage, MessagePage, Snapshot
from shared.feed import Feed
from shared.problem import ProblemError
from shared.registry import NumberRecord

_NUMBER = "/v1/numbers/{number_id}"
_CONVERSATION = f"{_NUMBER}/conversations/{{contact_id}}"
_NO_CONTACT = {404: ("no_such_contact",)}
# The browser may keep a snapshot, but asks each time whether it is still the present one.
_CACHED = "private, no-cache"


class FirstPage(Request):
    """How many conversations the snapshot begins with."""

    limit: PageLimit = PAGE_LIMIT


class ConversationQuery(Request):
    """A page of the list; `q` finds names, phones and usernames."""

    before: Annotated[Before | None, Given()] = None
    limit: PageLimit = PAGE_LIMIT
    q: Annotated[Search | None, Given()] = None


class MessageQuery(Request):
    """A page of a conversation."""

    before: Annotated[Before | None, Given()] = None
    limit: PageLimit = PAGE_LIMIT


class Reading:
    """Answers what an inbox shows."""

    def __init__(self, queries: Queries, feed: Feed) -> None:
        self._queries = queries
        self._feed = feed

    @route(
        "GET",
        f"{_NUMBER}/snapshot",
        summary="Chat state with the cursor it is good from; If-None-Match is understood",
        access="read",
        query=FirstPage,
        answers={200: Snapshot, 304: None},
    )
    async def get_snapshot(self, call: Call[FirstPage, Nothing]) -> Answer:
        """Whoever holds the present one is told so for the price of one look at the feed."""
        record, limit = call.number, call.query.limit
        held = call.headers.get("If-None-Match")
        if held is not None:
            present = etag(record, await self._feed.head(record.workspace_id, record.number_id), limit)
            if matches(held, present):
                return Answer(304, headers={"ETag": present, "Cache-Control": _CACHED})
        snapshot = await self._queries.snapshot(record, limit)
        return Answer(200, snapshot, {"ETag": etag(record, snapshot.cursor, limit), "Cache-Control": _CACHED})

    @route(
        "GET",
        f"{_NUMBER}/conversations",
        summary="Conversations, newest activity first",
        access="read",
        query=ConversationQuery,
        answers={200: ConversationPage},
    )
    async def list_conversations(self, call: Call[ConversationQuery, Nothing]) -> Answer:
        """One page."""
        record, query = call.number, call.query
        page = await self._queries.conversations(
            record.workspace_id, record.number_id, before=query.before, limit=query.limit, q=query.q
        )
        return Answer(200, page)

    @route(
        "GET",
        _CONVERSATION,
        summary="One conversation; any of the contact's ids will do",
        access="read",
        answers={200: Conversation},
        refusals=_NO_CONTACT,
    )
    async def get_conversation(self, call: Call[Nothing, Nothing]) -> Answer:
        """The whole of it but its messages."""
        record = call.number
        found = await self._queries.conversation(record.workspace_id, record.number_id, call.contact_id)
        if found is None:
            raise no_such_contact()
        return Answer(200, found)

    @route(
        "GET",
        f"{_CONVERSATION}/messages",
        summary="Messages of a conversation, newest first",
        access="read",
        query=MessageQuery,
        answers={200: MessagePage},
        refusals=_NO_CONTACT,
    )
    async def list_messages(self, call: Call[MessageQuery, Nothing]) -> Answer:
        """One page."""
        record, query = call.number, call.query
        page = await self._queries.messages(
            record.workspace_id, record.number_id, call.contact_id, before=query.before, limit=query.limit
        )
        if page is None:
            raise no_such_contact()
        return Answer(200, page)


def no_such_contact() -> ProblemError:
    """Nobody with this id has a conversation with this number."""
    return ProblemError(404, "no_such_contact", "This number has no conversation with such a contact")


def etag(record: NumberRecord, cursor: str, limit: int) -> str:
    """Names one snapshot: the feed's position, and what was asked."""
    named = f"{record.workspace_id}:{record.number_id}:{cursor}:{limit}"
    return f'"{hashlib.sha256(named.encode()).hexdigest()[:32]}"'


def matches(if_none_match: str, present: str) -> bool:
    """Whether the header names the present one; the comparison is the weak one (RFC 9110, 13.1.2)."""
    named = (each.strip().removeprefix("W/") for each in if_none_match.split(","))
    return any(each in ("*", present) for each in named)
