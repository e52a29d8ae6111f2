"""Bodies that wait for their number: bounded, each once, the oldest first, and never silently dropped."""

import asyncio
import uuid
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from services.api.parking import DAY_MS, Bounds, Parked, Parking
from shared import topology
from shared.broker import Broker, DeadLetter
from shared.contract.events import EventsHeld, decode
from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.process import Ground, now_ms
from tests.scenario import NUMBER
from tests.telling import came

NOW = now_ms()  # other tests share the list of workspaces, and tidy what is too old
ROOMY = Bounds(numbers_max=100, events_max=1000, bytes_max=1_000_000, age_ms_max=DAY_MS)


class Lot:
    """The parking of a workspace that no other test uses."""

    def __init__(self, base: Ground, bounds: Bounds) -> None:
        self.base = base
        self.parking = Parking(base.redis, base.broker, bounds)
        self.workspace_id = WorkspaceId(f"w{uuid.uuid4().hex}")

    def body(self, name: str, at_ms: int = 0, *, number: NumberId = NUMBER, events: int = 1) -> EventsHeld:
        """A webhook body with so many events, received at a time."""
        own = {"workspace_id": self.workspace_id, "number_id": number, "received_ms": NOW + at_ms}
        told = [came(f"{name}{n}").model_copy(update=own) for n in range(events)]
        return EventsHeld.model_validate({**own, "body": name, "events": told})

    async def park(self, *bodies: EventsHeld) -> list[bool]:
        """Park them one after the other."""
        return [await self.parking.park(body, NOW) for body in bodies]

    async def names(self, number: NumberId = NUMBER) -> list[str]:
        """What is parked, oldest first."""
        return [held.body for held in await self.parking.oldest(self.workspace_id, number, 1000)]

    async def buried(self) -> list[tuple[str, str]]:
        """This workspace's dead letters with their reasons."""
        letters = await dead(self.base.broker)
        found = [(decode(letter.body), letter.reason) for letter in letters]
        return [(b.body, r) for b, r in found if isinstance(b, EventsHeld) and b.workspace_id == self.workspace_id]


async def dead(broker: Broker) -> list[DeadLetter]:
    """All of them."""
    return list(await broker.dead_letters(topology.PARKED_DEAD, 1000))


async def test_what_is_parked_waits_oldest_first(base: Ground) -> None:
    """By the time it was received, whenever it was parked."""
    lot = Lot(base, ROOMY)

    assert [True] * 3 == await lot.park(lot.body("b", 2), lot.body("c", 3), lot.body("a", 1))
    assert ["a", "b", "c"] == await lot.names()


async def test_the_same_body_again_is_one(base: Ground) -> None:
    """Also when Meta sends it again later; another part of it, or another signature, is another."""
    lot = Lot(base, ROOMY)
    body = lot.body("a", 1)
    again = lot.body("a", 99_000)
    await lot.park(body, body, again, body.model_copy(update={"header": "sha256=00"}), lot.body("a", 1, events=2))

    parked = (await lot.parking.numbers(lot.workspace_id))[NUMBER]
    assert (3, 4, NOW + 1) == (len(await lot.names()), parked.events, parked.oldest_ms)


async def test_a_connected_number_parks_nothing(base: Ground) -> None:
    """It is told so, and applies at once; disconnected, it parks again."""
    lot = Lot(base, ROOMY)
    flag = f"{tag(lot.workspace_id, NUMBER)}:number"
    await base.redis.hset(flag, "connected", "1")
    assert [False] == await lot.park(lot.body("a"))
    assert {} == await lot.parking.numbers(lot.workspace_id)

    await base.redis.hset(flag, "connected", "0")
    assert [True] == await lot.park(lot.body("a"))


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        (replace(ROOMY, events_max=5), "too many events parked"),
        (replace(ROOMY, bytes_max=1500), "too many bytes parked"),
    ],
)
async def test_beyond_a_bound_the_oldest_becomes_a_dead_letter(base: Ground, bounds: Bounds, reason: str) -> None:
    """Counted, with its reason, whole; of whichever number it is."""
    lot, before = Lot(base, bounds), counted()
    bodies = [lot.body(f"b{n}", n, number=NumberId(f"{n % 2}"), events=1) for n in range(9)]
    await lot.park(*bodies)

    left = sorted([*await lot.names(NumberId("0")), *await lot.names(NumberId("1"))])
    gone = await lot.buried()
    assert [f"b{n}" for n in range(9)] == [*[name for name, _ in gone], *left]
    assert {reason} == {why for _, why in gone}
    assert len(gone) == counted() - before
    parked = (await lot.parking.numbers(lot.workspace_id)).values()
    assert len(left) == sum(p.events for p in parked) <= bounds.events_max
    assert sum(p.bytes for p in parked) <= bounds.bytes_max


