"""Frames for whoever follows a number: in order, in one write; a slow listener is dropped, others do not notice."""

import pytest

from services.push.hub import WRITES_PER_TICK_MAX, Hub, Listener, Phase, Subscription
from services.push.room import FeedName
from shared.contract.ids import NumberId, WorkspaceId

FEED: FeedName = (WorkspaceId("w"), NumberId("1"))
OTHER: FeedName = (WorkspaceId("w"), NumberId("2"))
QUEUE_BYTES_MAX = 100


class Peer:
    """A socket's outgoing side, and how much of it the peer takes."""

    def __init__(self, takes: bool = True) -> None:
        self.takes = takes
        self.writes: list[bytes] = []
        self.held = 0
        self.dropped = 0

    def offer(self, frames: bytes, held_bytes_max: int) -> bool:
        """Take it, or hold it, or refuse it."""
        if self.held > held_bytes_max:
            return False
        self.writes.append(frames)
        self.held += 0 if self.takes else len(frames)
        return True

    def fell_behind(self) -> None:
        """It was dropped."""
        self.dropped += 1


class House:
    """A hub, and how often it asked to be flushed."""

    def __init__(self) -> None:
        self.woken = 0
        self.hub = Hub(QUEUE_BYTES_MAX, self._wake, self._write)
        self.room = 1_000  # bytes that each file still takes; none refuses
        self.files: dict[int, bytes] = {}

    def _wake(self) -> None:
        self.woken += 1

    def _write(self, file: int, data: bytes) -> int:
        taken = data[: self.room]
        if not taken:
            raise BlockingIOError
        self.files[file] = self.files.get(file, b"") + taken
        return len(taken)

    def following(self, *feeds: FeedName, takes: bool = True) -> tuple[Peer, Listener, list[Subscription]]:
        """A new socket that is live on these feeds."""
        peer = Peer(takes)
        followed: dict[NumberId, Subscription] = {}
        listener = Listener(peer, followed)
        subscriptions = [Subscription(feed, listener) for feed in feeds]
        for subscription in subscriptions:
            followed[subscription.feed[1]] = subscription
            self.hub.go_live(subscription)
        return peer, listener, subscriptions


def test_frames_go_to_those_who_follow_and_to_nobody_else() -> None:
    """Each number has its own listeners."""
    house = House()
    one, _, _ = house.following(FEED)
    both, _, _ = house.following(FEED, OTHER)
    none, _, _ = house.following(OTHER)
    house.hub.publish(FEED, b"frame")
    house.hub.flush()

    assert ([b"frame"], [b"frame"], []) == (one.writes, both.writes, none.writes)


def test_what_gathers_in_a_tick_leaves_in_order_in_one_write() -> None:
    """One wake and one write for each socket, however many frames and numbers; each number's in its own order."""
    house = House()
    both, _, _ = house.following(FEED, OTHER)
    one, _, _ = house.following(FEED)
    for frame in (b"a", b"b"):
        house.hub.publish(FEED, frame)
        house.hub.publish(OTHER, frame.upper())
    assert 1 == house.woken
    house.hub.flush()

    assert ([b"abAB"], [b"ab"]) == (both.writes, one.writes)
    house.hub.flush()
    assert [b"ab"] == one.writes


def test_a_slow_listener_is_dropped_and_others_do_not_notice() -> None:
    """Beyond the bound it is told once and hears nothing more; the others hear every frame."""
    house = House()
    quick, _, _ = house.following(FEED)
    slow, listener, subscriptions = house.following(FEED, takes=False)
    frames = [b"x" * 60 + str(count).encode() for count in range(5)]
    for frame in frames:
        house.hub.publish(FEED, frame)
        house.hub.flush()

    assert frames == quick.writes
    assert (frames[:2], 1) == (slow.writes, slow.dropped)
    assert Phase.OVER is subscriptions[0].phase
    assert listener.gathered is None


def test_one_large_frame_to_a_listener_that_took_everything_drops_nobody() -> None:
    """Judged is what a socket has left lying, not what it is about to get."""
    house = House()
    peer, _, _ = house.following(FEED)
    house.hub.publish(FEED, b"x" * QUEUE_BYTES_MAX * 10)
    house.hub.flush()
    assert (1, 0) == (len(peer.writes), peer.dropped)


def test_what_is_held_comes_after_what_was_read_and_before_what_follows() -> None:
    """While a socket catches up, new frames wait; going live gives them out, in order."""
    house = House()
    peer = Peer()
    listener = Listener(peer, {})
    subscription = Subscription(FEED, listener)
    house.hub.hold(subscription)
    house.hub.publish(FEED, b"3")
    house.hub.tell(listener, b"1")
    house.hub.tell(listener, b"2")
    house.hub.flush()
    house.hub.publish(FEED, b"4")
    house.hub.go_live(subscription)
    house.hub.publish(FEED, b"5")
    house.hub.flush()

    assert b"12345" == b"".join(peer.writes)
    assert Phase.LIVE is subscription.phase


def test_too_much_to_hold_is_let_go() -> None:
    """Its socket reads for itself again; it lost nothing, for nothing was told to it."""
    house = House()
    peer = Peer()
    subscription = Subscription(FEED, Listener(peer, {}))
    house.hub.hold(subscription)
    for _ in range(3):
        house.hub.publish(FEED, b"x" * 60)
    house.hub.flush()

    assert (Phase.APART, None, 0) == (subscription.phase, subscription.held, subscription.held_bytes)
    assert ([], 0) == (peer.writes, peer.dropped)


