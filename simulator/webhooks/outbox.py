"""One callback's queue: gathers updates into bodies, posts them side by side, repeats what got no 200."""

import asyncio
import io
import time
from collections import deque
from dataclasses import dataclass, field

import aiohttp

from simulator.chance import Chance
from simulator.ledger import Ledger
from simulator.tuning import Tuning
from simulator.webhooks import backoff, signature, wire
from simulator.webhooks.callback import Callback
from simulator.webhooks.envelope import Update, wrap

# Meta promises no more than 3 MB a body (webhooks/overview); larger batches are halved.
BODY_BYTES_MAX = 3 * 1024 * 1024


@dataclass(slots=True, eq=False)
class Post:
    """A body on its way; the same bytes at every attempt."""

    body: bytes
    updates: int
    attempt: int = 0
    began_at: float = field(default_factory=time.monotonic)
    again: bool = False


class Outbox:
    """Everything is bounded: at a limit the oldest is dropped, counted and noted."""

    def __init__(
        self,
        callback: Callback,
        http: aiohttp.ClientSession,
        tuning: Tuning,
        chance: Chance,
        ledger: Ledger,
        updates_max: int,
        posts_max: int,
    ) -> None:
        self.callback = callback
        self.tuning = tuning
        self.paused = False
        self.dropped = 0
        self._http = http
        self._chance = chance
        self._ledger = ledger
        self._updates_max = updates_max
        self._posts_max = posts_max
        self._fresh: deque[Update] = deque()
        self._ready: deque[Post] = deque()
        self._resting: dict[Post, asyncio.TimerHandle] = {}
        self._in_flight: set[asyncio.Task[None]] = set()
        self._gathering: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def depth(self) -> dict[str, int]:
        """How much is where."""
        return {
            "fresh": len(self._fresh),
            "ready": len(self._ready),
            "in_flight": len(self._in_flight),
            "resting": len(self._resting),
            "dropped": self.dropped,
        }

    @property
    def idle(self) -> bool:
        """Whether nothing is left to deliver, now or later."""
        return not (self._fresh or self._ready or self._in_flight or self._resting)

    def put(self, update: Update) -> None:
        """Queue an update."""
        self._fresh.append(update)
        if len(self._fresh) > self._updates_max:
            self._fresh.popleft()
            self._drop(1, "too many updates wait")
        self.pump()

    def put_body(self, body: bytes, updates: int) -> None:
        """Queue a finished body."""
        self._ready.append(Post(body, updates))
        self._bound_posts()
        self.pump()

    def pump(self) -> None:
        """Start as many posts as may be in flight."""
        if self.paused or self._closed:
            return
        while len(self._in_flight) < self.tuning.concurrency:
            if self._ready:
                post = self._ready.popleft()
            elif self._fresh and self._gathered():
                post = self._gather()
            else:
                return
            attempt = asyncio.get_running_loop().create_task(self._deliver(post))
            self._in_flight.add(attempt)
            attempt.add_done_callback(self._finished)

    def hurry(self) -> None:
        """Send at once what rests between attempts."""
        for post, timer in self._resting.items():
            timer.cancel()
            self._ready.append(post)
        self._resting.clear()
        self.pump()

    async def close(self) -> None:
        """Stop; what was not delivered is lost, as it is for an app whose subscription ends."""
        self._closed = True
        for timer in self._resting.values():
            timer.cancel()
        self._resting.clear()
        if self._gathering:
            self._gathering.cancel()
        for attempt in self._in_flight:
            attempt.cancel()
        await asyncio.gather(*self._in_flight, return_exceptions=True)

    def clear(self) -> None:
        """Forget what waits."""
        self._fresh.clear()
        self._ready.clear()
        for timer in self._resting.values():
            timer.cancel()
        self._resting.clear()

    def _gathered(self) -> bool:
        """Whether a batch may leave: at once, or when its companions had `batch_wait_s` to arrive."""
        wait_s = self.tuning.batch_wait_s
        if wait_s <= 0 or len(self._fresh) >= self.tuning.batch_max:
            return True
        if self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(wait_s, self._wait_over)
        return False

    def _wait_over(self) -> None:
        self._gathering = None
        if self._fresh and not self.paused:
            self._ready.append(self._gather())
        self.pump()

    def _gather(self) -> Post:
        count = min(len(self._fresh), self.tuning.batch_max)
        batch = [self._fresh.popleft() for _ in range(count)]
        body = self._encoded(batch)
        while len(body) > BODY_BYTES_MAX and len(batch) > 1:
            half = len(batch) // 2
            self._fresh.extendleft(reversed(batch[half:]))
            batch = batch[:half]
            body = self._encoded(batch)
        return Post(body, len(batch))

    def _encoded(self, batch: list[Update]) -> bytes:
        return wire.encode(wrap(batch, self.tuning.batch_shape, self._chance.delivery), self.tuning.body_encoding)

    async def _deliver(self, post: Post) -> None:
        post.attempt += 1
        code, took_s = await self.attempt(post.body, self.tuning.signature)
        self._ledger.add(
            "delivery",
            callback=self.callback.id,
            http_code=code,
            updates=post.updates,
            bytes=len(post.body),
            attempt=post.attempt,
            again=post.again,
            took_ms=round(took_s * 1000, 1),
        )
        if code != 200:
            self._rest(post)
        elif self._chance.happens(self.tuning.duplicate_rate):
            self._rest(Post(post.body, post.updates, again=True), self._chance.delivery.uniform(0, 1))

    async def attempt(self, body: bytes, mode: signature.Mode) -> tuple[int | None, float]:
        """Post once: the HTTP code or None, and how long it took."""
        headers = signature.headers(body, self.callback.app_secret, mode)
        headers["Content-Type"] = "application/json"
        began = time.monotonic()
        timeout = aiohttp.ClientTimeout(total=self.tuning.webhook_timeout_s)
        # aiohttp writes bytes in one go and warns about it above 1 MiB; a file it sends piece by piece.
        content = body if len(body) < 1_000_000 else io.BytesIO(body)
        try:
            async with self._http.post(
                self.callback.url, data=content, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                await answer.content.read(65_536)
                return answer.status, time.monotonic() - began
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None, time.monotonic() - began

    def _finished(self, attempt: asyncio.Task[None]) -> None:
        self._in_flight.discard(attempt)
        if not attempt.cancelled() and (problem := attempt.exception()):
            raise problem
        self.pump()

    def _rest(self, post: Post, pause_s: float | None = None) -> None:
        if self._closed:
            return
        if backoff.gives_up(time.monotonic() - post.began_at, self.tuning):
            self._drop(post.updates, "not accepted for too long")
            return
        if pause_s is None:
            pause_s = backoff.pause_s(post.attempt, self.tuning, self._chance.delivery.random())
        self._resting[post] = asyncio.get_running_loop().call_later(pause_s, self._rested, post)
        self._bound_posts()

    def _rested(self, post: Post) -> None:
        self._resting.pop(post, None)
        self._ready.append(post)
        self.pump()

    def _bound_posts(self) -> None:
        if len(self._ready) + len(self._resting) <= self._posts_max:
            return
        if self._resting:
            oldest = next(iter(self._resting))
            self._resting.pop(oldest).cancel()
        else:
            oldest = self._ready.popleft()
        self._drop(oldest.updates, "too many bodies wait")

    def _drop(self, updates: int, why: str) -> None:
        self.dropped += updates
        if self.dropped == updates or self.dropped % 1_000 == 0:
            self._ledger.add("note", what="webhooks.dropped", callback=self.callback.id, total=self.dropped, why=why)
