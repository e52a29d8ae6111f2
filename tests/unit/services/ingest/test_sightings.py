"""The registry hears of webhooks seldom, and of the first unsigned one at once."""

import asyncio

from redis.exceptions import ConnectionError as RedisConnectionError

from services.ingest.sightings import Sightings
from shared.contract.ids import WorkspaceId
from tests.real.waiting import until

W, V = WorkspaceId("w"), WorkspaceId("v")
Note = tuple[WorkspaceId, int, int]


class Notebook:
    """A registry that only remembers what it was told; while `away`, not even that."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.away = False

    async def note_webhook(self, workspace_id: WorkspaceId, at_ms: int, unsigned: int) -> None:
        """Write it down."""
        if self.away:
            raise RedisConnectionError
        self.notes.append((workspace_id, at_ms, unsigned))


class Clock:
    """A time that moves when told to."""

    def __init__(self) -> None:
        self.ms = 1_000_000

    def now_ms(self) -> int:
        """What it shows."""
        return self.ms


async def turn() -> None:
    """Let what was begun happen."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_each_workspace_is_noted_once_a_minute() -> None:
    """The first webhook at once, the others with the next note."""
    notebook, clock = Notebook(), Clock()
    sightings = Sightings(notebook, clock.now_ms)
    for workspace_id in (W, V, W, W, V):
        sightings.saw(workspace_id, unsigned=False)
    await turn()
    assert [(W, 1_000_000, 0), (V, 1_000_000, 0)] == notebook.notes

    clock.ms += 60_000
    sightings.saw(W, unsigned=False)
    await turn()
    assert [(W, 1_060_000, 0)] == notebook.notes[2:]
    await sightings.close()


async def test_the_first_unsigned_one_is_noted_at_once_and_the_others_are_counted() -> None:
    """Somebody is looking at the doctor right now."""
    notebook, clock = Notebook(), Clock()
    sightings = Sightings(notebook, clock.now_ms)
    sightings.saw(W, unsigned=False)
    await turn()
    for _ in range(3):
        sightings.saw(W, unsigned=True)
        await turn()
    assert [(W, 1_000_000, 0), (W, 1_000_000, 1)] == notebook.notes

    await sightings.close()
    assert [(W, 1_000_000, 2)] == notebook.notes[2:]


async def test_what_comes_last_is_noted_though_nothing_follows() -> None:
    """A timer tells what the last minute has seen."""
    notebook, clock = Notebook(), Clock()
    sightings = Sightings(notebook, clock.now_ms, every_ms=20)
    sightings.saw(W, unsigned=False)
    clock.ms += 5
    sightings.saw(W, unsigned=False)
    await until(lambda: len(notebook.notes) == 2)

    assert (W, 1_000_005, 0) == notebook.notes[1]
    await sightings.close()


async def test_a_store_that_is_away_loses_no_count() -> None:
    """Nobody waits for it, and the next note carries all."""
    notebook, clock = Notebook(), Clock()
    sightings = Sightings(notebook, clock.now_ms)
    notebook.away = True
    sightings.saw(W, unsigned=True)
    await turn()
    notebook.away = False
    clock.ms += 60_000
    sightings.saw(W, unsigned=True)
    await turn()

    assert [(W, 1_060_000, 2)] == notebook.notes
    await sightings.close()
