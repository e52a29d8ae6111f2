"""What was put aside is found too when somebody is erased: dead letters, parked events, from between others'."""

from shared import topology
from shared.contract import events
from shared.contract.commands import encode
from shared.process import now_ms
from tests.integration.services.api.forgotten import BEA, CANARIES, erase
from tests.real.chat import Chat
from tests.scenario import OWN
from tests.telling import (
    asked,
    came,
    ms,
)


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
