"""Chat state anew from the archive of a real RabbitMQ, into an empty Redis: exactly as it was, while all goes on."""

import asyncio
import base64
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings

from services.api.awaited import Awaited
from services.api.ledger import Entry, Ledger, said
from services.api.projection import Fact
from services.api.projector import Projector
from services.api.rebuild import PLACES_KEY
from services.api.recall import RELEASED_KEY
from shared.broker import Delivery
from shared.contract import events
from shared.contract.content import OutboundTextContent
from shared.contract.ids import MessageId
from shared.feed import Feed
from shared.process import now_ms
from shared.topology import EVENTS, PARKED_DEAD
from shared.week import Week
from tests import scenario
from tests.integration.services.api.rebuilds import Headway, Loss, kept, losing
from tests.real.chat import Browser, Chat, chat
from tests.real.server import Server
from tests.real.waiting import until_answered
from tests.scenario import OWN
from tests.telling import OURS, accepted, asked, came, ms

DAY_MS = 24 * 3600 * 1000


@pytest.fixture(scope="module")
async def loss(amqp_url: str, redis_url: str, _private_redis: Server) -> AsyncIterator[Loss]:
    """One installation for this file; each test has numbers of its own."""
    _private_redis.start()
    async with losing(amqp_url, redis_url, _private_redis.url) as made:
        yield made


async def same(loss: Loss, at: Chat) -> dict[str, Any]:
    """What is kept of the number, which is the same before and after."""
    expected = await kept(at)
    assert expected == await kept(loss.again(at))
    return expected


@settings(max_examples=5)
@given(facts=scenario.facts)
async def test_what_is_rebuilt_is_what_was(loss: Loss, facts: list[Fact]) -> None:
    """Whatever happens, in whichever order: all that is shown and all that is kept."""
    at = chat(loss.before)
    await at.connect()
    await loss.live(at, *facts)
    await loss.restored(at)

    tally = await loss.rebuilt()

    assert (True, True) == (tally.ended, tally.bodies > len(facts))
    await same(loss, at)


async def test_odd_parts_reports_and_the_state_of_a_number_come_back(loss: Loss) -> None:
    """What is about the number itself and not about a conversation."""
    at = chat(loss.before)
    await at.connect()
    told = [
        events.PartUnrecognised(**OWN, received_ms=ms(n), field="messages", reason="?", raw=n % 4) for n in range(9)
    ]
    report = events.AccountReported(**OWN, received_ms=ms(20), field="account_update", value={"event": "x"})
    await loss.live(at, *told, report)
    await loss.restored(at)
    await loss.rebuilt()

    found = await same(loss, at)
    assert (4, 1) == (len(found["unrecognised"]), len(found["reports"]))
    assert found["status"]


async def test_what_is_rebuilt_of_a_message_s_ledger_is_what_the_archive_knows(loss: Loss) -> None:
    """When it was written, received and asked for; a rebuild tells it anew, and does not say that it was then."""
    at = chat(loss.before)
    await at.connect()
    await loss.live(at, came("begin", at=0))
    now = (now_ms() - scenario.T) / 1000
    await loss.live(at, came("in", at=now), asked(at=now), accepted(at=now))
    before = {name: await at.steps(name) for name in ("in", OURS)}
    await loss.restored(at)
    await loss.rebuilt()
    again = loss.again(at)

    assert ["written", "received", "confirmed", "stored", "announced"] == [step.name for step in before["in"]]
    assert [("written", ms(now)), ("received", ms(now))] == [(s.name, s.at) for s in await again.steps("in")]
    assert ["clicked", "published", "stored", "announced", "accepted"] == [step.name for step in before[OURS]]
    assert [("clicked", ms(now)), ("published", ms(now)), ("accepted", ms(now))] == [
        (step.name, step.at) for step in await again.steps(OURS)
    ]


