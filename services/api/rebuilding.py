"""A rebuild at a terminal: what it needs, how far it has got, and how it ended."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from services.api.projector import ProjectorSettings
from services.api.rebuild import Pass, Rebuild, Tally
from shared import process
from shared.settings import SettingsError, load
from shared.week import Week

PERCENT_STEP = 10  # between two lines where there is no terminal

_WORDS: dict[Pass, str] = {"recall": "what was asked and erased", "apply": "all that happened"}


class Bar:
    """For a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._shown: TaskID | None = None

    def begin(self, step: Pass, total: int, done: int) -> None:
        """A bar for each pass."""
        self._shown = self._progress.add_task(_WORDS[step], total=total, completed=done)

    def advance(self, count: int) -> None:
        """Move it."""
        assert self._shown is not None
        self._progress.advance(self._shown, count)


class Lines:
    """For a log: a line now and then."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._step: Pass = "recall"
        self._total = self._done = self._told = 0

    def begin(self, step: Pass, total: int, done: int) -> None:
        """What comes now."""
        self._step, self._total, self._done, self._told = step, total, done, 100 * done // max(1, total)
        self._console.print(f"{_WORDS[step]}: {done} of {total}")

    def advance(self, count: int) -> None:
        """Every so many percent."""
        self._done += count
        percent = 100 * self._done // max(1, self._total)
        if percent // PERCENT_STEP > self._told // PERCENT_STEP:
            self._told = percent
            self._console.print(f"{_WORDS[self._step]}: {self._done} of {self._total}")


@contextmanager
def shown(console: Console) -> Iterator[Bar | Lines]:
    """How far it has got, for whoever looks."""
    if not console.is_terminal:
        yield Lines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        yield Bar(progress)


async def main(since: str | None) -> None:
    """Rebuild, until it is done or somebody stops it."""
    await process.apart(_rebuilt(_week(since)))


async def _rebuilt(week: Week | None) -> None:
    settings = load(ProjectorSettings)
    if settings.amqp_url is None:
        raise SettingsError("INBOX_AMQP_URL: the embedded broker has no archive, so there is nothing to rebuild from")
    console = Console(highlight=False)
    async with process.ground(settings) as ground:
        assert ground.broker.archive is not None
        with shown(console) as headway:
            tally = await Rebuild(ground, ground.broker.archive, headway).run(week)
    console.print(_told(tally))


def _week(since: str | None) -> Week | None:
    if since is None:
        return None
    try:
        return Week.parse(since)
    except ValueError as error:
        raise SettingsError(f"--from: {error}") from None


def _told(tally: Tally) -> str:
    if not tally.ended:
        return "stopped: run it again, and it goes on from here"
    span = f"{tally.weeks[0]} to {tally.weeks[-1]}" if tally.weeks else "no week"
    skipped = f"; {tally.buried} could not be applied, as when they first came" if tally.buried else ""
    return f"rebuilt from {span}: {tally.bodies} deliveries{skipped}"
