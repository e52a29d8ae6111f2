"""Who hears what: frames of a number to every socket that follows it, gathered, bounded, in order; pure."""

from collections import deque
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Protocol

from shared.contract.ids import NumberId, WorkspaceId

FeedName = tuple[WorkspaceId, NumberId]

# A tick writes to at most so many sockets, about 10 ms of them, before the loop gets its turn.
WRITES_PER_TICK_MAX = 1_000


class Outlet(Protocol):
    """The outgoing side of one socket."""

    def backlog(self) -> int:
        """How many bytes it holds that the peer has not taken yet."""

    def write(self, frames: bytes) -> None:
        """Hand over whole frames."""

    def fell_behind(self) -> None:
        """Told once that it was dropped for being too slow."""


class Listener:
    """One socket: what has gathered for it since the last tick."""

    __slots__ = ("gathered", "outlet", "subscriptions")

    def __init__(self, outlet: Outlet, subscriptions: "Mapping[NumberId, Subscription]") -> None:
        self.outlet = outlet
        self.gathered: list[bytes] = []
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
        self.held: list[bytes] = []
        self.held_bytes = 0


class Hub:
    """All subscriptions of a process. `wake` is called when something has gathered: see to it that `flush` is."""

    def __init__(self, queue_bytes_max: int, wake: Callable[[], None]) -> None:
        self._queue_bytes_max = queue_bytes_max
        self._wake = wake
        self._following: dict[FeedName, set[Subscription]] = {}
        self._due: deque[Listener] = deque()

    def hold(self, subscription: Subscription) -> None:
        """Keep for it what is published from now on; when that gets too much it is APART again."""
        self._following.setdefault(subscription.feed, set()).add(subscription)
        subscription.phase = Phase.HELD

    def let_go(self, subscription: Subscription) -> None:
        """Stop holding: it has to read for itself again."""
        self._part(subscription)
        subscription.phase = Phase.APART

    def go_live(self, subscription: Subscription) -> None:
        """From here on it hears everything; first what was held."""
        self._following.setdefault(subscription.feed, set()).add(subscription)
        subscription.phase = Phase.LIVE
        for frame in subscription.held:
            self._gather(subscription.listener, frame)
        subscription.held, subscription.held_bytes = [], 0

    def end(self, subscription: Subscription) -> None:
        """It follows no longer; what it has gathered still goes out."""
        self._part(subscription)
        subscription.phase = Phase.OVER

    def end_all(self, feed: FeedName) -> list[Subscription]:
        """Nobody can follow this feed from where it stood; who did."""
        ended = list(self._following.get(feed, ()))
        for subscription in ended:
            self.end(subscription)
        return ended

    def forget(self, listener: Listener) -> None:
        """The socket is gone."""
        for subscription in listener.subscriptions.values():
            self.end(subscription)
        listener.gathered = []

    def publish(self, feed: FeedName, frame: bytes) -> None:
        """One frame for everybody who follows this feed."""
        crowded = []
        for subscription in self._following.get(feed, ()):
            if subscription.phase is Phase.LIVE:
                self._gather(subscription.listener, frame)
            else:
                subscription.held.append(frame)
                subscription.held_bytes += len(frame)
                if subscription.held_bytes > self._queue_bytes_max:
                    crowded.append(subscription)
        for subscription in crowded:
            self.let_go(subscription)

    def tell(self, listener: Listener, frame: bytes) -> None:
        """One frame for one socket, after what it has been told before."""
        self._gather(listener, frame)

    def flush(self) -> None:
        """Write what has gathered, one write for each socket; whoever has not taken what went before is dropped."""
        joined: tuple[list[bytes], bytes] = ([], b"")
        for _ in range(min(len(self._due), WRITES_PER_TICK_MAX)):
            listener = self._due.popleft()
            frames, listener.gathered = listener.gathered, []
            if not frames:
                continue
            # Judged by what waits from before: a large page to a socket that had taken everything is no fault of it.
            if listener.outlet.backlog() > self._queue_bytes_max:
                self.forget(listener)
                listener.outlet.fell_behind()
                continue
            if len(frames) == 1:
                listener.outlet.write(frames[0])
                continue
            if frames != joined[0]:  # most sockets of a tick have gathered the same
                joined = frames, b"".join(frames)
            listener.outlet.write(joined[1])
        if self._due:
            self._wake()

    def _gather(self, listener: Listener, frame: bytes) -> None:
        if not listener.gathered:
            if not self._due:
                self._wake()
            self._due.append(listener)
        listener.gathered.append(frame)

    def _part(self, subscription: Subscription) -> None:
        following = self._following.get(subscription.feed)
        if following is not None:
            following.discard(subscription)
            if not following:
                del self._following[subscription.feed]
        subscription.held, subscription.held_bytes = [], 0
