"""What is in hand is counted, and a flood is refused."""

import pytest
from prometheus_client import REGISTRY

from services.ingest.room import REQUEST_BYTES, Full, Room


def test_room_is_given_until_it_is_full_and_comes_back() -> None:
    """Each request costs its body and something of its own."""
    room = Room(2 * (REQUEST_BYTES + 100))
    with room.taking(100), room.taking(100), pytest.raises(Full), room.taking(0):
        pass
    with room.taking(100):
        pass


def test_a_failure_gives_its_room_back() -> None:
    """However the request ends."""
    room = Room(REQUEST_BYTES)
    with pytest.raises(ValueError, match="gone"), room.taking(0):
        raise ValueError("gone")
    with room.taking(0):
        pass


def test_what_is_in_hand_is_told_when_it_is_asked_for() -> None:
    """Of the last room that was made, which is the only one of a process."""
    room = Room(10 * REQUEST_BYTES)
    with room.taking(100):
        assert REQUEST_BYTES + 100 == REGISTRY.get_sample_value("inbox_ingest_room_bytes")
    assert 0 == REGISTRY.get_sample_value("inbox_ingest_room_bytes")
    assert 10 * REQUEST_BYTES == REGISTRY.get_sample_value("inbox_ingest_room_bytes_max")
