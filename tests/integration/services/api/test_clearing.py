"""A whole number is erased on a real store: nothing is left, nothing comes back, and it may begin anew."""

import random
import secrets
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from services.api import clearing
from services.api.clearing import Clearing
from services.api.erasures import Erasures
from services.api.graves import Graves
from services.api.parking import Parking
from services.api.projection import Fact
from shared.broker import Broker
from shared.contract import events
from shared.contract.erasure import Erased
from shared.contract.events import NumberChanged, NumberErased
from shared.contract.status import Status
from shared.process import Ground, now_ms
from shared.topology import PROJECTOR
from tests import scenario
from tests.integration.services.api.forgotten import CANARIES, everything, kept, later, moment
from tests.real.chat import Browser, Chat, chat
from tests.real.race import race
from tests.scenario import OWN
from tests.telling import asked, came, echoed, reacted, reported


async def ask_to_clear(here: Chat) -> str:
    """As the api does."""
    erasing = secrets.token_hex(8)
    await here.connect(connected=False, erasing=erasing, erasing_ms=now_ms())
    return erasing


async def clear(here: Chat) -> Erased:
    """To its end."""
    erasing = await ask_to_clear(here)
    projector = here.projector()
    await projector.handle([here.delivery([NumberChanged(**OWN, received_ms=now_ms())])])
    await projector.eraser.run()
    return await removed(here, erasing)


async def removed(here: Chat, erasing: str) -> Erased:
    """What has been removed, if that is all."""
    counts, done = await Erasures(here.ground.redis).removed((here.workspace_id, here.number_id), erasing)
    assert done
    return counts


async def left(here: Chat) -> set[str]:
    """The keys of the number that there are, by the end of their names."""
    return {key.removeprefix(here.store.key("")) for key in await kept(here) if key.startswith(here.store.key(""))}


STEPS_MAX = 40


def heard(fact: Fact) -> Fact:
    """Not before the erasure has ended."""
    return fact.model_copy(update={"received_ms": now_ms() + 60_000})


def anew(name: str, **more: Any) -> Fact:
    """A message from after the erasure."""
    return heard(came(name, at=later(60), **more))


async def test_nothing_of_the_number_is_left_but_that_it_was_erased(here: Chat) -> None:
    """No key, no value, no settings; and the browsers that are open are told first."""
    await everything(here)
    held = events.EventsHeld(**OWN, received_ms=now_ms(), body="x", events=[here.own(came("wamid.secret5", at=9))])
    await here.disconnect()
    await here.tell(held)
    await here.ground.broker.bury(PROJECTOR.dead, here.line(came("wamid.secret6", at=9)), "a test")
    gone = await clear(here)

    assert (5, 2, 1, 1) == (gone.messages, gone.conversations, gone.parked, gone.dead_letters)
    assert gone.changes > 5
    stored = b"".join(key.encode() + value for key, value in (await kept(here)).items())
    assert [] == [canary for canary in (*CANARIES, b"Bea", b"15550000200") if canary in stored]
    assert {"floor", "erasures", "felled", "feed", "feed-start", "send:erased"} >= {
        name for name in await left(here) if not name.startswith("erasure:")
    }
    assert {("removed", "number")} == {(c["kind"], c["value"]["of"]) for c in await here.told()}
    assert await here.ground.registry.number(here.workspace_id, here.number_id, fresh=True) is None
    assert [] == await here.ground.registry.numbers(here.workspace_id)


async def test_it_begins_anew_and_what_comes_late_is_dropped(here: Chat) -> None:
    """Messages of before, reports of them, and what was asked before; whoever writes now is there."""
    await here.connect()
    recent = later(-60)
    await here.tell(came("wamid.secret1", at=recent), asked(at=recent), echoed("wamid.secret2", at=recent))
    await clear(here)
    await here.connect()
    reports = [reported(Status.READ, at=later(60), wamid=f"wamid.secret{n}") for n in (1, 2)]
    await here.tell(*map(heard, reports), heard(reacted("wamid.secret1", "x", at=later(60))))
    await here.tell(came("wamid.secret3", at=recent), asked(at=recent), echoed("wamid.secret4", at=recent))
    assert [] == await here.conversations()
    assert not [name for name in await left(here) if name.startswith(("early:", "signs:", "threads", "messages"))]

    await here.tell(anew("anew", quoting="wamid.secret1"))
    (message,) = await here.pages("US.100")
    assert ("anew", None) == (message["id"], (message.get("context") or {}).get("message_id"))
    browser = Browser()
    await browser.open(here)
    assert ["anew"] == list(browser.messages)


