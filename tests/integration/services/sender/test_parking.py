"""What waits for other credentials."""

import pytest

from services.sender import parking as module
from services.sender.parking import Parking
from services.sender.scripts import Scripts
from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.redis import Redis
from tests.integration.services.sender.orders import workspace

Ids = tuple[WorkspaceId, NumberId]


@pytest.fixture
def ids() -> Ids:
    """A number of one's own."""
    own = workspace()
    return WorkspaceId(own["workspace_id"]), NumberId(own["number_id"])


async def has_version(store: Redis, ids: Ids, version: int) -> None:
    """The number's credentials are these, as the registry writes it."""
    await store.hset(f"{tag(*ids)}:number", "credential_version", str(version))


async def test_what_is_parked_comes_back_in_the_order_of_asking(store: Redis, ids: Ids) -> None:
    """Whatever the order of parking, and the same command twice is there once."""
    parking = Parking(Scripts(store), ids[0])
    await has_version(store, ids, 3)
    for at_ms in (30, 10, 20, 10):
        assert "parked" == await parking.park(*ids, 3, at_ms, b"asked at %d" % at_ms, refused=True)
    assert [b"asked at 10", b"asked at 20", b"asked at 30"] == await parking.oldest(*ids, 10)
    assert [b"asked at 10"] == await parking.oldest(*ids, 10, up_to_ms=19)
    await parking.remove(*ids, [b"asked at 10"])
    assert [b"asked at 20"] == await parking.oldest(*ids, 1)


async def test_nothing_is_parked_for_replaced_credentials(store: Redis, ids: Ids) -> None:
    """Who replaced them has drained already: whatever came after would wait for ever."""
    parking = Parking(Scripts(store), ids[0])
    await has_version(store, ids, 4)
    assert "changed" == await parking.park(*ids, 3, 1, b"m", refused=True)
    assert ([], None) == (await parking.oldest(*ids, 1), await parking.refused_version(*ids))


async def test_only_graph_s_refusal_is_remembered(store: Redis, ids: Ids) -> None:
    """A number that is merely disconnected is not marked as refused."""
    parking = Parking(Scripts(store), ids[0])
    assert "parked" == await parking.park(*ids, 0, 1, b"m", refused=False)
    assert None is await parking.refused_version(*ids)
    await has_version(store, ids, 1)
    assert "parked" == await parking.park(*ids, 1, 1, b"m", refused=True)
    assert (1, 1) == (await parking.refused_version(*ids), await parking.current_version(*ids))


async def test_parking_is_bounded(store: Redis, ids: Ids) -> None:
    """A full parking refuses, and says so."""
    parking = Parking(Scripts(store), ids[0])
    full: dict[str, float] = {f"m{n}": float(n) for n in range(module.PARKED_MAX)}
    await store.zadd(f"{tag(*ids)}:send:parked", full)
    assert "full" == await parking.park(*ids, 0, 1, b"one more", refused=True)


async def test_a_number_with_parked_sends_is_found(store: Redis, ids: Ids) -> None:
    """It is listed from the first parked send on, and forgotten only if nothing was parked since it was looked at."""
    parking = Parking(Scripts(store), ids[0])
    assert [] == await parking.numbers()
    await parking.park(*ids, 0, 1, b"m", refused=False)
    [(*listed, mark)] = await parking.numbers()
    assert list(ids) == listed
    await parking.park(*ids, 0, 2, b"n", refused=False)
    await parking.forget(*ids, mark)
    [(*_, mark)] = await parking.numbers()
    await parking.forget(*ids, mark)
    assert [] == await parking.numbers()
