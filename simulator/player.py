"""Lets customers live their scripts, and chat a little when answered after that."""

import asyncio
from random import Random

from simulator.chance import Chance
from simulator.customer import Customer
from simulator.ledger import Ledger
from simulator.number import Number
from simulator.pen import Pen
from simulator.steps import AwaitAnswer, Edit, LoseSignal, React, Repeat, Revoke, Step, Wait, Write
from simulator.tuning import Tuning
from simulator.world import World

PLAYING_MAX = 1_000
# Reading an answer and typing the next message, in seconds at speed 1.
TYPING_S = (6.0, 14.0)


class Player:
    """One running script per customer at most."""

    def __init__(self, world: World, pen: Pen, tuning: Tuning, chance: Chance, ledger: Ledger) -> None:
        self._world = world
        self._pen = pen
        self._tuning = tuning
        self._luck: Random = chance.stream("typing")
        self._ledger = ledger
        self._playing: dict[str, asyncio.Task[None]] = {}
        self._unpaused = asyncio.Event()
        self._unpaused.set()

    @property
    def playing(self) -> list[str]:
        """Whose script runs."""
        return list(self._playing)

    def start(self, customer: Customer, number: Number, after_s: float = 0.0) -> None:
        """Begin a customer's script, from the top if it was running."""
        self.stop(customer.id)
        if len(self._playing) >= PLAYING_MAX:
            raise ValueError(f"no more than {PLAYING_MAX} scripts at once")
        performance = asyncio.get_running_loop().create_task(self._play(customer, number, after_s))
        self._playing[customer.id] = performance
        performance.add_done_callback(lambda done: self._over(customer.id, done))

    def stop(self, customer_id: str) -> None:
        """End a script where it is."""
        if performance := self._playing.pop(customer_id, None):
            performance.cancel()

    async def stop_all(self) -> None:
        """End all scripts."""
        playing, self._playing = list(self._playing.values()), {}
        for performance in playing:
            performance.cancel()
        await asyncio.gather(*playing, return_exceptions=True)

    @property
    def paused(self) -> bool:
        """Whether everyone is held."""
        return not self._unpaused.is_set()

    def pause(self) -> None:
        """Hold everyone before their next step."""
        self._unpaused.clear()

    def resume(self) -> None:
        """Let everyone go on."""
        self._unpaused.set()

    def _over(self, customer_id: str, done: asyncio.Task[None]) -> None:
        if self._playing.get(customer_id) is done:
            del self._playing[customer_id]
        if not done.cancelled() and (problem := done.exception()):
            self._ledger.add("note", what="script.failed", customer_id=customer_id, why=str(problem))

    async def _play(self, customer: Customer, number: Number, after_s: float) -> None:
        await self._wait(after_s)
        place, rounds = 0, 0
        while place < len(customer.script):
            await self._unpaused.wait()
            step = customer.script[place]
            place += 1
            if not isinstance(step, Repeat):
                await self._do(step, customer, number)
            elif rounds < step.times:
                rounds += 1
                place = 0
        for line in customer.small_talk:
            await self._answered(customer, None)
            await self._wait(self._luck.uniform(*TYPING_S))
            await self._unpaused.wait()
            self._pen.write(customer, number, {"type": "text", "text": {"body": line}})

    async def _do(self, step: Step, customer: Customer, number: Number) -> None:
        match step:
            case Write():
                self._write(step, customer, number)
            case Wait():
                await self._wait(step.for_s)
            case AwaitAnswer():
                await self._answered(customer, step.for_s)
            case React():
                if customer.thread(number.id).received:
                    self._pen.react(customer, number, step.emoji)
            case Edit():
                self._pen.edit(customer, number, step.text)
            case Revoke():
                self._pen.revoke(customer, number)
            case LoseSignal():
                self._pen.lose_signal(customer)
                try:
                    await self._wait(step.for_s)
                finally:
                    self._pen.find_signal(customer, self._world.number)

    def _write(self, step: Write, customer: Customer, number: Number) -> None:
        customer.answered.clear()
        content = step.content
        if step.sample is not None:
            content = self._pen.sample(customer, number, step.sample)
        elif content is None:
            content = {"type": "text", "text": {"body": step.text or ""}}
        received = customer.thread(number.id).received
        quoted = received[-1].wamid if step.quote and received else None
        self._pen.write(customer, number, content, context_wamid=quoted, hours_ago=step.hours_ago)

    async def _answered(self, customer: Customer, for_s: float | None) -> None:
        timeout_s = None if for_s is None else for_s / self._tuning.speed
        try:
            await asyncio.wait_for(customer.answered.wait(), timeout_s)
        except TimeoutError:
            return
        customer.answered.clear()

    async def _wait(self, for_s: float) -> None:
        if for_s > 0:
            await asyncio.sleep(for_s / self._tuning.speed)