async def test_whoever_dies_in_the_middle_is_followed_by_another(here: Chat) -> None:
    """Wherever that is: each step is begun again, and nothing lands meanwhile."""
    for steps in range(STEPS_MAX):
        at = chat(here.ground)
        await everything(at)
        erasing = await ask_to_clear(at)
        dying = Dying(at.ground.broker, steps)
        parking, erasures = Parking(at.ground.redis, at.ground.broker), Erasures(at.ground.redis)
        redis, registry = DyingRedis(at.ground.redis, dying), at.ground.registry
        made = Clearing(redis, dying, registry, parking, erasures, Graves(at.ground.broker))  # type: ignore[arg-type]
        owner, projector = (at.workspace_id, at.number_id), at.projector()
        died = False
        try:
            await made.clear(owner, at.store, lambda owner=owner, p=projector: p.eraser.digest(owner))  # type: ignore[misc]
        except Died:
            died = True
            if await registry.number(*owner, fresh=True) is not None:
                assert [] == await at.tell(anew("meanwhile"))
        await projector.eraser.note(owner)
        await projector.eraser.run()

        await removed(at, erasing)
        assert [] == await at.conversations()
        stored = b"".join(key.encode() + value for key, value in (await kept(at)).items())
        assert [] == [canary for canary in CANARIES if canary in stored], steps
        await at.connect()
        assert [] == await at.tell(anew("anew"))
        assert ["anew"] == [m["id"] for m in await at.pages("US.100")]
        if not died:
            assert steps > 5
            return
    raise AssertionError("it takes more steps than this test expects")


class Died(Exception):
    """A process ends here."""


class Dying:
    """A broker that lives for so many steps."""

    def __init__(self, broker: Broker, steps: int) -> None:
        self._broker, self.steps = broker, steps

    async def publish(self, *told: Any) -> None:
        """Counts as a step."""
        self.step()
        await self._broker.publish(*told)

    def step(self) -> None:
        """One more."""
        self.steps -= 1
        if self.steps < 0:
            raise Died


class DyingRedis:
    """A store whose scripts count as steps, too."""

    def __init__(self, redis: Any, dying: Dying) -> None:
        self._redis, self._dying = redis, dying

    def __getattr__(self, name: str) -> Any:
        if name in ("eval", "get", "delete"):
            self._dying.step()
        return getattr(self._redis, name)


async def test_who_is_late_takes_nothing_of_what_has_begun_anew(here: Chat) -> None:
    """Its lease ran out while it was at it, somebody else came to the end, and the number was connected."""
    await everything(here)
    erasing = await ask_to_clear(here)
    owner, projector, other = (here.workspace_id, here.number_id), here.projector(), here.projector()

    class Slow(Parking):
        """Meanwhile all of that happens."""

        async def oldest(self, *asked: Any) -> Any:
            """Once."""
            if await here.ground.redis.exists(here.store.key("clearing")):
                await other.eraser.note(owner)
                await other.eraser.run()
                await here.connect()
                await here.tell(anew("anew"))
            return await super().oldest(*asked)

    ground = here.ground
    late = Clearing(
        ground.redis,
        ground.broker,
        ground.registry,
        Slow(ground.redis, ground.broker),
        Erasures(ground.redis),
        Graves(ground.broker),
    )
    await late.clear(owner, here.store, lambda: projector.eraser.digest(owner))

    await removed(here, erasing)
    assert ["anew"] == [m["id"] for m in await here.pages("US.100")]
    assert await ground.registry.number(*owner, fresh=True) is not None


async def test_a_long_conversation_goes_in_bounded_steps(here: Chat) -> None:
    """Each tells first which messages go, of the last month only: reports of older ones do not come."""
    await here.connect()
    recent = later(-60)
    await here.tell(*(came(f"in{n}", at=recent + n / 1000) for n in range(clearing.AT_ONCE + 700)), came("old", at=1))
    gone = await clear(here)

    assert clearing.AT_ONCE + 701 == gone.messages
    kept_hashes = cast("list[bytes]", await here.ground.redis.zrange(here.store.key("felled"), 0, -1))
    hashes = {name.decode() for name in kept_hashes}
    digest = await here.projector().eraser.digest((here.workspace_id, here.number_id))
    assert (clearing.AT_ONCE + 700, False) == (len(hashes), digest("old") in hashes)


@settings(max_examples=3)
@given(facts=scenario.facts, at=st.integers(0, 30), seed=st.integers(0))
async def test_any_order_any_repeats_any_number_of_projectors(
    base: Ground, facts: list[Fact], at: int, seed: int
) -> None:
    """What is from before goes and all else stays, also where projectors hear of the erasure among all the rest."""
    here, chance = chat(base), random.Random(seed)
    facts = [in_time(fact) for fact in facts]
    floor_ms = scenario.T + at * 1000
    erased = NumberErased(**OWN, received_ms=floor_ms, at_ms=floor_ms)
    projectors = await race(here, [*facts, erased], chance, Browser().open(here), erases=True)
    for _ in range(3):
        await projectors[0].eraser.run()
    fresh = Browser()
    await fresh.open(here)

    said = {m["id"]: moment(m) for m in fresh.messages.values()}
    assert [] == [name for name, at_ms in said.items() if at_ms <= floor_ms]
    unerased = chat(base)
    await unerased.tell(*facts)
    whole = Browser()
    await whole.open(unerased)
    assert {name for name, m in whole.messages.items() if moment(m) > floor_ms} <= said.keys()


def in_time(fact: Fact) -> Fact:
    """Nobody hears of a thing before it is."""
    at_ms = getattr(fact, "sent_ms", getattr(fact, "at_ms", 0))
    heard_ms = max(at_ms, getattr(fact, "received_ms", 0))
    return fact.model_copy(update={"received_ms": heard_ms}) if hasattr(fact, "received_ms") else fact
