"""Reads commands and brings each to one end: its event is published, it waits in the broker, or it is parked."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

from pydantic import ValidationError

from services.sender import spans
from services.sender.attempt import Attempts
from services.sender.books import Books
from services.sender.endings import Endings
from services.sender.gate import Gate
from services.sender.receipts import Receipts
from services.sender.refusal import Refusal
from services.sender.release import Release
from services.sender.sending import Sending
from services.sender.settings import SenderSettings
from services.sender.shares import Shares, Turns
from shared import tracing
from shared.broker import Delivery, Reject
from shared.broker.groupcommit import GroupCommit
from shared.broker.soundings import sounding
from shared.contract import commands
from shared.contract.commands import CredentialsChanged, MarkRead, MarkUnread, SendMessage
from shared.crowd import Ways
from shared.graph import Graph
from shared.process import Ground, now_ms
from shared.topology import CROWD, CROWD_AGAIN, EVENTS, SENDER

QUEUES = 3  # each with a room of its own, so that no crowd takes it from others


class Worker:
    """Hands each command to whoever knows what to do with it."""

    def __init__(self, sending: Sending, receipts: Receipts, release: Release) -> None:
        self._sending = sending
        self._receipts = receipts
        self.release = release

    async def handle_crowd(self, delivery: Delivery) -> None:
        """One delivery out of the crowd of its number."""
        await self.handle(delivery, in_crowd=True)

    async def handle(self, delivery: Delivery, *, in_crowd: bool = False) -> None:
        """One delivery, to its end."""
        try:
            command = commands.decode(delivery.body)
        except ValidationError:
            raise Reject("not a command") from None
        match command:
            case SendMessage() if tracing.on:
                with spans.handled(command, delivery):
                    await self._sending.send(command, delivery, in_crowd=in_crowd)
            case SendMessage():
                await self._sending.send(command, delivery, in_crowd=in_crowd)
            case MarkRead():
                await self._receipts.tell(command, delivery)
            case CredentialsChanged():
                await self.release.drain(command.workspace_id, command.number_id)
            case MarkUnread():
                pass  # Meta has no such thing


def assembled(ground: Ground, settings: SenderSettings, graph: Graph) -> Worker:
    """A worker and all that it works with."""
    waits = settings.redis_fsync_s_max > 0
    books = Books.opened(ground.redis, settings.rates, settings.broker_namespace, fsync=waits)
    endings = Endings(books, GroupCommit(ground.broker, EVENTS), now_ms)
    refusal = Refusal(books, endings, now_ms)
    shares, turns = Shares(settings.of_number_max), Turns(settings.of_crowd_max)
    attempts = Attempts(graph, books, endings, refusal, Gate(settings.rates), ground.stopping, now_ms)
    return Worker(
        Sending(settings, ground.registry, books, endings, refusal, attempts, shares, turns, ground.stopping, now_ms),
        Receipts(ground.registry, graph, books, shares, now_ms),
        Release(ground.registry, books, endings, Ways(ground.redis, ground.broker), now_ms),
    )


@asynccontextmanager
async def running(ground: Ground, settings: SenderSettings) -> AsyncIterator[None]:
    """Send for as long as the block runs; on leaving, what is in hand is finished."""
    async with Graph(
        settings.graph_url,
        settings.graph_version,
        deadline_s=settings.graph_deadline_s,
        connections_max=QUEUES * settings.in_hand_max,
    ) as graph:
        worker = assembled(ground, settings, graph)
        async with (
            _beside(
                worker.release.sweeping(settings.parked_sweep_s, ground.stopping),
                sounding(ground.broker, ground.stopping),
            ),
            ground.broker.consuming(SENDER, worker.handle, concurrency=settings.in_hand_max),
            ground.broker.consuming(CROWD, worker.handle_crowd, concurrency=settings.in_hand_max),
            ground.broker.consuming(CROWD_AGAIN, worker.handle, concurrency=settings.in_hand_max),
        ):
            yield


@asynccontextmanager
async def _beside(*works: Coroutine[None, None, None]) -> AsyncIterator[None]:
    # A failure of the sweep ends the block, and so the process: parked sends must not wait for ever in silence.
    try:
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(work) for work in works]
            try:
                yield
            finally:
                for work in running:
                    work.cancel()
                await asyncio.wait(running)
    except BaseExceptionGroup as failures:
        if len(failures.exceptions) == 1:
            raise failures.exceptions[0] from None
        raise
