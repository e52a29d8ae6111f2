"""Many small publishes in few broker messages: while confirms are in flight the next lines gather."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from shared import tracing
from shared.broker import traced
from shared.broker.door import Broker, BrokerUnavailable
from shared.broker.lateness import AHEAD_S, LATE_S, Lateness
from shared.topology import BATCH_BYTES_MAX, BATCH_EVENTS_MAX, Exchange
from shared.tracing import Context

log = structlog.get_logger(__name__)

Told = Callable[[BrokerUnavailable | None], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be in one message, in flight, and waiting."""

    lines_max: int = BATCH_EVENTS_MAX
    bytes_max: int = BATCH_BYTES_MAX
    in_flight_max: int = 2  # more is no faster: a confirm costs one fsync, whatever it covers
    buffer_lines_max: int = 100_000
    buffer_bytes_max: int = 64 * 1024 * 1024  # sixteen webhooks of the largest size Meta's door takes
    late_s: float = LATE_S
    # Behind a late confirm so many may wait for it, two seconds of the busiest number: most such brokers come back.
    late_lines_max: int = 5_000
    late_bytes_max: int = 4 * 1024 * 1024
    ahead_s: float = AHEAD_S
    answer_s_max: float = 4.0  # so that ingest's 503 is out within 5 s


class _Waiter:
    """One `add`, answered when the last message that carries a line of it is confirmed."""

    __slots__ = ("_told", "parents", "parts")

    def __init__(self, told: Told, parents: Sequence[Context]) -> None:
        self._told: Told | None = told
        self.parents = parents
        self.parts = 0

    def confirmed(self) -> None:
        self.parts -= 1
        if self.parts == 0:
            self._tell(None)

    def failed(self, reason: str) -> None:
        self._tell(BrokerUnavailable(reason))

    def _tell(self, failure: BrokerUnavailable | None) -> None:
        told, self._told = self._told, None
        if told is not None:
            told(failure)


@dataclass(slots=True)
class _Message:
    """Lines that travel together, and who waits for them."""

    lines: list[bytes]
    waiters: list[_Waiter]
    since_s: float  # when the first of them came
    size: int = 0


class GroupCommit:
    """Gathers lines for one exchange; whoever reads it splits each message body on newlines."""

    def __init__(self, broker: Broker, exchange: Exchange, *, limits: Limits | None = None) -> None:
        self._broker = broker
        self._exchange = exchange
        self._limits = limits or Limits()
        self._gathered: deque[_Message] = deque()
        self._lines = 0
        self._bytes = 0
        self._in_flight = Lateness[asyncio.Task[None]](self._limits.late_s, self._limits.ahead_s)
        self._start_is_due = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def add(self, lines: Sequence[bytes], parents: Sequence[Context] = ()) -> None:
        """Return when every line is confirmed; raise BrokerUnavailable when that is not known, and soon.

        `parents` is what they come from, for traces.
        """
        if not lines:
            return
        answer = asyncio.get_running_loop().create_future()

        def told(failure: BrokerUnavailable | None) -> None:
            if answer.done():
                return
            if failure is None:
                answer.set_result(None)
            else:
                answer.set_exception(failure)

        self.add_soon(lines, told, parents)
        await answer

    def add_soon(self, lines: Sequence[bytes], told: Told, parents: Sequence[Context] = ()) -> None:
        """The same for who does not wait: `told` is called once, not from within, and must not raise.

        BrokerUnavailable is raised where it is known at once; then nobody is told. There must be a line.
        """
        size = sum(map(len, lines)) + len(lines)
        loop = self._loop or self._in_loop()
        now_s = loop.time()
        self._refuse_if_late_or_full(len(lines), size, now_s)
        self._gather(lines, _Waiter(told, parents), now_s)
        if not self._start_is_due:
            # Not at once, so that all who add in this turn of the loop travel together.
            self._start_is_due = True
            loop.call_soon(self._start)

    def _in_loop(self) -> asyncio.AbstractEventLoop:
        # Kept, because to ask for it is a question to the system before Python 3.12.
        self._loop = loop = asyncio.get_running_loop()
        return loop

    def _refuse_if_late_or_full(self, lines: int, size: int, now_s: float) -> None:
        limits, waiting, held = self._limits, self._lines + lines, self._bytes + size
        if self._in_flight.is_silent(now_s) and (
            self._in_flight.failing or waiting > limits.late_lines_max or held > limits.late_bytes_max
        ):
            raise BrokerUnavailable("a confirm is late")
        if waiting > limits.buffer_lines_max or held > limits.buffer_bytes_max:
            raise BrokerUnavailable("too much is waiting")

    def _gather(self, lines: Sequence[bytes], waiter: _Waiter, now_s: float) -> None:
        message = self._gathered[-1] if self._gathered else None
        part: _Message | None = None
        for line in lines:
            size = len(line) + 1
            if message is None or not self._fits(message, size):
                message = _Message([], [], now_s)
                self._gathered.append(message)
            if message is not part:
                part = message
                waiter.parts += 1
                message.waiters.append(waiter)
            message.lines.append(line)
            message.size += size
            self._bytes += size
        self._lines += len(lines)

    def _fits(self, message: _Message, size: int) -> bool:
        return len(message.lines) < self._limits.lines_max and message.size + size <= self._limits.bytes_max

    def _start(self) -> None:
        self._start_is_due = False
        loop = asyncio.get_running_loop()
        # After a failure one message goes alone, to find out whether the broker is back.
        in_flight_max = 1 if self._in_flight.failing else self._limits.in_flight_max
        while self._gathered and len(self._in_flight) < in_flight_max:
            message = self._gathered.popleft()
            self._lines -= len(message.lines)
            self._bytes -= message.size
            publishing = loop.create_task(self._publish(message))
            self._in_flight.begin(publishing, loop.time())
            publishing.add_done_callback(self._published)

    async def _publish(self, message: _Message) -> None:
        body = b"\n".join(message.lines)
        try:
            async with asyncio.timeout_at(message.since_s + self._limits.answer_s_max):
                if tracing.on:
                    parents = (parent for waiter in message.waiters for parent in waiter.parents)
                    await traced.publish(self._broker, self._exchange, body, parents, lines=len(message.lines))
                else:
                    await self._broker.publish(self._exchange, body)
        except BaseException as error:
            # Each waiter gets an ordinary error, also for a cancellation: theirs is not what was cancelled.
            self._fail(message, type(error).__name__)
            if not isinstance(error, BrokerUnavailable | TimeoutError):
                raise
        else:
            self._in_flight.failing = False
            for waiter in message.waiters:
                waiter.confirmed()

    def _fail(self, message: _Message, reason: str) -> None:
        """Whoever gathered behind a failure shares it: waiting for one more would take each beyond its time."""
        if not self._in_flight.failing:
            log.warning("publish.failed", exchange=self._exchange.name, error=reason)
        self._in_flight.failing = True
        failed = [message, *self._gathered]
        self._gathered.clear()
        self._lines = self._bytes = 0
        for one in failed:
            for waiter in one.waiters:
                waiter.failed(reason)

    def _published(self, publishing: "asyncio.Task[None]") -> None:
        self._in_flight.end(publishing)
        if self._gathered:
            self._start()