def test_who_ends_hears_nothing_more_but_gets_what_had_gathered() -> None:
    """Unsubscribing one number leaves the other alone; a resync comes after what went before it."""
    house = House()
    peer, listener, (first, second) = house.following(FEED, OTHER)
    house.hub.publish(FEED, b"1")
    house.hub.end(first)
    house.hub.publish(FEED, b"never")
    house.hub.publish(OTHER, b"2")
    assert [second] == house.hub.end_all(OTHER)
    house.hub.tell(listener, b"resync")
    house.hub.publish(OTHER, b"never")
    house.hub.flush()

    assert [b"12resync"] == peer.writes
    assert [] == house.hub.end_all(FEED)


def test_a_socket_that_is_gone_is_forgotten() -> None:
    """Nothing is written to it, and nothing of it stays."""
    house = House()
    peer, listener, subscriptions = house.following(FEED, OTHER)
    house.hub.publish(FEED, b"1")
    house.hub.forget(listener)
    house.hub.publish(OTHER, b"2")
    house.hub.flush()

    assert [] == peer.writes
    assert [Phase.OVER, Phase.OVER] == [subscription.phase for subscription in subscriptions]


def test_a_tick_writes_to_a_bounded_number_and_asks_for_another() -> None:
    """Ten thousand sockets do not stop the loop; the rest goes out in the next tick, once each."""
    house = House()
    peers = [house.following(FEED)[0] for _ in range(WRITES_PER_TICK_MAX + 5)]
    house.hub.publish(FEED, b"1")
    assert 1 == house.woken
    house.hub.flush()
    assert (WRITES_PER_TICK_MAX, 2) == (sum(len(peer.writes) for peer in peers), house.woken)
    house.hub.publish(FEED, b"2")
    house.hub.flush()
    house.hub.flush()

    assert all(b"12" == b"".join(peer.writes) for peer in peers)


def test_while_nothing_waits_a_room_writes_to_the_file_itself() -> None:
    """What was told to one alone goes by its outlet, and what belongs behind it too."""
    house = House()
    peer, listener, _ = house.following(FEED)
    listener.file = 7
    house.hub.publish(FEED, b"1")
    house.hub.flush()
    assert ({7: b"1"}, []) == (house.files, peer.writes)
    house.hub.tell(listener, b"2")
    house.hub.publish(FEED, b"3")
    house.hub.flush()
    assert ({7: b"1"}, [b"23"]) == (house.files, peer.writes)


@pytest.mark.parametrize("room", [0, 2])
def test_what_a_file_does_not_take_waits_at_the_outlet(room: int) -> None:
    """And all that comes after it, until the outlet says that nothing waits any more."""
    house = House()
    peer, listener, _ = house.following(FEED)
    listener.file, house.room = 7, room
    house.hub.publish(FEED, b"first")
    house.hub.flush()
    house.room = 1_000
    house.hub.publish(FEED, b"second")
    house.hub.flush()
    assert (b"first"[:room], [b"first"[room:], b"second"]) == (house.files.get(7, b""), peer.writes)
    listener.file = 7
    house.hub.publish(FEED, b"third")
    house.hub.flush()
    assert b"first"[:room] + b"third" == house.files[7]


def test_the_file_of_a_socket_that_is_gone_is_somebody_elses() -> None:
    """Also when it goes while a long room is written to."""
    house = House()
    followers = [house.following(FEED)[1] for _ in range(WRITES_PER_TICK_MAX + 5)]
    for file, listener in enumerate(followers):
        listener.file = file
    house.hub.publish(FEED, b"1")
    house.hub.flush()
    house.hub.forget(followers[-1])
    house.hub.flush()

    assert set(range(WRITES_PER_TICK_MAX + 4)) == house.files.keys()


def test_who_comes_between_two_frames_hears_the_second_alone() -> None:
    """However many others are there, and whether or not they have been written to."""
    house = House()
    early = [house.following(FEED)[0] for _ in range(WRITES_PER_TICK_MAX + 1)]
    house.hub.publish(FEED, b"1")
    first, _, _ = house.following(FEED)
    house.hub.flush()
    house.hub.publish(FEED, b"2")
    second, _, _ = house.following(FEED)
    for _ in range(4):
        house.hub.flush()

    assert {b"12"} == {b"".join(peer.writes) for peer in early}
    assert (b"2", b"") == (b"".join(first.writes), b"".join(second.writes))


def test_a_resync_comes_after_what_some_have_got_and_others_have_not() -> None:
    """A history that ends in the middle of a tick ends for all of them after the same frame."""
    house = House()
    sockets = [house.following(FEED) for _ in range(WRITES_PER_TICK_MAX + 5)]
    for _, listener, _ in sockets[-2:]:
        house.hub.tell(listener, b"ping ")
    house.hub.publish(FEED, b"1 ")
    house.hub.flush()
    assert len(sockets) == len(house.hub.end_all(FEED))
    for _, listener, _ in sockets:
        house.hub.tell(listener, b"resync")
    for _ in range(4):
        house.hub.flush()

    told = [b"".join(peer.writes) for peer, _, _ in sockets]
    assert {b"1 resync"} == set(told[:-2])
    assert [b"ping 1 resync"] * 2 == told[-2:]


def test_what_is_handed_out_early_is_not_told_again() -> None:
    """A socket that catches up is written to before the tick ends."""
    house = House()
    peer = Peer()
    listener = Listener(peer, {})
    house.hub.tell(listener, b"1")
    house.hub.hand_out(listener)
    house.hub.tell(listener, b"2")
    house.hub.flush()

    assert [b"1", b"2"] == peer.writes
