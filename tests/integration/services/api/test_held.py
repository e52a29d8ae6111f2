"""Parked bodies coming back: checked with the number's present secret, and none lost between parking and connecting."""

import asyncio
import base64
import hashlib
import hmac
import zlib
from typing import Any

import pytest
from pydantic import SecretStr

from services.api.held import BODIES_PER_BATCH
from shared import topology
from shared.broker import Poison
from shared.contract.events import EventsHeld, NumberChanged, decode
from shared.contract.evidence import Evidence
from shared.evidence import EvidenceBook
from shared.process import Ground, now_ms
from shared.registry import Registry
from shared.vault import Vault
from tests.real.chat import Chat, chat
from tests.scenario import NUMBER, OWN, T
from tests.telling import came

SECRET = "the app secret"
NOW = now_ms()


@pytest.fixture
def here(base: Ground) -> Chat:
    """A number of the test's own, not connected."""
    return chat(base)


def held(at: Chat, *told: Any, secret: str = SECRET, body: bytes = b"") -> EventsHeld:
    """A webhook body as ingest holds it, signed with a secret."""
    raw = body or b"body of " + told[0].wamid.encode()
    return at.own(
        EventsHeld(
            **OWN,
            received_ms=NOW + told[0].position,
            signature="unchecked",
            body=base64.b64encode(zlib.compress(raw)).decode(),
            header=f"sha256={hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()}",
            events=[at.own(event).model_copy(update={"signature": "unchecked"}) for event in told],
        )
    )


async def connect(at: Chat, **settings: Any) -> list[Poison]:
    """Connect the number, as the api does: first the settings, then the event."""
    await at.connect(**settings)
    return await at.tell(NumberChanged(**OWN, received_ms=T))


def secrets(*values: str) -> dict[str, Any]:
    """App secrets as settings have them."""
    return {"app_secrets": [{"secret": value} for value in values]}


async def messages(at: Chat) -> dict[str, dict[str, Any]]:
    """What the conversation shows, by id."""
    if not await at.conversations():
        return {}
    return {message["id"]: message for message in await at.pages("US.100", 200)}


async def dead(at: Chat, queue: str) -> list[tuple[str, str]]:
    """The number's dead letters: kind and reason."""
    letters = [(decode(each.body), each.reason) for each in await at.ground.broker.dead_letters(queue, 1000)]
    return [(event.type, reason) for event, reason in letters if event.workspace_id == at.workspace_id]


async def test_what_was_parked_appears_when_its_number_is_connected(here: Chat) -> None:
    """All of it, in more batches than one, and nothing stays parked."""
    bodies = [held(here, came(f"in{n}", at=n, position=n)) for n in range(BODIES_PER_BATCH + 5)]
    assert [] == await here.tell(*reversed(bodies))
    assert {} == await messages(here)

    assert [] == await connect(here)
    assert {f"in{n}" for n in range(BODIES_PER_BATCH + 5)} == set(await messages(here))
    assert {f"in{n}": True for n in range(3)} == {
        f"in{n}": (await messages(here))[f"in{n}"]["unsigned"] for n in range(3)
    }
    changes = [c["value"]["id"] for c in await here.told() if c["kind"] == "message"]
    assert set(changes[:BODIES_PER_BATCH]) == {f"in{n}" for n in range(BODIES_PER_BATCH)}  # the oldest first


async def test_a_body_that_the_secret_signed_is_signed(here: Chat) -> None:
    """Any secret that is still good; what another secret signed is a dead letter and no message."""
    await here.tell(
        held(here, came("new", at=1)),
        held(here, came("old", at=2), secret="the one before"),
        held(here, came("forged", at=3), secret="somebody else's"),
    )
    await connect(here, **secrets(SECRET, "the one before"))

    found = await messages(here)
    assert {"new": None, "old": None} == {name: message.get("unsigned") for name, message in found.items()}
    assert [("events.held", "not signed with the number's app secret")] == await dead(here, topology.PARKED_DEAD)


@pytest.mark.parametrize(("secret", "kind"), [(SECRET, "released"), ("a wrong one", "buried")])
async def test_what_was_parked_is_evidence_of_the_secret_at_connecting(here: Chat, secret: str, kind: str) -> None:
    """Whoever pasted a wrong one is told at once, and not with the next customer."""
    await here.tell(held(here, came("a", at=1)))
    await connect(here, **secrets(secret))

    seen = await EvidenceBook(here.ground.redis).read(here.workspace_id, here.number_id)
    assert [kind] == [name for name in ("released", "buried") if getattr(seen, name) is not None]
    assert 0 == seen.taken_ms


