"""What one socket follows: a subscription for each number, on its way or live."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from services.push.catchup import CatchUp
from services.push.hub import FeedName, Hub, Listener, Subscription
from services.push.pages import Pages
from services.push.tail import Tail, Tails
from shared.contract.feed import Cursor
from shared.contract.ids import NumberId


class Following:
    """The numbers of one socket. `failed` hears of a subscription that cannot go on."""

    __slots__ = ("_drained", "_failed", "_hub", "_joining", "_listener", "_pages", "_tailed", "_tails")

    def __init__(
        self,
        listener: Listener,
        hub: Hub,
        tails: Tails,
        pages: Pages,
        drained: Callable[[], Awaitable[None]],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._listener = listener
        self._hub = hub
        self._tails = tails
        self._pages = pages
        self._drained = drained
        self._failed = failed
        self._tailed: dict[NumberId, Tail] = {}
        self._joining: dict[NumberId, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        """How many numbers."""
        return len(self._tailed)

    def __contains__(self, number_id: NumberId) -> bool:
        """Whether it is among them."""
        return number_id in self._tailed

    def follow(self, feed: FeedName, since: Cursor | None) -> None:
        """From this cursor on, wherever it stood before; none is from now on."""
        number_id = feed[1]
        tail = self._tails.watch(feed)  # before the old one is let go, so that the tail lives on
        self.unfollow(number_id)
        subscription = Subscription(feed, self._listener)
        self._listener.subscriptions[number_id] = subscription
        self._tailed[number_id] = tail
        catching_up = CatchUp(subscription, tail, self._hub, self._pages, self._drained)
        joining = self._joining[number_id] = asyncio.create_task(catching_up.join(since))
        joining.add_done_callback(partial(self._joined, number_id))

    def unfollow(self, number_id: NumberId) -> None:
        """No more of this number."""
        subscription = self._listener.subscriptions.pop(number_id, None)
        if subscription is not None:
            self._hub.end(subscription)
        joining = self._joining.pop(number_id, None)
        if joining is not None:
            joining.cancel()
        tail = self._tailed.pop(number_id, None)
        if tail is not None:
            self._tails.unwatch(tail)

    def close(self) -> None:
        """The socket is gone."""
        for number_id in list(self._tailed):
            self.unfollow(number_id)

    def _joined(self, number_id: NumberId, joining: asyncio.Task[None]) -> None:
        if self._joining.get(number_id) is joining:
            del self._joining[number_id]
        if not joining.cancelled() and (failure := joining.exception()) is not None:
            self._failed(failure)
