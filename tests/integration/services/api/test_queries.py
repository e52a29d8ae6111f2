"""Pages without gaps or repeats, a search that finds, and any identifier of a contact."""

import asyncio
import random
from typing import Any

import pytest

from services.api.queries import BadCursor, Queries
from shared.contract.commands import Address
from shared.contract.events import Identity
from shared.contract.ids import ContactId, MessageId
from shared.contract.order import arrival_key
from tests.real.chat import Chat
from tests.telling import ANN, OURS, accepted, asked, came, identified, ms, reaction_asked

FORGED = [
    "", ".", "x", "1.2", "-1.00000000000000000000000000000000", "1" * 16 + "." + "0" * 32,
    "１." + "0" * 32, "1." + "0" * 31 + "g", "1." + "0" * 32 + "\n", "\x00", "💥", "%2e",
]  # fmt: skip


def person(n: int, **more: Any) -> Identity:
    """One of many."""
    return Identity(wa_id=str(15550000000 + n), **more)


@pytest.mark.parametrize("limit", [1, 7, 50])
async def test_pages_of_conversations_have_no_gaps_or_repeats(here: Chat, limit: int) -> None:
    """Also where many were last active in the same millisecond, more than fit on a page."""
    await here.tell(*(came(f"in{n}", person(n), at=n // 40) for n in range(110)))

    found = await here.conversations(limit)
    assert 110 == len({c["contact_id"] for c in found}) == len(found)
    assert sorted((c["last_activity_at"] for c in found), reverse=True) == [c["last_activity_at"] for c in found]


async def test_pages_of_conversations_stay_whole_while_others_write(here: Chat) -> None:
    """New activity moves a conversation to the front; of those that had none, each is met once."""
    await here.tell(*(came(f"in{n}", person(n), at=n // 10) for n in range(60)))
    seen: list[str] = []
    before, at = None, 1000
    while True:
        page = await here.queries.conversations(here.workspace_id, here.number_id, before=before, limit=7, q=None)
        seen += [c.contact_id for c in page.conversations]
        before, at = page.next, at + 1
        if before is None:
            break
        await here.tell(came(f"more{at}", person(at % 3), at=at), came(f"new{at}", person(at), at=at))

    quiet = {str(person(n).wa_id) for n in range(3, 60)}
    assert quiet <= set(seen)
    assert len(seen) == len(set(seen))


async def test_a_page_is_of_one_moment(here: Chat) -> None:
    """Whoever reads while two names of a contact turn out to be one person finds the messages, under either name."""
    many = range(25)
    await here.tell(*(came(f"in{n}", person(n)) for n in many))

    async def look(n: int) -> list[int]:
        return [len(await here.pages(str(person(n).wa_id))) for _ in range(15)]

    async def join() -> None:
        for n in many:
            await here.tell(
                came(f"other{n}", Identity(user_id=f"US.{n}"), at=-9), identified(person(n, user_id=f"US.{n}"))
            )

    found, _ = await asyncio.gather(asyncio.gather(*map(look, many)), join())
    assert {1, 2} == {length for lengths in found for length in lengths}


@pytest.mark.parametrize("limit", [1, 3, 200])
async def test_pages_of_messages_have_no_gaps_or_repeats(here: Chat, limit: int) -> None:
    """Newest first by time sent, then by arrival, place in the body and id."""
    facts = [came(f"in{n:02}", at=n // 9, arrived=100 + n % 2, position=n % 3) for n in range(40)]
    random.Random(2).shuffle(facts)
    await here.tell(*facts)

    expected = sorted(facts, key=lambda f: (f.sent_ms, f.received_ms, f.position, f.wamid), reverse=True)
    assert [f.wamid for f in expected] == [m["id"] for m in await here.pages("US.100", limit)]


async def test_pages_of_messages_stay_whole_while_others_come(here: Chat) -> None:
    """What comes later is on no later page, even if it is older than some of it."""
    await here.tell(*(came(f"in{n:02}", at=n) for n in range(20)))
    seen: list[str] = []
    before = None
    while True:
        page = await here.queries.messages(
            here.workspace_id, here.number_id, ContactId("US.100"), before=before, limit=3
        )
        assert page is not None
        seen += [m.id for m in page.messages]
        before = page.next
        if before is None:
            break
        await here.tell(came(f"new{len(seen)}", at=1000 + len(seen)))

    assert [f"in{n:02}" for n in reversed(range(20))] == seen


async def test_a_full_last_page_is_the_last(here: Chat) -> None:
    """There is no `next` to nothing."""
    await here.tell(*(came(f"in{n}", at=n) for n in range(4)), *(came(f"o{n}", person(n), at=n) for n in range(3)))
    where = (here.workspace_id, here.number_id)
    messages = await here.queries.messages(*where, ContactId("US.100"), before=None, limit=4)
    conversations = await here.queries.conversations(*where, before=None, limit=4, q=None)

    assert messages is not None
    assert (4, None) == (len(messages.messages), messages.next)
    assert (4, None) == (len(conversations.conversations), conversations.next)


async def test_who_has_read_before_reads_what_a_stranger_reads(here: Chat) -> None:
    """What is at hand is shown only while the store says that it is still so."""
    where = (here.workspace_id, here.number_id)

    async def read(queries: Queries) -> tuple[bytes, bytes | None]:
        page = await queries.messages(*where, ContactId("US.100"), before=None, limit=3)
        return (await queries.snapshot(here.record, 3)).json_bytes(), None if page is None else page.json_bytes()

    facts = [
        *(came(f"in{n}", at=n) for n in range(4)),
        *(came(f"o{n}", person(n), at=9 + n) for n in range(4)),
        *(asked(at=20), accepted(at=21), reaction_asked(MessageId("in3"), "🙏", at=22)),
        identified(ANN, at=23),
    ]
    read_before = set()
    for fact in facts:
        await here.tell(fact)
        for _ in range(2):
            found = await read(here.queries)
            assert found == await read(Queries(here.ground.redis, here.ground.vault.fingerprint))
        read_before.add(found)
    assert len(read_before) > 8

    # As an erasure of the whole number does, after it has told the feed.
    await here.ground.redis.delete(here.store.key("conversations"), here.store.key("threads"))
    assert found != await read(here.queries)
    assert await read(here.queries) == await read(Queries(here.ground.redis, here.ground.vault.fingerprint))


@pytest.mark.parametrize("forged", FORGED)
async def test_a_cursor_that_nobody_gave_out_is_refused(here: Chat, forged: str) -> None:
    """Of conversations and of messages; a page of neither is shown."""
    await here.tell(came())
    where = (here.workspace_id, here.number_id)
    with pytest.raises(BadCursor):
        await here.queries.conversations(*where, before=forged, limit=5, q=None)
    with pytest.raises(BadCursor):
        await here.queries.messages(*where, ContactId("US.100"), before=forged, limit=5)


async def test_cursors_use_only_letters_that_need_no_escape(here: Chat) -> None:
    """Whatever is in a wamid."""
    names = ["wamid.HBgL+/==~", "wamid.ü💬", "wamid " + "x" * 500]
    await here.tell(*(came(name, at=n) for n, name in enumerate(names)))
    where = (here.workspace_id, here.number_id)
    page = await here.queries.messages(*where, ContactId("US.100"), before=None, limit=1)

    assert page is not None
    assert page.next is not None
    assert page.next.replace("-", "").replace("_", "").isalnum()
    assert list(reversed(names)) == [m["id"] for m in await here.pages("US.100", 1)]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("ann", ["1"]),
        ("ANN SMITH", ["1"]),
        ("smith  ann", ["1"]),
        ("smith jones", []),
        ("bento", ["2"]),
        ("@bento", ["2"]),
        ("+5511", ["2"]),
        ("5511", ["2"]),
        ("+55 11 9000", ["2"]),
        ("+55 (11) 9000-02", ["2"]),
        ("çelik", ["3"]),
        ("C\u0327ELI\u0307K", ["3"]),
        ("celik", ["3"]),
        ("strasse", ["3"]),
        ("e", ["3", "2"]),
        ("", ["3", "2", "1"]),
        ("  ", ["3", "2", "1"]),
        ("+", ["3", "2", "1"]),
        ("%*[a-z]?", []),
        ("x" * 1000, []),
    ],
)
async def test_a_search_looks_through_name_username_and_phone(here: Chat, q: str, found: list[str]) -> None:
    """Every word of it, in any case, as people write it."""
    people = [
        Identity(user_id="1", name="Ann SMITH"),
        Identity(user_id="2", wa_id="5511900002", username="Bento"),
        Identity(user_id="3", name="Çelik İçi Straße"),
    ]
    await here.tell(*(came(f"in{n}", who, at=n) for n, who in enumerate(people)))

    assert found == [c["contact_id"] for c in await here.conversations(1, q)]


async def test_a_search_through_many_pages_finds_all(here: Chat) -> None:
    """1,300 conversations, of which some match; each once, newest first."""
    await here.tell(*(came(f"in{n}", person(n, name=f"Name-{n % 100:02}"), at=n) for n in range(1300)))

    assert [f"+{15550000000 + n}" for n in reversed(range(42, 1300, 100))] == [
        c["contact"]["phone"] for c in await here.conversations(4, "name-42")
    ]
    assert 1300 == len(await here.conversations(200))


async def test_any_identifier_leads_to_the_conversation(here: Chat) -> None:
    """The present one, old ones, those of a thread that was merged; and it is one conversation."""
    await here.tell(came("a", Identity(wa_id="15550000100"), at=1))
    await here.tell(came("b", Identity(user_id="US.100"), at=2))
    await here.tell(identified(ANN, at=3))
    await here.tell(identified(Identity(user_id="US.101"), Identity(user_id="US.100"), at=4))
    where = (here.workspace_id, here.number_id)

    for name in ("15550000100", "US.100", "US.101"):
        conversation = await here.queries.conversation(*where, ContactId(name))
        target = await here.queries.target(*where, ContactId(name))
        assert conversation is not None
        assert ("US.101", ["15550000100", "US.100"]) == (conversation.contact_id, conversation.aliases)
        assert ["b", "a"] == [m["id"] for m in await here.pages(name)]
        assert target is not None
        assert ("US.101", Address(to="+15550000100")) == (target.contact_id, target.address)


async def test_whoever_has_no_phone_is_written_to_by_bsuid(here: Chat) -> None:
    """Nobody at all for whom nobody knows, and a lane that stays while the address changes."""
    where = (here.workspace_id, here.number_id)
    await here.tell(came("a", Identity(user_id="US.100")))
    first = await here.queries.target(*where, ContactId("US.100"))
    await here.tell(identified(ANN, at=3))
    second = await here.queries.target(*where, ContactId("US.100"))

    assert first is not None
    assert second is not None
    assert (Address(recipient="US.100"), Address(to="+15550000100")) == (first.address, second.address)
    assert first.lane == second.lane
    assert None is await here.queries.target(*where, ContactId("US.999"))


async def test_a_message_is_found_by_either_id(here: Chat) -> None:
    """With what a command needs of it; what is only reported is no message yet."""
    where = (here.workspace_id, here.number_id)
    await here.tell(came("in", at=1), asked(at=2), accepted("out", at=3))
    inbound = await here.queries.message(*where, MessageId("in"))
    by_ours, by_wamid = [await here.queries.message(*where, MessageId(name)) for name in (OURS, "out")]

    assert inbound is not None
    assert ("in", arrival_key(ms(1), 0, "in"), "US.100", "inbound") == (
        inbound.wamid,
        inbound.arrival,
        inbound.contact_id,
        inbound.direction,
    )
    assert by_ours is not None
    assert by_ours == by_wamid
    assert (OURS, "out", "outbound") == (by_ours.id, by_ours.wamid, by_ours.direction)
    assert None is await here.queries.message(*where, MessageId("nothing"))


async def test_a_reaction_of_ours_is_on_no_page(here: Chat) -> None:
    """Though its own page position is asked for by its id."""
    await here.tell(came("in"), reaction_asked("in", "👍", at=1))

    assert ["in"] == [m["id"] for m in await here.pages("US.100", 1)]


async def test_nobody_but_who_wrote_has_a_conversation(here: Chat) -> None:
    """Known by an event about them, they can be written to; there is nothing to show."""
    await here.tell(identified(ANN))
    where = (here.workspace_id, here.number_id)

    assert None is await here.queries.conversation(*where, ContactId("US.100"))
    assert None is await here.queries.messages(*where, ContactId("US.100"), before=None, limit=5)
    assert None is not await here.queries.target(*where, ContactId("US.100"))


async def test_a_page_is_small_work_for_the_store(here: Chat) -> None:
    """Many readers at once get the same whole answer."""
    await here.tell(*(came(f"in{n}", person(n), at=n) for n in range(100)))
    pages = await asyncio.gather(*(here.conversations(30) for _ in range(10)))

    assert all(pages[0] == page for page in pages)
