"""A customer is erased on a real store: at once for browsers, everywhere in the end, whoever is killed in between."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.api.erasures import TOLD_MS
from services.api.ledger import Entry, Ledger
from services.api.projection import Fact
from services.api.projector import Projector
from shared import topology
from shared.contract import events
from shared.contract.commands import Agent, encode
from shared.contract.erasure import Erased
from shared.contract.events import ContactErased, Identity
from shared.contract.ids import AgentId, MessageId
from shared.contract.status import Status
from shared.process import Ground, now_ms
from tests import scenario
from tests.memory import DIGEST, Memory
from tests.real.chat import Browser, Chat, as_json, chat, standing
from tests.scenario import OWN
from tests.telling import (
    ANN,
    OURS,
    accepted,
    asked,
    came,
    echoed,
    edited,
    identified,
    ms,
    reaction_asked,
    reported,
)

BEA = Identity(wa_id="15550000200", name="Bea")
CANARIES = (b"US.100", b"15550000100", b"Ann", b"a secret word", b"wamid.secret")


@pytest.fixture(scope="module")
async def base(redis_url: str) -> AsyncIterator[Ground]:
    """What all tests of this file stand on."""
    async with standing(redis_url) as made:
        yield made


@pytest.fixture
def here(base: Ground) -> Chat:
    """A number of the test's own."""
    return chat(base)


async def erased(here: Chat, *names: str, at: float) -> ContactErased:
    """The event of an erasure, as the api publishes it."""
    digest = await here.projector().eraser.digest((here.workspace_id, here.number_id))
    return here.own(
        ContactErased(
            **OWN, received_ms=ms(at), erasure_id=secrets.token_hex(8), names=tuple(map(digest, names)), at_ms=ms(at)
        )
    )


async def erase(here: Chat, *names: str, at: float = 1000) -> Erased:
    """Erase, to its end."""
    event = await erased(here, *names, at=at)
    projector = here.projector()
    assert [] == await projector.handle([here.delivery([event])])
    await projector.eraser.run()
    removed, done = await projector.eraser.erasures.removed((here.workspace_id, here.number_id), event.erasure_id)
    assert done
    return removed


async def kept(here: Chat) -> dict[str, bytes]:
    """Every key of the workspace with all that is in it."""
    redis, found = here.ground.redis, {}
    async for key in redis.scan_iter(match=f"*{here.workspace_id}*", count=1000):
        found[key.decode()] = await whole(redis, key)
    return found


async def whole(redis: Any, key: bytes) -> bytes:
    """All that is in one key."""
    match (await redis.type(key)).decode():
        case "string":
            return bytes(await redis.get(key))
        case "hash":
            return b"\n".join([part for pair in (await redis.hgetall(key)).items() for part in pair])
        case "zset":
            return b"\n".join(await redis.zrange(key, 0, -1))
        case "set":
            return b"\n".join(await redis.smembers(key))
        case _:
            return repr(await redis.xrange(key)).encode()


async def traces(here: Chat) -> list[tuple[str, bytes]]:
    """Where anything of Ann is left."""
    found = [(key, canary) for key, value in (await kept(here)).items() for canary in CANARIES if canary in value]
    found += [(key, canary) for key in await kept(here) for canary in CANARIES if canary.decode() in key]
    return found


async def everything(here: Chat) -> None:
    """Ann in all the places that there are; and Bea, who stays."""
    await here.connect()
    secret: dict[str, Any] = {"content": scenario.text("a secret word")}
    await here.tell(came("wamid.secret1", at=1, **secret), came("b1", BEA, at=1), asked(at=2, **secret))
    await here.tell(accepted("wamid.secret2", at=3), reported(Status.READ, at=4, wamid="wamid.secret2"))
    await here.tell(reaction_asked("wamid.secret1", "👍", at=5, message=MessageId("5" * 36)))
    await here.tell(edited("wamid.secret1", "a secret word", at=6), reported(Status.SENT, at=7, wamid="wamid.secret9"))
    await here.tell(came("wamid.secret3", at=8, quoting="wamid.secret8"), echoed("wamid.secret4", at=9))
    odd = {"field": "messages", "reason": "?", "raw": {"from": "15550000100", "text": "a secret word"}}
    await here.tell(events.PartUnrecognised(**OWN, received_ms=ms(9), **odd))
    entry = Entry(said="hash", lane="lane", contact_id="US.100", at_ms=ms(2), agent=Agent(id=AgentId("a")))
    await Ledger(here.ground.redis).first(here.workspace_id, here.number_id, OURS, entry)


