"""`python -m shared.broker.dead list|show|replay|drop`: what a person can do about dead letters."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import orjson
import structlog
import typer
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from rich.console import Console
from rich.table import Table

from shared import datafolder
from shared.broker import Broker, BrokerUnavailable, DeadLetter, connect
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
    reveal: Annotated[bool, typer.Option(help="Print the bodies too: they hold messages and phone numbers.")] = False,
) -> None:
    """The oldest dead letters, without what anybody has written."""
    letters = _ask(lambda broker: broker.dead_letters(name, count))
    table = Table("buried", "reason", "attempts", "types", "bytes")
    for letter in letters:
        facts = (str(letter.attempts), _types(letter), str(len(letter.body)))
        table.add_row(rfc3339(letter.buried_at_ms), letter.reason, *facts)
    console.print(table)
    if reveal:
        for letter in letters:
            console.out(letter.body.decode(errors="backslashreplace"), highlight=False)


@app.command()
def replay(name: Name, count: Count = COUNT) -> None:
    """Give the oldest back to their queue: do it when what has failed is mended."""
    replayed = _ask(lambda broker: broker.replay(name, count))
    console.print(f"{replayed} given back to {TOPOLOGY.replays_to[name].name}")


@app.command()
def drop(name: Name, count: Count = COUNT, yes: Annotated[bool, typer.Option(help="Do not ask.")] = False) -> None:
    """Forget the oldest, for good."""
    if not yes:
        typer.confirm(f"Forget up to {count} of {name} for good?", abort=True)
    dropped = _ask(lambda broker: broker.drop(name, count))
    console.print(f"{dropped} forgotten")


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


def _types(letter: DeadLetter) -> str:
    """What kinds of events or commands it carries: the names are ours, and anything else is not shown."""
    kinds = Counter(_type(line) for line in letter.body.split(b"\n"))
    return ", ".join(f"{kind} x{count}" if count > 1 else kind for kind, count in kinds.most_common(5))


def _type(line: bytes) -> str:
    try:
        kind = orjson.loads(line)["type"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return "?"
    return kind if isinstance(kind, str) and re.fullmatch(r"[a-z_]{1,30}\.[a-z_]{1,30}", kind) else "?"


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    app()
