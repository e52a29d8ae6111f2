"""What one socket follows: a subscription for each number, on its way or live."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from services.push.catchup import CatchUp
from services.push.hub import FeedName, Hub, Listener, Outlet, Subscription
from services.push.pages import Pages
from services.push.tail import Tail, Tails
from shared.contract.feed import Cursor
from shared.contract.ids import NumberId


class Followed(Subscription):
    """A number that a socket follows, and what keeps it so."""

    __slots__ = ("joining", "tail")

    def __init__(self, feed: FeedName, listener: Listener, tail: Tail) -> None:
        super().__init__(feed, listener)
        self.tail = tail
        self.joining: asyncio.Task[None] | None = None


class Following:
    """The numbers of one socket. `failed` hears of a subscription that cannot go on."""

    __slots__ = ("_drained", "_failed", "_followed", "_hub", "_pages", "_tails", "listener")

    def __init__(
        self,
        outlet: Outlet,
        hub: Hub,
        tails: Tails,
        pages: Pages,
        drained: Callable[[], Awaitable[None]],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._followed: dict[NumberId, Followed] = {}
        self.listener = Listener(outlet, self._followed)
        self._hub = hub
        self._tails = tails
        self._pages = pages
        self._drained = drained
        self._failed = failed

    def __len__(self) -> int:
        """How many numbers."""
        return len(self._followed)

    def __contains__(self, number_id: NumberId) -> bool:
        """Whether it is among them."""
        return number_id in self._followed

    def follow(self, feed: FeedName, since: Cursor | None) -> None:
        """From this cursor on, wherever it stood before; none is from now on."""
        number_id = feed[1]
        tail = self._tails.watch(feed)  # before the old one is let go, so that the tail lives on
        self.unfollow(number_id)
        followed = self._followed[number_id] = Followed(feed, self.listener, tail)
        catching_up = CatchUp(followed, tail, self._hub, self._pages, self._drained)
        followed.joining = asyncio.create_task(catching_up.join(since))
        followed.joining.add_done_callback(partial(self._joined, followed))

    def unfollow(self, number_id: NumberId) -> None:
        """No more of this number."""
        followed = self._followed.pop(number_id, None)
        if followed is None:
            return
        self._hub.end(followed)
        if followed.joining is not None:
            followed.joining.cancel()
        self._tails.unwatch(followed.tail)

    def close(self) -> None:
        """The socket is gone."""
        for number_id in list(self._followed):
            self.unfollow(number_id)

    def _joined(self, followed: Followed, joining: asyncio.Task[None]) -> None:
        followed.joining = None
        if not joining.cancelled() and (failure := joining.exception()) is not None:
            self._failed(failure)