async def test_nothing_of_the_customer_is_left_anywhere(here: Chat) -> None:
    """No key and no value of the whole store but the change that tells browsers to forget, and that goes with time."""
    await everything(here)
    bea = await here.pages("15550000200")
    assert await traces(here)
    removed = await erase(here, "US.100", "15550000100")

    assert (4, 1) == (removed.messages, removed.conversations)
    assert removed.changes > 5
    feed = here.store.key("feed")
    assert {feed} == {key for key, _ in await traces(here)}
    assert [("removed", "conversation", "US.100")] == [
        (c["kind"], c["value"]["of"], c["value"].get("contact_id")) for c in await here.told() if c["kind"] == "removed"
    ]
    assert bea == await here.pages("15550000200")
    assert ["15550000200"] == [c["contact_id"] for c in await here.conversations()]


async def test_whatever_comes_late_is_dropped_and_whoever_writes_again_begins_anew(here: Chat) -> None:
    """Repeats by Meta, answers of Graph, statuses, under names that nobody has stored any more."""
    await everything(here)
    await erase(here, "US.100", "15550000100")
    await here.tell(came("wamid.secret1", at=1), reported(Status.READ, at=2000, wamid="wamid.secret2"))
    await here.tell(accepted("wamid.secret7", at=3), came("wamid.secret6", at=11, who=Identity(wa_id="15550000100")))
    await here.tell(asked(at=2), reported(Status.READ, at=2000, wamid="wamid.secret7"))
    assert {here.store.key("feed")} == {key for key, _ in await traces(here)}

    await here.tell(came("anew", at=3000))
    assert ["anew"] == [m["id"] for m in await here.pages("US.100")]
    assert 1 == next(c["unread"] for c in await here.conversations() if c["contact_id"] == "US.100")


async def test_put_aside_things_are_found_too(here: Chat) -> None:
    """Dead letters and parked events, alone and between others'."""
    broker, both = here.ground.broker, (came("wamid.secret1", at=1), came("b2", BEA, at=2))
    await here.connect()
    await here.tell(came("wamid.secret0", at=0))
    await here.disconnect()
    held = events.EventsHeld(**OWN, received_ms=now_ms(), body="", events=[here.own(fact) for fact in both])
    await here.tell(held)
    for body in (here.line(both[0]), b"\n".join(map(here.line, both)), here.line(held), b"{ from 15550000100"):
        await broker.bury(topology.PROJECTOR.dead, body, "a test")
    await broker.bury(topology.SENDER.dead, encode(here.own(asked(at=2))), "a test")
    removed = await erase(here, "US.100", "15550000100")

    assert (1, 5) == (removed.parked, removed.dead_letters)
    letters = [letter for name in topology.DEAD_LETTERS for letter in await broker.dead_letters(name, 100)]
    assert [] == [letter for letter in letters for canary in CANARIES if canary in letter.body]
    assert 2 == sum(b'"b2"' in letter.body for letter in letters)
    await here.connect()
    await here.tell(events.NumberChanged(**OWN, received_ms=ms(1)))
    assert ["b2"] == [m["id"] for m in await here.pages("15550000200")]


async def test_a_long_conversation_goes_in_steps_and_others_are_not_held_up(here: Chat) -> None:
    """At once for whoever looks; the messages follow, and no other conversation waits for them."""
    for begin in range(0, 3000, 1000):
        await here.tell(*(came(f"in{n}", at=n) for n in range(begin, begin + 1000)))
    projector, event = here.projector(), await erased(here, "US.100", "15550000100", at=10_000)
    await projector.handle([here.delivery([event])])
    erasing = asyncio.create_task(projector.eraser.run())
    slowest_s, loop = 0.0, asyncio.get_running_loop()
    count = 0
    while not erasing.done():
        began_s, count = loop.time(), count + 1
        await here.tell(came(f"b{count}", BEA, at=count))
        slowest_s = max(slowest_s, loop.time() - began_s)
    await erasing

    assert count == (await here.conversations())[0]["unread"]
    assert slowest_s < 5
    assert 0 == await here.ground.redis.hlen(here.store.key("detached"))
    assert [] == [key async for key in here.ground.redis.scan_iter(match=f"{here.store.tag}:index:*")][1:]


