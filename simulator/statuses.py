"""What becomes of an accepted message: sent, delivered, read and played, in human time, or a failure."""

import asyncio
from random import Random

from simulator.chance import Chance
from simulator.clock import Clock
from simulator.customer import Customer, Habit, Sent
from simulator.ledger import Ledger
from simulator.number import Number
from simulator.tuning import Tuning
from simulator.webhooks import updates
from simulator.webhooks.deliverer import Deliverer

# Seconds after the step before, at speed 1: the network is quick, people are not.
SENT_S = (0.15, 0.6)
DELIVERED_S = (0.3, 1.5)
READ_S = (1.5, 6.0)
PLAYED_S = (3.0, 10.0)

# Past this many to come, which is minutes of Meta's fastest number, a status does not wait for its time.
PENDING_MAX = 500_000

Step = tuple[float, str]


def arrival(sent: Sent, habit: Habit, reads: bool, luck: Random) -> list[Step]:
    """What a phone with coverage reports: seconds from now and status."""
    at = luck.uniform(*DELIVERED_S)
    steps = [] if habit == "chat_open" else [(at, "delivered")]
    if reads:
        at += luck.uniform(*READ_S)
        steps.append((at, "read"))
        if sent.type == "audio":
            steps.append((at + luck.uniform(*PLAYED_S), "played"))
    return steps


def course(sent: Sent, customer: Customer, luck: Random) -> list[Step]:
    """All statuses of a message that was accepted now, for customers with coverage; reactions only get `sent`."""
    begun = 0.0 if customer.habit == "early" else luck.uniform(*SENT_S)
    match customer.habit:
        case "silent":
            return []
        case "dropped":
            return [(begun, "sent"), (begun + luck.uniform(*DELIVERED_S), "failed")]
        case "late_delivery":
            return [(begun, "failed"), (begun + luck.uniform(*DELIVERED_S), "delivered")]
        case "reversed":
            return [(begun, "read"), (begun + 0.5, "delivered"), (begun + 1.0, "sent")]
    steps = [(begun, "sent")]
    if sent.type != "reaction" and customer.online:
        steps += [(begun + after, state) for after, state in arrival(sent, customer.habit, customer.reads, luck)]
    if customer.habit == "thrice":
        steps = [(after + again * 0.2, state) for after, state in steps for again in range(3)]
    return steps


class Statuses:
    """Schedules statuses and lets them go."""

    def __init__(self, deliverer: Deliverer, clock: Clock, tuning: Tuning, chance: Chance, ledger: Ledger) -> None:
        self._deliverer = deliverer
        self._clock = clock
        self._tuning = tuning
        self._chance = chance
        self._ledger = ledger
        self._timers: set[asyncio.TimerHandle] = set()

    def begin(self, number: Number, customer: Customer, sent: Sent) -> None:
        """An accepted message sets off; without coverage at the other end it waits there."""
        for after_s, state in course(sent, customer, self._chance.delays):
            self.later(after_s, number, customer, sent, state, 131026 if state == "failed" else None)
        if not customer.online and sent.type != "reaction":
            customer.thread(number.id).waiting.append(sent)

    def fail(self, number: Number, customer: Customer, sent: Sent, code: int, details: str = "") -> None:
        """An accepted message turns out undeliverable a moment later."""
        after_s = self._chance.delays.uniform(*SENT_S)
        self.later(after_s, number, customer, sent, "failed", code, details)

    def back_online(self, number: Number, customer: Customer) -> None:
        """What waited for coverage arrives, in the order it was sent."""
        thread = customer.thread(number.id)
        after_s = 0.0
        if thread.waiting:
            customer.answered.set()
        while thread.waiting:
            sent = thread.waiting.popleft()
            for step_s, state in arrival(sent, customer.habit, customer.reads, self._chance.delays):
                self.later(after_s + step_s, number, customer, sent, state)
            after_s += 0.05

    def later(
        self,
        after_s: float,
        number: Number,
        customer: Customer,
        sent: Sent,
        state: str,
        code: int | None = None,
        details: str = "",
    ) -> None:
        """Let a status go after a while (seconds at speed 1)."""
        if after_s <= 0 or len(self._timers) >= PENDING_MAX:
            self.emit(number, customer, sent, state, code, details)
            return
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle

        def due() -> None:
            self._timers.discard(timer)
            self.emit(number, customer, sent, state, code, details)

        timer = loop.call_later(after_s / self._tuning.speed, due)
        self._timers.add(timer)

    def emit(
        self,
        number: Number,
        customer: Customer,
        sent: Sent,
        state: str,
        code: int | None = None,
        details: str = "",
        at: float | None = None,
    ) -> None:
        """Let a status go now, with the time it happened."""
        if at is None:
            at = self._clock.dated(self._clock.now(), self._tuning.webhook_time)
        sent.reach(state)
        self._ledger.add(
            "status",
            wamid=sent.wamid,
            status=state,
            number_id=number.id,
            customer_id=customer.id,
            callback_token=sent.callback_token,
            code=code,
        )
        self._deliverer.put(updates.status(number, customer, sent, state, at, code, details))

    @property
    def pending(self) -> int:
        """How many statuses are still to come by themselves."""
        return len(self._timers)

    def clear(self) -> None:
        """Forget what was to come."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
