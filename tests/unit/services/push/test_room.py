"""Who is in a room, and what they have not got yet."""

from services.push.hub import Listener, Subscription
from services.push.room import FeedName, Room
from shared.contract.ids import NumberId, WorkspaceId

FEED: FeedName = (WorkspaceId("w"), NumberId("1"))


class Deaf:
    """An outlet that nobody listens to."""

    def offer(self, frames: bytes, held_bytes_max: int) -> bool:
        """Whatever."""
        return True

    def fell_behind(self) -> None:
        """Never."""


def test_everybody_gets_one_piece_before_the_next_is_due() -> None:
    """Some at a time; what is published meanwhile comes after it."""
    room, listeners = Room(FEED), [Listener(Deaf(), {}) for _ in range(3)]
    for listener in listeners:
        room.enter(listener)
    room.frames += [b"a", b"b"]
    assert (b"ab", listeners[:2]) == room.due(2)
    room.frames.append(b"c")
    assert (b"ab", listeners[2:]) == room.due(2)
    assert room.is_busy
    assert (b"c", listeners) == room.due(5)
    assert not room.is_busy


def test_a_room_is_empty_when_the_last_has_left() -> None:
    """Whether they hear or wait to."""
    room, listener = Room(FEED), Listener(Deaf(), {})
    subscription = Subscription(FEED, listener)
    room.enter(listener)
    room.held.add(subscription)
    room.leave(listener)
    room.leave(listener)
    assert not room.is_empty
    room.held.discard(subscription)
    assert room.is_empty
