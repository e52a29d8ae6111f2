"""What may go wrong, by name: one entry of this table is one row of docs/reliability.md.

To add a fault, put a function with `@fault` into a file of tests/chaos/faults; nothing else has to know of it.

    @fault("Redis killed and restarted", times=2)
    async def killed(scene: Scene) -> str | None:
        await asyncio.to_thread(scene.redis.kill)
        await asyncio.to_thread(scene.redis.start)
        return None                                  # or a few words on what was chosen, for the progress line

The function causes the fault while conversations go on, lets it last for `scene.span_s`, and heals it before it
returns. Whatever is chosen is chosen with `scene.chance`, so that the seed decides. Afterwards the run starts what is
dead and waits until a message of a customer reaches the browser again; the books are checked once, when all is over.
`times` is how often a long run has it; `missing` says in a few words why this machine cannot cause it, and the row is
then skipped loudly. `apart` is for what has to be asked for by name, because it needs more than an ordinary run has.
"""

import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.scene import Scene

Cause = Callable[[Scene], Awaitable[str | None]]
Missing = Callable[[], str | None]


def nothing_missing() -> str | None:
    """It can be caused anywhere."""
    return None


@dataclass(frozen=True, slots=True)
class Fault:
    """A row."""

    name: str
    cause: Cause
    times: int = 1
    missing: Missing = nothing_missing
    apart: bool = False


FAULTS: dict[str, Fault] = {}


def add(found: Fault) -> None:
    """One more row."""
    assert found.name not in FAULTS, found.name
    FAULTS[found.name] = found


def fault(
    name: str, *, times: int = 1, missing: Missing = nothing_missing, apart: bool = False
) -> Callable[[Cause], Cause]:
    """Put a function into the table."""

    def entered(cause: Cause) -> Cause:
        add(Fault(name, cause, times, missing, apart))
        return cause

    return entered


def every_fault() -> dict[str, Fault]:
    """The table, complete."""
    for path in sorted((Path(__file__).parent / "faults").glob("*.py")):
        importlib.import_module(f"tests.chaos.faults.{path.stem}")
    return dict(sorted(FAULTS.items()))
