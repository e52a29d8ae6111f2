"""`python -m shared.broker.dead list|show|replay|drop`: what a person can do about dead letters."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import structlog
import typer
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from rich.console import Console
from rich.table import Table

from shared import datafolder
from shared.broker import Broker, BrokerUnavailable, DeadLetter, connect
from shared.broker.letters import kinds, redacted
from shared.contract.clock import rfc3339
from shared.settings import PREFIX, AmqpUrl, RedisUrl, SettingsError, load
from shared.topology import TOPOLOGY

ANSWER_S_MAX = 5.0
COUNT = 20
COUNT_MAX = 10_000  # each is held in memory while it is looked at

Answer = TypeVar("Answer")


def _known(name: str) -> str:
    if name not in TOPOLOGY.replays_to:
        raise typer.BadParameter(f"one of {', '.join(TOPOLOGY.replays_to)}")
    return name


Name = Annotated[str, typer.Argument(callback=_known, help="Whose dead letters: " + ", ".join(TOPOLOGY.replays_to))]
Count = Annotated[int, typer.Option(min=1, max=COUNT_MAX, help="The oldest so many.")]

Letter = Annotated[str | None, typer.Option("--id", help="The one of this id, as `show` tells it.")]
Everything = Annotated[bool, typer.Option("--all", help="All that are there now.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console()


class Settings(BaseSettings):
    """Where the broker is."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    amqp_url: AmqpUrl = Field(default=None, repr=False)
    redis_url: RedisUrl | None = Field(default=None, repr=False)
    broker_namespace: str = ""


@app.command("list")
def list_all() -> None:
    """How many dead letters there are."""
    table = Table("dead letters", "count", "oldest", "its reason")
    for name, count, oldest in _ask(_overview):
        table.add_row(name, str(count), *([rfc3339(oldest.buried_at_ms), oldest.reason] if oldest else []))
    console.print(table)


async def _overview(broker: Broker) -> list[tuple[str, int, DeadLetter | None]]:
    rows: list[tuple[str, int, DeadLetter | None]] = []
    for name in TOPOLOGY.replays_to:
        count = await broker.backlog(name)  # first: what is being looked at is not counted
        oldest = await broker.dead_letters(name, 1)
        rows.append((name, count, oldest[0] if oldest else None))
    return rows


@app.command()
def show(
    name: Name,
    count: Count = COUNT,
    letter: Letter = None,
    whole: Annotated[bool, typer.Option(help="Print the bodies too: they hold messages and phone numbers.")] = False,
) -> None:
    """The oldest dead letters, or one of them with the shape of its body: without what anybody has written."""
    letters = _ask(lambda broker: broker.dead_letters(name, count if letter is None else COUNT_MAX))
    shown = [one for one in letters if letter in (None, one.id)]
    if letter is not None and not shown:
        raise SystemExit(f"{name} has no dead letter {letter}")
    table = Table("id", "buried", "reason", "attempts", "kinds", "bytes")
    for one in shown:
        facts = (str(one.attempts), kinds(one), str(len(one.body)))
        table.add_row(one.id, rfc3339(one.buried_at_ms), one.reason, *facts)
    console.print(table)
    for one in shown:
        if whole:
            console.out(one.body.decode(errors="backslashreplace"), highlight=False)
        elif letter is not None:
            console.out("\n".join(redacted(one.body)), highlight=False)


@app.command()
def replay(name: Name, count: Count = COUNT, letter: Letter = None, everything: Everything = False) -> None:
    """Give the oldest, one or all back to their queue: do it when what has failed is mended."""
    replayed = _ask(lambda broker: broker.replay(name, _reach(count, letter, everything), letter))
    if letter is not None and not replayed:
        raise SystemExit(f"{name} has no dead letter {letter}")
    console.print(f"{replayed} given back to {TOPOLOGY.replays_to[name].name}")


@app.command()
def drop(
    name: Name,
    count: Count = COUNT,
    letter: Letter = None,
    everything: Everything = False,
    yes: Annotated[bool, typer.Option(help="Do not ask.")] = False,
) -> None:
    """Forget the oldest, one or all, for good."""
    if not yes:
        which = letter or ("all" if everything else f"up to {count}")
        typer.confirm(f"Forget {which} of {name} for good?", abort=True)
    dropped = _ask(lambda broker: broker.drop(name, _reach(count, letter, everything), letter))
    if letter is not None and not dropped:
        raise SystemExit(f"{name} has no dead letter {letter}")
    console.print(f"{dropped} forgotten")


def _reach(count: int, letter: str | None, everything: bool) -> int:
    """Among how many of the oldest to look; both brokers stop at what was there when they were asked."""
    return sys.maxsize if everything or letter is not None else count


def _ask(question: Callable[[Broker], Awaitable[Answer]]) -> Answer:
    try:
        return asyncio.run(_answer(load(Settings), question))
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    except (BrokerUnavailable, TimeoutError) as error:
        raise SystemExit(f"the broker does not answer ({str(error) or type(error).__name__})") from None


async def _answer(settings: Settings, question: Callable[[Broker], Awaitable[Answer]]) -> Answer:
    if settings.amqp_url is not None or settings.redis_url is not None:
        return await _answer_at(settings.redis_url or "", settings, question)
    async with datafolder.store_reached() as url:  # the all-in-one process, which names neither
        return await _answer_at(url, settings, question)


async def _answer_at(redis_url: str, settings: Settings, question: Callable[[Broker], Awaitable[Answer]]) -> Answer:
    async with connect(settings.amqp_url, redis_url, namespace=settings.broker_namespace) as broker:
        async with asyncio.timeout(ANSWER_S_MAX):
            while True:
                try:
                    await broker.ready()
                    break
                except BrokerUnavailable:
                    await asyncio.sleep(0.1)
        return await question(broker)


if __name__ == "__main__":
    # Whoever asks hears the answer alone, not what libraries and we say to a log.
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    logging.disable(logging.CRITICAL)
    app()
