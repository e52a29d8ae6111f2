"""Who hears what: frames of a number to every socket that follows it, gathered, bounded, in order; pure."""

from collections import deque
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Protocol

from services.push.room import FeedName, Room
from shared.contract.ids import NumberId

# A tick writes to at most so many sockets, about 5 ms of them, before the loop gets its turn.
WRITES_PER_TICK_MAX = 1_000


class Outlet(Protocol):
    """The outgoing side of one socket."""

    def offer(self, frames: bytes, held_bytes_max: int) -> bool:
        """Hand over whole frames, unless more waits from before than may be held for it: then nothing happens."""

    def fell_behind(self) -> None:
        """Told once that it was dropped for being too slow."""


class Listener:
    """One socket: what has gathered for it alone since the last tick.

    While nothing waits from before, `file` is the socket's own: to write past its outlet is a tenth of a delivery less.
    """

    __slots__ = ("file", "gathered", "outlet", "subscriptions")

    def __init__(self, outlet: Outlet, subscriptions: "Mapping[NumberId, Subscription]") -> None:
        self.file: int | None = None
        self.outlet: Outlet | None = outlet  # none when the socket is gone
        self.gathered: list[bytes] | None = None
        self.subscriptions = subscriptions


class Phase(Enum):
    """How far a subscription has got."""

    APART = auto()  # reads for itself; the hub does not know it
    HELD = auto()  # still reads up to where the tail stood; what comes after is kept for it
    LIVE = auto()  # hears what the tail says
    OVER = auto()  # unsubscribed, replaced, resynced, or its socket is gone


class Subscription:
    """One socket follows one number."""

    __slots__ = ("feed", "held", "held_bytes", "listener", "phase")

    def __init__(self, feed: FeedName, listener: Listener) -> None:
        self.feed = feed
        self.listener = listener
        self.phase = Phase.APART
        self.held: list[bytes] | None = None
        self.held_bytes = 0


