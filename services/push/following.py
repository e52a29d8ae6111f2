"""What one socket follows: a subscription for each number, on its way or live."""

import asyncio
from functools import partial
from typing import Protocol

from services.push.catchup import CatchUp
from services.push.hub import Hub, Listener, Outlet, Subscription
from services.push.pages import Pages
from services.push.room import FeedName
from services.push.tail import Tail, Tails
from shared.contract.feed import Cursor
from shared.contract.ids import NumberId


class Follower(Outlet, Protocol):
    """A socket, as far as it follows."""

    async def ready_for_more(self) -> None:
        """Until it has taken nearly all that it was told."""

    def not_following(self, failure: BaseException) -> None:
        """A subscription cannot go on."""


class Followed(Subscription):
    """A number that a socket follows, and what keeps it so."""

    __slots__ = ("joining", "tail")

    def __init__(self, listener: Listener, tail: Tail) -> None:
        super().__init__(tail.feed_name, listener)
        self.tail = tail
        self.joining: asyncio.Task[None] | None = None


class Following:
    """The numbers of one socket."""

    __slots__ = ("_followed", "_follower", "_hub", "_pages", "_tails", "listener")

    def __init__(self, follower: Follower, hub: Hub, tails: Tails, pages: Pages) -> None:
        self._followed: dict[NumberId, Followed] = {}
        self.listener = Listener(follower, self._followed)
        self._follower = follower
        self._hub = hub
        self._tails = tails
        self._pages = pages

    def __len__(self) -> int:
        """How many numbers."""
        return len(self._followed)

    def __contains__(self, number_id: NumberId) -> bool:
        """Whether it is among them."""
        return number_id in self._followed

    def follow(self, feed: FeedName, since: Cursor | None) -> None:
        """From this cursor on, wherever it stood before; none is from now on."""
        tail = self._tails.watch(feed)  # before the old one is let go, so that the tail lives on
        self.unfollow(feed[1])
        followed = self._followed[tail.feed_name[1]] = Followed(self.listener, tail)
        catching_up = CatchUp(followed, tail, self._hub, self._pages, self._follower.ready_for_more)
        if since is not None and catching_up.joined_at_once(since):
            return
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
            self._follower.not_following(failure)
