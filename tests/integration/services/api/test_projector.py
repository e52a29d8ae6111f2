"""Projectors on a real store: any order, any repeats, any number of them, and a browser that only assigns."""

import asyncio
import dataclasses
import random
import secrets
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from services.api.projection import Fact
from shared import redis
from shared.broker import Delivery
from shared.broker.settlement import Hold, verdict
from shared.contract import events
from shared.contract.events import Identity
from shared.contract.ids import NumberId, WorkspaceId
from shared.contract.status import Status
from shared.process import Ground
from shared.registry import NumberRecord, Registry
from shared.vault import Vault
from tests import scenario
from tests.memory import Memory
from tests.real.chat import Browser, Chat, as_json, chat
from tests.real.race import race
from tests.real.waiting import S_MAX
from tests.scenario import OWN
from tests.telling import ANN, OURS, accepted, asked, came, identified, ms, reported


def counted(name: str) -> float:
    """What the process has counted until now."""
    return REGISTRY.get_sample_value(f"inbox_projector_{name}") or 0.0


async def shown(at: Chat) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a browser that opens now is shown."""
    browser = Browser()
    await browser.open(at)
    return browser.shown


def expected(facts: list[Fact]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same from the projection alone."""
    memory = Memory()
    memory.project(facts)
    conversations = {contact: as_json(conversation) for contact, (conversation, _) in memory.seen().items()}
    return conversations, {m.id: as_json(m) for _, messages in memory.seen().values() for m in messages}


async def told_of_others(at: Chat, fresh: tuple[dict[str, Any], ...], shown: tuple[dict[str, Any], ...]) -> list[Any]:
    """Every change of what two browsers show differently: a race that is seen once has to be understood from this."""
    differing = {
        name
        for one, other in zip(fresh, shown, strict=True)
        for name in one | other
        if one.get(name) != other.get(name)
    }
    return [c for c in await at.told() if differing & {c["value"].get("id"), c["value"].get("contact_id")}]


async def watched_race(at: Chat, facts: list[Fact], seed: int) -> list[Browser]:
    """Browsers that open at any moment of a race."""
    chance, browsers = random.Random(seed), [Browser() for _ in range(3)]

    async def watch(browser: Browser, after: int) -> None:
        for _ in range(after):
            await asyncio.sleep(0)
        await browser.open(at)

    await race(at, facts, chance, *(watch(browser, chance.randrange(400)) for browser in browsers))
    return browsers


@settings(max_examples=40)
@given(facts=scenario.facts, seed=st.integers(0, 2**32))
async def test_any_order_any_repeats_any_number_of_projectors(base: Ground, facts: list[Fact], seed: int) -> None:
    """The state is what the facts mean, and every browser that followed the feed holds what a fresh one does."""
    at = chat(base)
    browsers = await watched_race(at, facts, seed)
    fresh = await shown(at)

    assert expected(facts) == fresh
    for browser in browsers:
        await browser.follow(at)
        assert fresh == browser.shown, await told_of_others(at, fresh, browser.shown)


async def test_projectors_in_each_others_way_lose_nothing(here: Chat) -> None:
    """One conversation, three projectors: commits come too late, are repeated, counted, and all lands."""
    before, rounds = counted("stale_commits_total"), counted("rounds_count")
    facts = [came(f"in{n}", at=n) for n in range(60)]
    batches = [facts[n : n + 2] for n in range(0, 60, 2)]
    projectors = [here.projector() for _ in range(3)]

    async def project(number: int) -> None:
        for batch in batches[number::3]:
            await projectors[number].handle([here.delivery(batch)])

    await asyncio.gather(*map(project, range(3)))

    (conversation,) = await here.conversations()
    assert (60, "in59") == (conversation["unread"], conversation["preview"]["message_id"])
    assert [f"in{n}" for n in reversed(range(60))] == [m["id"] for m in await here.pages("US.100", 7)]
    assert counted("stale_commits_total") > before
    assert 30 == counted("rounds_count") - rounds


async def test_a_long_batch_lands_while_others_write_often(here: Chat) -> None:
    """It becomes smaller each time it is late, so that short ones cannot starve it."""
    long = [came(f"long{n}", at=n) for n in range(600)]
    done = asyncio.Event()

    async def often() -> int:
        projector, n = here.projector(), 0
        while not done.is_set():
            n += 1
            await projector.handle([here.delivery([came(f"often{n}", at=1000 + n)])])
        return n

    writing = asyncio.create_task(often())
    async with asyncio.timeout(S_MAX):
        await here.projector().handle([here.delivery(long)])
    done.set()
    count = await writing

    assert 600 + count == (await here.conversations())[0]["unread"]


async def test_the_contact_of_an_early_status_does_not_hold_up_its_message(here: Chat) -> None:
    """Its thread was never named by the command, and still is read, so that the commit can be compared."""
    phone, bsuid = Identity(wa_id="15550000100"), Identity(user_id="US.100")
    await here.tell(came("a", who=phone, at=1))
    await here.tell(came("b", who=bsuid, at=2))
    await here.tell(reported(Status.SENT, at=5, message_id=OURS, who=phone))
    async with asyncio.timeout(S_MAX):
        assert [] == await here.tell(asked("US.100", at=3))

    (conversation,) = await here.conversations()
    assert ("US.100", ["15550000100"]) == (conversation["contact_id"], conversation["aliases"])
    assert ["out"] == [m["wamid"] for m in await here.pages("15550000100") if m["id"] == OURS]