class Hub:
    """All subscriptions of a process. `wake` is called when something has gathered: see to it that `flush` is.

    `write` is `os.write`, to files that do not block.
    """

    def __init__(self, queue_bytes_max: int, wake: Callable[[], None], write: Callable[[int, bytes], int]) -> None:
        self._queue_bytes_max = queue_bytes_max
        self._wake = wake
        self._write_at_once = write
        self._rooms: dict[FeedName, Room] = {}
        self._busy: dict[FeedName, Room] = {}  # rooms with frames that nobody has got yet
        self._due: deque[Listener] = deque()
        self._awake = False

    def hold(self, subscription: Subscription) -> None:
        """Keep for it what is published from now on; when that gets too much it is APART again."""
        self._room(subscription.feed).held.add(subscription)
        subscription.phase = Phase.HELD
        subscription.held = []

    def let_go(self, subscription: Subscription) -> None:
        """Stop holding: it has to read for itself again."""
        self._part(subscription)
        subscription.phase = Phase.APART

    def go_live(self, subscription: Subscription) -> None:
        """From here on it hears everything; first what was held."""
        room = self._room(subscription.feed)
        self._settle(room)  # what was published before is none of its
        room.held.discard(subscription)
        room.enter(subscription.listener)
        subscription.phase = Phase.LIVE
        for frame in subscription.held or ():
            self._gather(subscription.listener, frame)
        subscription.held, subscription.held_bytes = None, 0

    def end(self, subscription: Subscription) -> None:
        """It follows no longer; what it has gathered still goes out."""
        self._part(subscription)
        subscription.phase = Phase.OVER

    def end_all(self, feed: FeedName) -> list[Subscription]:
        """Nobody can follow this feed from where it stood; who did."""
        room = self._rooms.get(feed)
        if room is None:
            return []
        live = [listener.subscriptions[feed[1]] for listener in room.live]
        ended = live + list(room.held)
        for subscription in ended:
            self.end(subscription)
        return ended

    def forget(self, listener: Listener) -> None:
        """The socket is gone."""
        listener.outlet = listener.gathered = None
        listener.file = None  # somebody else's, soon
        for subscription in listener.subscriptions.values():
            self.end(subscription)

    def publish(self, feed: FeedName, frame: bytes) -> None:
        """One frame for everybody who follows this feed: told to the room once, however many are in it."""
        room = self._rooms.get(feed)
        if room is None:
            return
        if room.live:
            room.frames.append(frame)
            self._busy[feed] = room
            self._stir()
        for subscription in list(room.held):
            assert subscription.held is not None
            subscription.held.append(frame)
            subscription.held_bytes += len(frame)
            if subscription.held_bytes > self._queue_bytes_max:
                self.let_go(subscription)

    def tell(self, listener: Listener, frame: bytes) -> None:
        """One frame for one socket, after what it has been told before."""
        self._gather(listener, frame)

    def hand_out(self, listener: Listener) -> None:
        """Write what has gathered for one socket alone, without waiting for the others."""
        frames, listener.gathered = listener.gathered, None
        if frames:
            self._write(listener, b"".join(frames))

    def flush(self) -> None:
        """Write what has gathered, one write for each socket; whoever has not taken what went before is dropped."""
        self._awake = False
        left = WRITES_PER_TICK_MAX
        if len(self._busy) == 1:
            ((feed, room),) = self._busy.items()
            while left and room.is_busy:
                left -= self._empty(room, left)
            if not room.is_busy:
                self._busy.pop(feed, None)
        else:
            # A socket may be in several of these rooms, and is written to once.
            for room in list(self._busy.values()):
                self._settle(room)
        joined: tuple[list[bytes], bytes] = ([], b"")
        for _ in range(min(len(self._due), left)):
            listener = self._due.popleft()
            frames, listener.gathered = listener.gathered, None
            if not frames:
                continue
            if frames != joined[0]:  # many sockets of a tick have gathered the same
                joined = frames, frames[0] if len(frames) == 1 else b"".join(frames)
            self._write(listener, joined[1])
        if self._due or self._busy:
            self._stir()

    def _empty(self, room: Room, writes_max: int) -> int:
        """What has gathered in a room, straight to those who are in it; how many were written to."""
        together, listeners = room.due(writes_max)
        length, write = len(together), self._write_at_once
        for listener in listeners:
            if listener.gathered is not None:  # it comes after what was told to it alone
                listener.gathered.append(together)
                continue
            file = listener.file
            if file is None:
                self._write(listener, together)
                continue
            try:
                written = write(file, together)
            except OSError:  # it takes nothing now, or is gone: its outlet knows what to do
                written = 0
            if written != length:
                listener.file = None
                self._write(listener, together[written:])
        return len(listeners)

    def _write(self, listener: Listener, frames: bytes) -> None:
        outlet = listener.outlet
        # Judged by what waits from before: a large page to a socket that had taken everything is no fault of it.
        if outlet is not None and not outlet.offer(frames, self._queue_bytes_max):
            self.forget(listener)
            outlet.fell_behind()

    def _settle(self, room: Room) -> None:
        """Give what has gathered in the room to each who is in it now, before somebody comes or goes."""
        while room.is_busy:
            together, listeners = room.due(WRITES_PER_TICK_MAX)
            for listener in listeners:
                self._gather(listener, together)
        self._busy.pop(room.feed, None)

    def _gather(self, listener: Listener, frame: bytes) -> None:
        if listener.outlet is None:
            return
        if listener.gathered is None:
            listener.gathered = []
            self._due.append(listener)
            self._stir()
        listener.gathered.append(frame)

    def _stir(self) -> None:
        if not self._awake:
            self._awake = True
            self._wake()

    def _room(self, feed: FeedName) -> Room:
        room = self._rooms.get(feed)
        if room is None:
            room = self._rooms[feed] = Room(feed)
        return room

    def _part(self, subscription: Subscription) -> None:
        room = self._rooms.get(subscription.feed)
        if room is not None:
            if subscription.phase is Phase.LIVE:
                if subscription.listener.outlet is not None:
                    self._settle(room)
                room.leave(subscription.listener)
            room.held.discard(subscription)
            if room.is_empty:
                del self._rooms[subscription.feed]
                self._busy.pop(subscription.feed, None)
        subscription.held, subscription.held_bytes = None, 0
