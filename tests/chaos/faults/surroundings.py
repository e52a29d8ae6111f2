"""What a process takes for granted: that names resolve, and that its clock is right."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from tests.chaos.fault import Cause, Fault, add, fault
from tests.chaos.names import missing as names_are_missing
from tests.chaos.process import Process
from tests.chaos.scene import Scene

FORGOTTEN_S = 12.0  # whoever looks a name up keeps the answer for ten seconds
CUT_EVERY_S = 1.0
SKEW_MINUTES = (2, 10)
NOTICED_S = 30.0


def nameless(host: str) -> Cause:
    """Its name does not resolve, and connections that are open end."""

    async def cause(scene: Scene) -> None:
        assert scene.names is not None
        scene.names.take_away(host)
        for _ in range(int(FORGOTTEN_S / CUT_EVERY_S)):
            for link in scene.to(host):
                link.cut()
            await scene.last(CUT_EVERY_S)
        scene.names.give_back()

    return cause


for each in ("graph", "rabbitmq", "redis"):
    add(Fault(f"DNS fails: {each}", nameless(each), missing=names_are_missing))


def library() -> Path | None:
    """What makes a process believe in another time."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


@fault("Clock wrong by minutes", times=2, missing=lambda: None if library() else "libfaketime is not installed")
async def clock_wrong(scene: Scene) -> str:
    """One process starts anew with a clock that is ahead or behind; what it measures with stays right."""
    name = scene.chance.choice(sorted(scene.processes))
    minutes = scene.chance.choice((-1, 1)) * scene.chance.randint(*SKEW_MINUTES)
    process = scene.processes[name]
    preloaded = ":".join(filter(None, [process.told.get("LD_PRELOAD"), str(library())]))
    process.tell(LD_PRELOAD=preloaded, FAKETIME=f"{60 * minutes:+d}", FAKETIME_DONT_FAKE_MONOTONIC="1")
    try:
        await again(scene, process)
        assert abs(await ahead_s(scene, process) - 60 * minutes) < NOTICED_S, "it knows what time it is"
        await scene.last()
    finally:
        process.tell()
        await again(scene, process)
    return f"{name}, {minutes:+d} min"


async def again(scene: Scene, process: Process) -> None:
    """Stop in good order, and start."""
    await process.stop()
    await process.start()
    await process.ready(scene.stack.http)


async def ahead_s(scene: Scene, process: Process) -> float:
    """By how much its clock is ahead of ours, by the date of its answers."""
    async with scene.stack.http.get(f"{process.url}/livez") as answer:
        return (parsedate_to_datetime(answer.headers["Date"]) - datetime.now(UTC)).total_seconds()
