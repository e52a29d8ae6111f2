"""One run: conversations go on while one fault after another happens; then everything has to agree."""

import asyncio
import time
import traceback
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import aiohttp

from demo.door import Refused
from tests.chaos.checker import Violation, violations
from tests.chaos.installation import installation
from tests.chaos.ledgers import of_browser, of_meta, of_state
from tests.chaos.load import Load
from tests.chaos.logs import dumped, leaks, overheard
from tests.chaos.plan import Step
from tests.chaos.result import Result, Row, say
from tests.chaos.scene import Scene
from tests.chaos.witness import Witness
from tests.real.server import Server
from tests.real.waiting import PATIENCE, until

FAULT_S_MAX = 120.0 * PATIENCE
# No measure: on a machine where Python takes half a minute to start, a connection to RabbitMQ may have as much again.
RECOVERED_S_MAX = 120.0 * PATIENCE
SETTLED_S_MAX = 60.0 * PATIENCE
# A send that was refused four times waits for a minute; the next step, five minutes, no fault lasts long enough for.
BALANCED_S_MAX = 150.0 * PATIENCE
LOOK_S = 0.5


class Run:
    """Never fails by itself: whatever is wrong is in its result."""

    def __init__(self, seed: int, scene: Scene, load: Load, witnesses: Sequence[Witness], result: Result) -> None:
        self._scene = scene
        self._load = load
        self._witnesses = witnesses
        self._result = result
        self._began_s = asyncio.get_running_loop().time()

    async def caused(self, step: Step) -> None:
        """One fault, its end, and the way back to ordinary life."""
        await asyncio.sleep(step.pause_s)
        row = Row(step.fault.name, began_s=self._now_s())
        before, clicked = list(self._load.written), len(self._load.clicks)
        self._scene.chance, self._scene.span_s = Random(step.luck), step.span_s
        try:
            async with asyncio.timeout(FAULT_S_MAX):
                row.detail = await step.fault.cause(self._scene) or ""
        except Exception:  # a fault that cannot be caused is a finding too
            self._result.wrong("stuck", f"{step.fault.name}: {traceback.format_exc(limit=-2)}")
        try:
            await self._scene.mend()
        except Exception:
            self._result.wrong("stuck", f"after {step.fault.name}: {traceback.format_exc(limit=-2)}")
        row.took_s = round(self._now_s() - row.began_s, 1)
        try:
            async with asyncio.timeout(RECOVERED_S_MAX):
                await asyncio.gather(self._load.probe(), self._scene.ready())
                await self._load.all_there(before)
        except TimeoutError:
            self._result.wrong("stuck", f"not as before {RECOVERED_S_MAX:.0f} s after {step.fault.name}")
        row.recovered_s = round(max(0.0, self._now_s() - row.began_s - row.took_s), 2)
        await overheard(self._scene)
        row.written, row.clicked = len(self._load.written) - len(before), len(self._load.clicks) - clicked
        self._result.rows.append(row)
        say(f"{self._now_s():6.1f} s  {row}")

    async def balanced(self) -> None:
        """Wait until Meta has nothing left to say, and then until all agree; what does not is noted."""
        parts = self._scene.simulator.parts
        try:
            await until(lambda: parts.deliverer.idle and not parts.statuses.pending, SETTLED_S_MAX)
        except TimeoutError:
            self._result.wrong("stuck", f"webhooks are refused {SETTLED_S_MAX:.0f} s after the last fault")
        deadline_s = self._now_s() + BALANCED_S_MAX
        while found := await self._differences():
            if self._now_s() > deadline_s or all(each.is_final for each in found):
                break
            await asyncio.sleep(LOOK_S)
        for each in found:
            self._result.wrong(each.kind, self._told(each))
        for answer in sorted(set(self._load.odd)):
            self._result.wrong("refused", f"{self._load.odd.count(answer)} times: {answer}")
        self._scene.dead()
        for name in self._scene.crashed:
            self._result.wrong("crashed", f"{name} ended by itself")
        for name in [*await dumped(self._scene), *leaks(self._scene, self._load.people)]:
            self._result.wrong("leaked", name)
        self._count()

    async def _differences(self) -> list[Violation]:
        meta = of_meta(self._scene.simulator, self._scene.shop.number_id)
        try:
            shown = await of_state(self._scene.shop)
        except (aiohttp.ClientError, OSError, TimeoutError, Refused) as error:
            return [Violation("lost", f"chat state cannot be read: {type(error).__name__}")]
        return violations(self._load.clicks.values(), meta, shown, [of_browser(each) for each in self._witnesses])

    def _told(self, found: Violation) -> str:
        """With the fault in whose time it was said; ids stay here, because they are the simulator's own."""
        click = self._load.clicks.get(found.about)
        at_s = click.at_s if click else self._load.written.get(found.about)
        if at_s is None:
            return f"{found.what} ({found.about})" if found.about else found.what
        at_s -= self._began_s
        during = [row.fault for row in self._result.rows if row.began_s - 1 <= at_s <= row.began_s + row.took_s + 1]
        return f"{found.what} ({found.about}, said at {at_s:.1f} s: {', '.join(during) or 'between faults'})"

    def _count(self) -> None:
        ledger, load = self._scene.simulator.ledger, self._load
        state = self._witnesses[0].state.messages.values()
        ends = [str(each.get("status")) for thread in state for each in thread.values() if each.get("status")]
        refused = [each for each in ledger.records("delivery") if each["http_code"] != 200]
        self._result.counts = {
            "written": len(load.written),
            "clicked": len(load.clicks),
            "accepted": sum(ledger.accepted_by_callback.get(each, 0) for each in load.clicks),
            "left to a person": ends.count("unknown"),
            "failed": ends.count("failed"),
            "webhooks": ledger.totals["delivery"],
            "webhooks refused": len(refused),
            "changes": sum(len(each.heard) for each in self._witnesses),
            "snapshots": sum(each.snapshots for each in self._witnesses),
        }

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time() - self._began_s


async def run(seed: int, steps: Iterable[Step], rabbitmq: Server, redis: Server, folder: Path) -> Result:
    """From the first message to the last comparison."""
    result, began_s = Result(seed), time.monotonic()
    plan = result.possible(steps)
    say(f"seed {seed}: {len(plan)} faults")
    async with AsyncExitStack() as opened:
        scene = await opened.enter_async_context(installation(rabbitmq, redis, folder))
        live = await opened.enter_async_context(Witness(scene.shop, "socket"))
        pull = await opened.enter_async_context(Witness(scene.shop, "pull", pulls=True))
        load = Load(scene, live, seed)
        running = Run(seed, scene, load, (live, pull), result)
        async with load.flowing():
            for step in plan:
                await running.caused(step)
        await running.balanced()
    result.took_s = round(time.monotonic() - began_s, 1)
    return result
