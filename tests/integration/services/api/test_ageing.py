"""What is older than its number keeps goes, on a real store: for browsers too, and it does not come back."""

import asyncio
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.api import ageing
from services.api.ageing import Ageing
from services.api.projection import Fact
from services.api.retention import DAY_MS
from shared.attempts import claim_key
from shared.contract.events import Identity
from shared.contract.ids import MessageId
from shared.contract.status import Status
from shared.process import Ground, now_ms
from tests import scenario
from tests.integration.services.api.forgotten import ATTEMPT, BEA, kept, later, moment
from tests.real.chat import Browser, Chat, chat
from tests.real.race import race
from tests.telling import OURS, accepted, asked, came, identified, ms, reported

DAYS = 30
CID = Identity(wa_id="15550000300", name="Cid")


def ageing_of(here: Chat) -> Ageing:
    """One projector's."""
    return Ageing(here.ground.redis, here.ground.registry, here.projector().eraser)


async def age(here: Chat, oldest: float) -> None:
    """A look through the number at a moment when it keeps what is from `oldest` on."""
    await here.connect(retention_days=DAYS)
    await ageing_of(here).soon((here.workspace_id, here.number_id))
    await ageing_of(here).sweep((here.workspace_id, here.number_id), ms(oldest) + DAYS * DAY_MS)


async def test_old_messages_go_for_browsers_too_and_the_rest_stays(here: Chat) -> None:
    """What a browser holds that has followed is what a fresh one sees; unread counts what is left."""
    await here.connect()
    await here.tell(came("old", at=1), came("b", BEA, at=2), asked(at=3), accepted("out", at=4))
    await here.tell(came("new", at=20, quoting="old"), came("newer", at=21))
    await here.tell(came("c", CID, at=3), identified(CID, at=20))  # heard of since, but nothing left to show
    browser = Browser()
    await browser.open(here)
    await age(here, 10)
    browser.apply(await here.changes(browser.cursor))
    fresh = Browser()
    await fresh.open(here)

    assert {"new", "newer"} == set(fresh.messages)
    assert fresh.shown == browser.shown
    assert [("US.100", 2)] == [(c["contact_id"], c["unread"]) for c in await here.conversations()]
    assert 0 == await here.ground.redis.exists(here.store.key("wamids"))
    stored = {k: v for k, v in (await kept(here)).items() if not k.endswith(":feed")}
    assert not [
        key for key, value in stored.items() if b"15550000200" in value or b"Bea" in value or b"old said" in value
    ]


async def test_the_attempts_of_what_is_too_old_go_with_it(here: Chat) -> None:
    """How far it got stays for its days, so that it is not sent again; those of others stay."""
    owner, redis = (here.workspace_id, here.number_id), here.ground.redis
    recent = MessageId("0000000b-0000-4000-8000-000000000000")
    await here.tell(came("in", at=1), asked(at=2), asked(at=20, message=recent))
    claims = [claim_key(*owner, name) for name in (OURS, recent)]
    for claim in claims:
        await redis.hset(claim, "state", "accepted")
        await redis.hset(claim, "attempts", ATTEMPT)
    await here.connect(retention_days=1)
    await ageing_of(here).sweep(owner, ms(10) + DAY_MS)

    assert [[b"accepted", None], [b"accepted", ATTEMPT.encode()]] == [
        await redis.hmget(claim, ["state", "attempts"]) for claim in claims
    ]


async def test_what_is_too_old_does_not_come_back_nor_seem_to_be_missing(here: Chat) -> None:
    """A repeat, imported history, and reports of what has gone."""
    await here.connect(retention_days=DAYS)
    old, recent = later(-(DAYS + 1) * 24 * 3600), later(-60)
    await here.tell(came("old", at=old), asked(at=old), accepted("out", at=old), came("new", at=recent))
    await here.tell(reported(Status.READ, at=recent, wamid="out"), reported(Status.READ, at=recent, wamid="old"))

    assert ["new"] == [m["id"] for m in await here.pages("US.100")]
    assert not [key for key in await kept(here) if ":early:" in key or ":signs:" in key]
    await here.tell(came("after", at=recent, quoting="old"))
    assert not [key for key in await kept(here) if ":early:" in key or ":signs:" in key]


async def test_who_writes_again_begins_anew(here: Chat) -> None:
    """Under the same names, with what was written since."""
    await here.connect()
    await here.tell(came("old", at=1))
    await age(here, 10)
    assert [] == await here.conversations()
    await here.connect()
    await here.tell(came("old", at=1), came("anew", at=20))

    assert ["anew"] == [m["id"] for m in await here.pages("US.100")]


async def test_a_number_is_looked_through_by_one_projector_and_not_all_the_time(here: Chat) -> None:
    """Until its settings are changed; one that keeps all for ever is never."""
    await here.connect()
    await here.tell(came("old", at=1))
    owner, at_ms = (here.workspace_id, here.number_id), ms(10) + DAYS * DAY_MS
    await ageing_of(here).sweep(owner, at_ms)
    assert 1 == len(await here.conversations())
    await here.connect(retention_days=DAYS)
    await here.ground.redis.set(here.store.key("aged"), 1, px=ageing.AGAIN_MS)
    await ageing_of(here).sweep(owner, at_ms)
    assert 1 == len(await here.conversations())
    await ageing_of(here).soon(owner)
    await asyncio.gather(*(ageing_of(here).sweep(owner, at_ms) for _ in range(3)))
    assert [] == await here.conversations()


@settings(max_examples=3)
@given(facts=scenario.facts, at=st.integers(0, 30), seed=st.integers(0))
async def test_any_order_beside_any_projectors(base: Ground, facts: list[Fact], at: int, seed: int) -> None:
    """Whatever lands while it goes on: the old go and no others, and browsers that followed hold the same."""
    here, chance, browser = chat(base), random.Random(seed), Browser()
    await here.connect()
    await browser.open(here)

    async def sweep() -> None:
        record = here.record.model_copy(update={"retention_days": DAYS})
        looking = ageing_of(here)
        looking.oldest_ms = lambda *_: _answer(scenario.T + at * 1000)  # type: ignore[method-assign]
        for _ in range(3):
            await looking.soon((record.workspace_id, record.number_id))
            await looking.sweep((record.workspace_id, record.number_id), now_ms())

    await race(here, facts, chance, sweep())
    await sweep()
    await here.projector().eraser.run()
    await browser.follow(here)
    fresh, whole, unaged = Browser(), Browser(), chat(base)
    await fresh.open(here)
    await unaged.tell(*facts)
    await whole.open(unaged)

    expected = {name for name, m in whole.messages.items() if moment(m) >= scenario.T + at * 1000}
    # An echo that comes after its message went stands for itself, if it says that it is from later.
    assert expected <= set(fresh.messages)
    assert [] == [name for name, m in fresh.messages.items() if moment(m) < scenario.T + at * 1000]
    assert fresh.conversations == browser.conversations


async def _answer(value: Any) -> Any:
    return value
