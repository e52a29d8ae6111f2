"""A day at the inbox: everything that goes on at the same time, from moving in until somebody ends it."""

import asyncio
import os
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import aiohttp
from rich.console import Console

from demo import folders, wording
from demo.agent import Agent
from demo.encore import Encore
from demo.following import Following
from demo.happenings import happenings, summary
from demo.household import Household, household
from demo.lines import Lines
from demo.moving_in import Desk, moved_in
from demo.options import Options
from demo.screen import Screen
from demo.state import State, Value
from demo.welcome import Welcome

FOLDER = "demo"  # in the data folder, so that a real installation beside it is left alone


async def day(options: Options) -> None:
    """Return when the time is up; ChildEnded when a process has ended by itself."""
    began_s = time.monotonic()
    folder = Path(os.environ.get("INBOX_DATA_DIR") or ".data") / FOLDER
    async with folders.held(folder), aiohttp.ClientSession() as http, household(os.environ, folder, http) as found:
        began_at = wording.now()
        desk = await moved_in(found, folder)
        counts: Counter[str] = Counter()
        opened_s = time.monotonic()
        welcome = Welcome(desk.door, found.public_url)
        await welcome.begin()
        header = _header(found, folder, welcome.link, opened_s - began_s)
        try:
            async with asyncio.timeout(options.for_s) as limit:
                await _shown(options, found, desk, welcome, counts, header, began_at)
        except TimeoutError:
            if not limit.expired():
                raise
        finally:
            print(summary(counts, time.monotonic() - opened_s), flush=True)


async def _shown(
    options: Options,
    found: Household,
    desk: Desk,
    welcome: Welcome,
    counts: Counter[str],
    header: list[str],
    began_at: datetime,
) -> None:
    state = State()
    console = Console()
    is_plain = options.plain or not console.is_terminal
    view = Lines(sys.stdout, header) if is_plain else Screen(console, header, state)
    encore = Encore(found.simulator)

    def hear(changes: list[Value], held: State = state) -> None:
        for happening in happenings(held, changes):
            counts[happening.kind] += 1
            view.tell(happening.text)
            if happening.kind == "in":
                encore.heard()

    def used(link: str) -> None:
        header[0] = _way_in(link)
        view.tell("somebody has come in" if not is_plain else f"somebody has come in; for another browser: {link}")

    following = Following(desk.door, desk.token, desk.number_id, state, hear)
    agent = Agent(desk.door, desk.number_id, state, view.tell, since=began_at, watched=lambda: welcome.visited)
    await following.begin()
    # Who wrote while we moved in is news as well.
    hear(state.since(began_at), State(conversations=state.conversations))
    async with asyncio.TaskGroup() as together:
        for child in found.children:
            together.create_task(child.watch())
        together.create_task(following.run())
        together.create_task(agent.run())
        together.create_task(encore.run())
        together.create_task(welcome.run(used))
        together.create_task(view.run(lambda: (agent.opened, agent.typing)))


def _header(found: Household, folder: Path, link: str, took_s: float) -> list[str]:
    return [
        _way_in(link),
        f"be a customer: {found.simulator.url}   API docs: {found.public_url}/docs",
        f"ready in {took_s:.1f} s; data, logs and this view's API token are in {folder}",
    ]


def _way_in(link: str) -> str:
    return f"open the inbox: {link}"