async def test_a_day_later_nothing_tells_any_more_who_is_gone(here: Chat) -> None:
    """Browsers that were away for so long take a snapshot."""
    await everything(here)
    before = await here.feed.head(here.workspace_id, here.number_id)
    await erase(here, "US.100", "15550000100")
    eraser = here.projector().eraser
    await eraser.settle(now_ms() + TOLD_MS - 60_000)
    assert await traces(here)

    await eraser.settle(now_ms() + TOLD_MS)
    assert [] == await traces(here)
    assert None is await here.feed.read(here.workspace_id, here.number_id, before, 10)
    await here.tell(came("b9", BEA, at=9))
    assert "b9" in [m["id"] for m in await here.pages("15550000200")]


async def test_who_is_found_to_be_the_erased_one_later_is_erased_then(here: Chat) -> None:
    """By an event that comes after all was done: its projector notes that something is left to be done."""
    await here.connect()
    await here.tell(came("wamid.secret1", at=1, who=Identity(wa_id="15550000100", name="Ann")))
    await here.tell(came("a", at=2, who=Identity(user_id="US.100")))
    await erase(here, "US.100")
    projector = here.projector()
    await projector.handle([here.delivery([identified(ANN, at=5)])])
    assert [] == await here.conversations()
    await projector.eraser.run()

    assert {here.store.key("feed")} == {key for key, _ in await traces(here)}


class Killed(BaseException):
    """Stands for the end of a process."""


class Mortal(Projector):
    """A projector that dies after so many round trips of its erasing."""

    def __init__(self, ground: Ground, steps: int) -> None:
        super().__init__(ground)
        self.left = steps
        land = self.eraser._land

        async def dying(*arguments: Any) -> None:
            self.left -= 1
            if self.left < 0:
                raise Killed
            await land(*arguments)

        self.eraser._land = dying  # type: ignore[method-assign, assignment]


async def test_whoever_is_killed_in_the_middle_is_carried_on_by_the_next(base: Ground) -> None:
    """After any step: nothing is left to be done twice, and nothing is left out."""
    for steps in range(7):
        here = chat(base)
        await everything(here)
        mortal, event = Mortal(base, steps), await erased(here, "US.100", "15550000100", at=1000)
        await mortal.handle([here.delivery([event])])
        with pytest.raises(Killed):
            await mortal.eraser.run()
        await here.projector().eraser.run()

        assert {here.store.key("feed")} == {key for key, _ in await traces(here)}, steps
        assert ["15550000200"] == [c["contact_id"] for c in await here.conversations()]


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(facts=scenario.facts, erasures=st.lists(scenario.erased(DIGEST), min_size=1, max_size=2), seed=st.integers(0))
async def test_any_order_any_repeats_any_number_of_projectors_with_erasures(
    base: Ground, facts: list[Fact], erasures: list[ContactErased], seed: int
) -> None:
    """The state is what the facts mean without what was erased, and browsers that followed the feed hold the same."""
    at, chance = chat(base), random.Random(seed)
    digest = await at.projector().eraser.digest((at.workspace_id, at.number_id))
    known = {DIGEST(name): name for name in scenario.names()}
    own = [
        event.model_copy(
            update={
                "names": tuple(digest(known[n]) for n in event.names),
                "references": tuple(digest(known[n]) for n in event.references),
                "erasure_id": secrets.token_hex(8),
            }
        )
        for event in erasures
    ]
    told = [*facts, *chance.sample(facts, len(facts) // 3), *own]
    chance.shuffle(told)
    batches = [told[n : n + 5] for n in range(0, len(told), 4)]
    projectors, browser = [at.projector() for _ in range(3)], Browser()

    async def project(number: int) -> None:
        for batch in batches[number::3]:
            assert [] == await projectors[number].handle([at.delivery(batch)])
            if chance.random() < 0.5:
                await projectors[number].eraser.run()

    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(project(number))
        group.create_task(browser.open(at))
    for _ in range(3):  # what is noted while it is done is done the next time
        await projectors[0].eraser.run()
    assert (at.workspace_id, at.number_id) not in dict(await projectors[0].eraser.erasures.numbers())
    fresh = Browser()
    await fresh.open(at)

    memory = Memory()
    memory.project([*erasures, *facts])
    expected = {contact: as_json(conversation) for contact, (conversation, _) in memory.seen().items()}
    assert expected == fresh.conversations
    assert {m.id: as_json(m) for _, messages in memory.seen().values() for m in messages} == fresh.messages
