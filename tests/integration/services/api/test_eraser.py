"""A customer is erased on a real store: at once for browsers, everywhere in the end, whoever is killed in between."""

import random
import secrets

from hypothesis import given, settings
from hypothesis import strategies as st

from services.api.projection import Fact
from shared.contract.events import ContactErased, Identity
from shared.contract.status import Status
from shared.process import Ground
from tests import scenario
from tests.integration.services.api.forgotten import erase, erased, everything, traces
from tests.memory import DIGEST, Memory
from tests.real.chat import Browser, Chat, as_json, chat
from tests.real.race import race
from tests.telling import (
    ANN,
    accepted,
    asked,
    came,
    identified,
    reported,
)


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


async def test_who_writes_again_before_all_is_done_is_heard_by_browsers_that_are_behind(here: Chat) -> None:
    """What was told of her before she was erased is struck out of the feed; what she has begun anew stays in it."""
    await everything(here)
    browser = Browser()
    await browser.open(here)
    projector, event = here.projector(), await erased(here, "US.100", "15550000100", at=1000)
    assert [] == await projector.handle([here.delivery([event])])
    await here.tell(came("anew", at=3000))
    await projector.eraser.run()
    await browser.follow(here)
    fresh = Browser()
    await fresh.open(here)

    assert "anew" in fresh.messages
    assert fresh.shown == browser.shown


async def test_who_is_found_to_be_the_erased_one_later_is_erased_then(here: Chat) -> None:
    """By an event that comes after all was done: its projector notes that something is left to be done."""
    await here.connect()
    await here.tell(came("wamid.secret1", at=1, who=Identity(wa_id="15550000100", name="Ann")))
    await here.tell(came("a", at=2, who=Identity(user_id="US.100")))
    await erase(here, "US.100")
    projector = here.projector()
    await projector.eraser.run()
    assert (here.workspace_id, here.number_id) not in dict(await projector.eraser.erasures.numbers())
    await projector.handle([here.delivery([identified(ANN, at=5)])])
    assert [] == await here.conversations()
    await projector.eraser.run()

    assert {here.store.key("feed")} == {key for key, _ in await traces(here)}


@settings(max_examples=6)
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
    browser = Browser()
    projectors = await race(at, [*facts, *own], chance, browser.open(at), erases=True)
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
