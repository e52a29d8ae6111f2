"""What is in hand is counted, and a flood is refused."""

import pytest

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
