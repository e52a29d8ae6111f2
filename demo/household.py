"""The two processes of a demo: the simulator, and the whole inbox in one."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from demo import ports
from demo.children import Child, running
from demo.door import Door

READY_S_MAX = 60.0  # a slow machine, and a store with much in it; two seconds are usual
# Whatever else the shell has set for a real installation must not lead the demo to real servers or to Meta.
KEPT = frozenset(("INBOX_HOST", "INBOX_PUBLIC_URL", "INBOX_ALLOWED_ORIGINS", "INBOX_LOG_LEVEL"))


@dataclass(frozen=True)
class Household:
    """Both are ready."""

    inbox: Door
    simulator: Door
    public_url: str
    children: tuple[Child, Child]


def environments(given: Mapping[str, str], folder: Path, inbox: int, simulator: int) -> tuple[dict[str, str], ...]:
    """What the two are told: the inbox, then the simulator."""
    plain = {name: value for name, value in given.items() if not name.startswith(("INBOX_", "SIMULATOR_"))}
    kept = {name: value for name, value in given.items() if name in KEPT}
    told = {
        "INBOX_LOG_LEVEL": "warning",
        "INBOX_SIGNUP": "open",  # whoever reaches this machine's loopback may look around
        "INBOX_EXTENSION_IDS": "*",
        **kept,
        "INBOX_PORT": str(inbox),
        "INBOX_DATA_DIR": str(folder),
        "INBOX_GRAPH_URL": f"http://{ports.HOST}:{simulator}",
    }
    dials = {name: value for name, value in given.items() if name.startswith("SIMULATOR_")}
    seen = kept.get("INBOX_PUBLIC_URL") or f"http://{ports.HOST}:{inbox}"  # where the simulator's page leads to
    meta = {"SIMULATOR_CAST": "demo", "SIMULATOR_INBOX_URL": seen, **plain, **dials, "SIMULATOR_PORT": str(simulator)}
    return {**plain, **told}, meta


@asynccontextmanager
async def household(given: Mapping[str, str], folder: Path, http: aiohttp.ClientSession) -> AsyncIterator[Household]:
    """Both running and ready; ended in an order in which what is under way can still be finished."""
    inbox_port = ports.chosen(given.get("INBOX_PORT"), ports.INBOX)
    simulator_port = ports.chosen(given.get("SIMULATOR_PORT"), ports.SIMULATOR)
    of_inbox, of_simulator = environments(given, folder, inbox_port, simulator_port)
    async with AsyncExitStack() as stack:
        meta = await stack.enter_async_context(
            running("the simulator", "simulator", of_simulator, folder / "simulator.log")
        )
        product = await stack.enter_async_context(running("the inbox", "services", of_inbox, folder / "inbox.log"))
        inbox = Door(http, f"http://{ports.HOST}:{inbox_port}")
        simulator = Door(http, f"http://{ports.HOST}:{simulator_port}")
        public_url = given.get("INBOX_PUBLIC_URL") or inbox.url
        found = Household(inbox, simulator, public_url, (product, meta))
        await _ready(found)
        yield found


async def _ready(found: Household) -> None:
    """Both answer; ChildEnded when one of them gives up instead."""

    async def opening() -> None:
        await asyncio.gather(found.inbox.until_open("/readyz"), found.simulator.until_open("/readyz"))

    waits = [asyncio.ensure_future(wait) for wait in (opening(), *(child.watch() for child in found.children))]
    try:
        async with asyncio.timeout(READY_S_MAX):
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in done:
            wait.result()
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