async def test_a_number_too_many_goes_whole(base: Ground) -> None:
    """The one with the oldest body: the others lose nothing."""
    lot = Lot(base, replace(ROOMY, numbers_max=3))
    for n in range(3):
        await lot.park(*(lot.body(f"n{n}.{at}", 10 * at + n, number=NumberId(str(n))) for at in range(4)))
    await lot.park(lot.body("new", 999, number=NumberId("new")))

    assert [(f"n0.{at}", "too many numbers parked") for at in range(4)] == await lot.buried()
    assert {"1", "2", "new"} == set(await lot.parking.numbers(lot.workspace_id))


async def test_what_is_parked_too_long_becomes_a_dead_letter(base: Ground) -> None:
    """When somebody looks, though nothing else happens."""
    lot = Lot(base, ROOMY)
    await lot.park(lot.body("old", 0), lot.body("young", 5000))
    assert lot.workspace_id in await lot.parking.workspaces()

    assert 1 == await lot.parking.tidy(lot.workspace_id, NOW + DAY_MS + 1)
    assert [("old", "parked too long")] == await lot.buried()
    assert ["young"] == await lot.names()
    assert 1 == await lot.parking.tidy(lot.workspace_id, NOW + 2 * DAY_MS)
    assert lot.workspace_id not in await lot.parking.workspaces()


async def test_what_is_released_leaves_nothing_behind(base: Ground) -> None:
    """Neither keys nor an entry in the workspace's list."""
    lot = Lot(base, ROOMY)
    await lot.park(lot.body("a", 1, events=3), lot.body("b", 2))
    held = await lot.parking.oldest(lot.workspace_id, NUMBER, 1)
    await lot.parking.release(lot.workspace_id, NUMBER, held)
    (parked,) = (await lot.parking.numbers(lot.workspace_id)).values()
    assert (1, NOW + 2) == (parked.events, parked.oldest_ms)

    await lot.parking.release(lot.workspace_id, NUMBER, [lot.body("b", 2)])
    assert {} == await lot.parking.numbers(lot.workspace_id)
    assert [] == [key async for key in base.redis.scan_iter(f"{tag(lot.workspace_id, NUMBER)}:parked*")]


async def test_the_list_of_a_workspace_is_right_after_any_race(base: Ground) -> None:
    """It is in another slot than what it counts, so two who write at once must not leave a stale count."""
    for _ in range(10):
        lot = Lot(base, ROOMY)
        bodies = [lot.body(f"b{n}", n) for n in range(8)]

        async def come_and_go(body: EventsHeld, lot: Lot = lot) -> None:
            await lot.parking.park(body, NOW)
            if int(body.body[1:]) % 2:
                await lot.parking.release(lot.workspace_id, NUMBER, [body])

        await asyncio.gather(*map(come_and_go, bodies))

        size = sum(len(held.model_dump_json(exclude_none=True)) for held in bodies[::2])
        assert {NUMBER: Parked(events=4, bytes=size, oldest_ms=NOW)} == await lot.parking.numbers(lot.workspace_id)
        assert lot.workspace_id in await lot.parking.workspaces()


def counted() -> float:
    """How many bodies a bound has pushed out in this process."""
    return REGISTRY.get_sample_value("inbox_projector_parked_buried_total") or 0.0
