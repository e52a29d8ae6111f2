"""The sockets that follow one number, and what has been published in it since they were last written to; pure."""

from typing import TYPE_CHECKING

from shared.contract.ids import NumberId, WorkspaceId

if TYPE_CHECKING:
    from services.push.hub import Listener, Subscription

FeedName = tuple[WorkspaceId, NumberId]


class Room:
    """Whoever comes or goes while frames wait: let the hub settle it before."""

    __slots__ = ("_left", "_together", "feed", "frames", "held", "live")

    def __init__(self, feed: FeedName) -> None:
        self.feed = feed
        self.live: dict[Listener, None] = {}  # in the order in which they came
        self.held: set[Subscription] = set()
        self.frames: list[bytes] = []
        self._together = b""
        self._left: list[Listener] = []  # who has not got it yet

    @property
    def is_busy(self) -> bool:
        """Whether somebody has not got something."""
        return bool(self.frames or self._left)

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in it."""
        return not self.live and not self.held

    def enter(self, listener: "Listener") -> None:
        """It hears what is published from now on."""
        self.live[listener] = None

    def leave(self, listener: "Listener") -> None:
        """It hears nothing more."""
        self.live.pop(listener, None)

    def due(self, listeners_max: int) -> tuple[bytes, list["Listener"]]:
        """Frames in one piece, and the next so many who have not got them; all get them before newer ones are due."""
        if not self._left:
            self._together = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
            self.frames = []
            self._left = list(self.live)
        if len(self._left) <= listeners_max:
            listeners, self._left = self._left, []
        else:
            listeners, self._left = self._left[:listeners_max], self._left[listeners_max:]
        return self._together, listeners