async def test_without_a_secret_what_was_parked_is_evidence_of_nothing(here: Chat) -> None:
    """It is shown, and unsigned."""
    await here.tell(held(here, came("a", at=1)))
    await connect(here)

    evidence = await EvidenceBook(here.ground.redis).read(here.workspace_id, here.number_id)
    assert Evidence() == evidence.model_copy(update={"came": {}})


async def test_a_body_that_does_not_open_is_a_dead_letter(here: Chat) -> None:
    """And stops nothing behind it."""
    broken = held(here, came("broken", at=1)).model_copy(update={"body": "no body at all"})
    await here.tell(broken, held(here, came("whole", at=2)))
    assert [] == await connect(here, **secrets(SECRET))

    assert ["whole"] == list(await messages(here))
    assert 1 == len(await dead(here, topology.PARKED_DEAD))


async def test_a_parked_event_that_breaks_the_projection_is_lost_alone(here: Chat) -> None:
    """Its neighbours in the body and the bodies behind it appear."""
    unheard = came("unheard", at=10**15)
    await here.tell(held(here, came("a", at=1), unheard, came("b", at=2)), held(here, came("c", at=3)))
    assert [] == await connect(here)

    assert {"a", "b", "c"} == set(await messages(here))
    ((kind, reason),) = await dead(here, topology.PROJECTOR.dead)
    assert ("message.received", True) == (kind, reason.startswith("projection failed"))


async def test_what_comes_for_a_connected_number_is_applied_at_once(here: Chat) -> None:
    """Ingest had not heard of the connection yet: checked like what was parked; a broken event comes back alone."""
    await here.connect(**secrets(SECRET))
    unheard = came("unheard", at=10**15)
    (poison,) = await here.tell(
        held(here, came("signed"), unheard), held(here, came("forged", at=1), secret="somebody else's")
    )

    assert ["signed"] == list(await messages(here))
    assert "unheard" == decode(poison.body).wamid  # type: ignore[union-attr]
    assert 1 == len(await dead(here, topology.PARKED_DEAD))


async def test_a_disconnected_number_parks_again(here: Chat) -> None:
    """Until it is connected again."""
    await connect(here)
    await here.disconnect()
    await here.tell(held(here, came("meanwhile")))
    await here.tell(NumberChanged(**OWN, received_ms=T))
    assert {} == await messages(here)

    await connect(here)
    assert ["meanwhile"] == list(await messages(here))


async def test_a_history_chunk_of_thousands_in_one_body_lands(here: Chat) -> None:
    """5,000 messages in one body, through parking, as ingest holds them at most."""
    chunk = [came(f"in{n}", at=n, history=True) for n in range(5000)]
    assert [] == await here.tell(held(here, *chunk))
    assert [] == await connect(here)

    found = await here.pages("US.100", 200)
    assert [f"in{n}" for n in reversed(range(5000))] == [message["id"] for message in found]
    assert 0 == (await here.conversations())[0]["unread"]


async def test_nothing_falls_between_parking_and_connecting(base: Ground) -> None:
    """Whichever comes first, and whichever projector sees it: every event appears."""
    for _ in range(8):
        at = chat(base)
        bodies = [held(at, came(f"in{n}", at=n)) for n in range(12)]

        async def arrive(body: EventsHeld, number: int, at: Chat = at) -> None:
            for _ in range(number * 3):
                await asyncio.sleep(0)
            await at.tell(body)

        async def decide(at: Chat = at) -> None:
            for _ in range(2):
                await asyncio.sleep(0)
                await connect(at)
                await at.disconnect()
            await connect(at)

        await asyncio.gather(decide(), *(arrive(body, n) for n, body in enumerate(bodies)))
        assert {f"in{n}" for n in range(12)} == set(await messages(at))
        assert {} == await at.parked()


async def test_whoever_tidies_releases_what_was_left_behind(here: Chat) -> None:
    """The event of the connection was lost; and trouble of one number is no other's."""
    other, stranger = chat(here.ground), Vault([bytes(32)])
    for at in (other, here):
        await at.tell(held(at, came("left", at=1)))
    await Registry(here.ground.redis, stranger).save_number(other.record.model_copy(update=sealed()))
    await here.connect()
    await here.projector().tidy()

    assert ["left"] == list(await messages(here))
    assert {NUMBER} == set(await other.parked())


def sealed() -> dict[str, Any]:
    """A credential, which another key has sealed."""
    return {"access_token": SecretStr("EAAsecret")}