async def test_a_rebuild_that_is_stopped_goes_on_where_it_was(loss: Loss) -> None:
    """Each piece is noted once it has landed; the second run reads the rest, and leaves nothing behind."""
    at = chat(loss.before)
    await loss.live(at, *(came(f"in{n}", at=n) for n in range(200)))
    await loss.restored(at)
    total = 2 * sum([(await loss.archive.extent(week)).end for week in await loss.archive.weeks()])

    first = await loss.rebuilt(Headway(loss.after, stop_after=3 * total // 4))
    assert not first.ended
    second = Headway()
    assert (await loss.rebuilt(second)).ended

    assert second.begun["recall"][1] > 0
    assert 0 < second.begun["apply"][1] < second.begun["apply"][0]
    await same(loss, at)
    assert 0 == await loss.after.redis.exists(PLACES_KEY, RELEASED_KEY)


async def test_messages_are_taken_and_projected_while_it_runs(loss: Loss) -> None:
    """A projector on the new store, and customers who go on writing: the end is as if nothing had been lost."""
    at = chat(loss.before)
    await at.connect()
    await loss.live(at, *(came(f"in{n}", at=n) for n in range(100)))
    await loss.restored(at)
    again = loss.again(at)
    browser, late = Browser(), [came(f"late{n}", at=1000 + n) for n in range(20)]
    projector = Projector(loss.after, durable=False)
    await browser.open(again)

    async def write() -> None:
        for fact in late:
            await loss.before.broker.publish(EVENTS, at.line(fact))
            assert [] == await projector.handle([Delivery(at.line(fact))])

    async with asyncio.TaskGroup() as group:
        group.create_task(loss.rebuilt())
        group.create_task(write())
    await loss.landed()

    assert 120 == len((await same(loss, at))["messages"])
    await browser.follow(again)
    fresh = Browser()
    await fresh.open(again)
    assert fresh.shown == browser.shown


async def test_no_cursor_of_before_leads_anywhere(loss: Loss) -> None:
    """It names an entry of another history: the browser takes a snapshot, also at the feed's very beginning."""
    at = chat(loss.before)
    feed = Feed(loss.before.redis)
    start = await feed.head(at.workspace_id, at.number_id)
    await loss.live(at, *(came(f"in{n}", at=n) for n in range(5)))
    cursors = [start, *(change["cursor"] for change in await at.changes(start))]
    await loss.restored(at)
    await loss.rebuilt()

    again = loss.again(at)
    assert 5 < len(cursors)
    for cursor in cursors:
        assert await feed.read(at.workspace_id, at.number_id, cursor, 10) is not None
        assert None is await again.feed.read(at.workspace_id, at.number_id, cursor, 10)


async def test_what_was_asked_for_is_known_before_messages_are_taken_again(loss: Loss) -> None:
    """The same id again is the same message, and the sender is told that nobody knows what became of it."""
    at = chat(loss.before)
    command = at.own(asked(at=3)).model_copy(update={"at_ms": now_ms()})
    forgotten = command.model_copy(update={"at_ms": now_ms() - 9 * DAY_MS, "message_id": MessageId("long ago")})
    await loss.live(at, came(at=1), command, forgotten, accepted("out", at=4))
    await loss.restored(at)
    assert "recall" == await Awaited(loss.after.redis).stage()
    await loss.rebuilt()

    assert await Awaited(loss.after.redis).stage() is None
    words = OutboundTextContent.model_validate(command.content.model_dump(exclude_none=True))
    entry = Entry(said=said(words, None), lane="another", contact_id=command.contact_id, at_ms=now_ms(), agent=None)
    found = await Ledger(loss.after.redis).first(at.workspace_id, at.number_id, MessageId(OURS), entry)
    assert await Ledger(loss.after.redis).entry(at.workspace_id, at.number_id, forgotten.message_id) is None
    is_same = found.same_request(entry.said, entry.lane, {command.contact_id})
    assert (True, True, command.at_ms) == (found.recalled, is_same, found.at_ms)


def held(at: Chat, name: str, secret: str | None, received_ms: int) -> events.EventsHeld:
    """A body that came while the number was not connected, signed with a secret."""
    raw = name.encode()
    came_in = at.own(came(name, at=1))
    return events.EventsHeld(
        workspace_id=at.workspace_id,
        number_id=at.number_id,
        received_ms=received_ms,
        body=base64.b64encode(zlib.compress(raw)).decode(),
        header=signed(raw, secret) if secret else None,
        events=[came_in],
    )


def signed(raw: bytes, secret: str) -> str:
    """Meta's header."""
    import hashlib
    import hmac

    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


async def test_what_was_parked_is_parked_again(loss: Loss) -> None:
    """As it was, and it appears when the number is connected; what had grown too old is no dead letter twice."""
    at, now = chat(loss.before), now_ms()
    old, young = held(at, "old", None, now - 8 * DAY_MS), held(at, "young", None, now)
    dead = await loss.before.broker.backlog(PARKED_DEAD)
    await loss.live(at, old, young)
    assert dead + 1 == await loss.before.broker.backlog(PARKED_DEAD)
    await loss.restored(at)
    await loss.rebuilt()

    assert 1 == len((await same(loss, at))["parked"])
    assert dead + 1 == await loss.before.broker.backlog(PARKED_DEAD)
    again = loss.again(at)
    await again.connect()
    await again.tell(events.NumberChanged(**OWN, received_ms=ms(0)))
    assert ["young"] == [m["id"] for m in await again.pages("US.100")]


async def test_what_was_released_needs_no_secret_of_then(loss: Loss) -> None:
    """It was checked with a secret that has been replaced, and refused with it; the archive knows how that ended."""
    at, now = chat(loss.before), now_ms()
    good, forged = held(at, "good", "the old secret", now), held(at, "forged", "another", now + 1)
    await loss.live(at, good, forged)
    await at.connect(app_secrets=[{"secret": "the old secret"}])
    await loss.live(at, at.own(events.NumberChanged(**OWN, received_ms=ms(0))))
    released = await until_answered(lambda: at.pages("US.100"), len)
    assert ["good"] == [m["id"] for m in released]
    await at.connect(app_secrets=[{"secret": "forging becomes easy with another"}, {"secret": "another"}])
    await loss.restored(at)
    await loss.rebuilt()

    assert ["good"] == list(map(bytes.decode, (await same(loss, at))["messages"]))


async def test_a_disconnected_number_holds_nothing_that_it_has_had_before(loss: Loss) -> None:
    """What was released before it was disconnected does not wait again for its return."""
    at = chat(loss.before)
    await loss.live(at, held(at, "in", None, now_ms()))
    await at.connect()
    await loss.live(at, at.own(events.NumberChanged(**OWN, received_ms=ms(0))))
    await until_answered(lambda: at.pages("US.100"), len)
    await at.disconnect()
    await loss.restored(at)
    await loss.rebuilt()

    assert ([], [b"in"]) == ((found := await same(loss, at))["parked"], list(found["messages"]))


async def test_from_a_week_on(loss: Loss) -> None:
    """Weeks before it are left out: nothing comes from a week that is yet to come."""
    at = chat(loss.before)
    await loss.live(at, came())
    await loss.restored(at)

    tally = await loss.rebuilt(since=Week.of(now_ms()).after(1))
    assert [Week.of(now_ms()).after(1)] == tally.weeks
    assert [] == await loss.again(at).conversations()