async def test_a_late_answer_mends_replies_that_it_does_not_name(here: Chat) -> None:
    """Each in a batch of its own: who quoted the message is known from the message alone."""
    for fact in (asked(at=1), came("reply", at=3, quoting="out"), accepted("out", at=2)):
        await here.tell(fact)

    assert OURS == (await here.pages("US.100"))[0]["context"]["message_id"]


async def test_what_was_merged_leaves_nothing_behind(here: Chat) -> None:
    """One conversation, found by a search once, under any of its identifiers."""
    await here.tell(came("a", who=Identity(wa_id="15550000100", name="Ann"), at=1))
    await here.tell(came("b", who=Identity(user_id="US.100", name="Ann"), at=2))
    await here.tell(identified(ANN, at=3))

    assert ["US.100"] == [c["contact_id"] for c in await here.conversations(q="ann")]
    assert ["b", "a"] == [m["id"] for m in await here.pages("15550000100", 1)]
    redis, store = here.ground.redis, here.store
    assert (1, 1) == (await redis.zcard(store.key("conversations")), await redis.hlen(store.key("search")))
    assert 2 == len([key async for key in redis.scan_iter(f"{store.tag}:in*")])  # index and inbound, of one thread


async def test_a_thousand_conversations_in_one_batch_land_apart(here: Chat) -> None:
    """Many contacts at once, as after an outage."""
    facts = [came(f"in{n}", who=Identity(wa_id=str(15550000000 + n)), at=n) for n in range(1200)]
    assert [] == await here.tell(*facts)

    assert 1200 == len(await here.conversations(200))


async def test_a_conversation_of_thousands_in_one_batch_is_right(here: Chat) -> None:
    """5,000 messages of one contact, as a history import brings them."""
    facts = [came(f"in{n}", at=n, history=n < 4000) for n in range(5000)]
    random.Random(1).shuffle(facts)
    assert [] == await here.tell(*facts)

    (conversation,) = await here.conversations()
    assert (1000, "in4999") == (conversation["unread"], conversation["preview"]["message_id"])
    assert [f"in{n}" for n in reversed(range(5000))] == [m["id"] for m in await here.pages("US.100", 200)]


async def test_what_cannot_be_projected_is_lost_alone(here: Chat) -> None:
    """No JSON, no fact, and a fact that breaks the projection: each comes back, all neighbours land."""
    broken = came("broken", at=10**15)  # a time that no calendar has
    neighbours = [came(f"in{n}", at=n) for n in range(9)]
    strange = here.line(came()).replace(b"message.received", b"message.eaten")
    lines = [b"{", strange, *map(here.line, [*neighbours[:4], broken, *neighbours[4:]])]
    poison = await here.projector().handle([Delivery(b"\n".join(lines))])

    assert {b"{", strange, here.line(broken)} == {each.body for each in poison}
    assert {f"in{n}" for n in range(9)} == {m["id"] for m in await here.pages("US.100")}
    (reason,) = [each.reason for each in poison if each.body == here.line(broken)]
    assert reason.startswith("projection failed: ")


async def test_a_store_that_is_away_is_no_poison(base: Ground) -> None:
    """The broker holds the batch and gives it again."""
    away = redis.connect("redis://127.0.0.1:1")
    there = dataclasses.replace(base, redis=away, registry=Registry(away, base.vault))
    try:
        await chat(there).tell(came())
        held: object = None
    except Exception as error:
        held = verdict(error)

    assert isinstance(held, Hold)


async def test_an_odd_part_counts_once_however_often_it_comes(here: Chat) -> None:
    """Meta repeats a webhook for days, and projectors compete."""
    odd = [
        events.PartUnrecognised(**OWN, received_ms=ms(n), field="messages", reason="?", raw=n % 4) for n in range(12)
    ]
    await here.connect()
    await asyncio.gather(*(here.tell(one) for one in odd))

    assert 4 == (await here.queries.number(here.record)).unrecognised
    assert 4 == [c["value"]["unrecognised"] for c in await here.told() if c["kind"] == "number"][-1]


class Overtaken(Registry):
    """Settings that change, and are announced by somebody else, just after they were read here."""

    def __init__(self, at: Chat) -> None:
        super().__init__(at.ground.redis, at.ground.vault)
        self.at = at
        self.changes = 3

    async def number(
        self, workspace_id: WorkspaceId, number_id: NumberId, *, fresh: bool = False
    ) -> NumberRecord | None:
        """As it was a moment ago."""
        record = await super().number(workspace_id, number_id, fresh=fresh)
        if self.changes and fresh:
            self.changes -= 1
            await self.at.connect(display_number=f"{self.changes} to come")
            await self.at.tell(events.NumberChanged(**OWN, received_ms=ms(0)))
        return record


async def test_the_last_word_about_a_number_is_its_present_settings(here: Chat) -> None:
    """Even of a projector that has read them just before they changed."""
    await here.connect(display_number="old")
    late = dataclasses.replace(here, ground=dataclasses.replace(here.ground, registry=Overtaken(here)))
    await late.tell(came())

    told = [c["value"]["display_number"] for c in await here.told() if c["kind"] == "number"]
    assert "old" in told
    assert "0 to come" == told[-1]


async def test_a_number_whose_credentials_do_not_open_still_has_its_messages(here: Chat) -> None:
    """A key is gone: chat state needs none."""
    await here.connect(access_token="EAAsecret")
    other = dataclasses.replace(here, ground=dataclasses.replace(here.ground, registry=stranger(here.ground)))

    assert [] == await other.tell(came())
    assert ["in"] == [m["id"] for m in await here.pages("US.100")]


def stranger(base: Ground) -> Registry:
    """A registry with another key."""
    return Registry(base.redis, Vault([secrets.token_bytes(32)]))
