"""Lets parked sends go when their number has other credentials, and gives up those that have waited a day."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from services.sender.books import Books
from services.sender.endings import Endings
from services.sender.refusal import sendable
from services.sender.schedule import EXPIRES_AFTER_MS
from shared.broker import BrokerUnavailable, Retry
from shared.contract import commands
from shared.contract.commands import SendMessage
from shared.contract.ids import NumberId, WorkspaceId
from shared.crowd import Ways
from shared.redis import is_outage
from shared.registry import Registry
from shared.vault import VaultError

log = structlog.get_logger(__name__)

PAGE = 100


class Release:
    """Empties the parking of numbers."""

    def __init__(
        self, registry: Registry, books: Books, endings: Endings, ways: Ways, now_ms: Callable[[], int]
    ) -> None:
        self._registry = registry
        self._books = books
        self._endings = endings
        self._ways = ways
        self._now_ms = now_ms

    async def drain(self, workspace_id: WorkspaceId, number_id: NumberId) -> None:
        """Give back what is parked, oldest first, while the credentials in force are not the refused ones."""
        parking, released = self._books.parking, 0
        while await self._may_go(workspace_id, number_id):
            page = await parking.oldest(workspace_id, number_id, PAGE)
            for body in page:
                command = _parked(body)
                # It kept its place in its lane for a day; from now on it is expected at any moment.
                await self._books.lanes.touch(command, 0.0)
                # Published before it is removed: a crash between the two doubles it, which its claim takes care of.
                await self._ways.publish(command, body=body)
                await parking.remove(workspace_id, number_id, [body])
            released += len(page)
            if len(page) < PAGE:
                break
        if released:
            log.info("parking.released", workspace_id=workspace_id, number_id=number_id, count=released)

    async def sweep(self) -> None:
        """Look at every number that has parked sends."""
        for workspace_id, number_id, mark in await self._books.parking.numbers():
            await self._expire(workspace_id, number_id)
            await self.drain(workspace_id, number_id)
            if not await self._books.parking.oldest(workspace_id, number_id, 1):
                await self._books.parking.forget(workspace_id, number_id, mark)

    async def sweeping(self, every_s: float, stopping: asyncio.Event) -> None:
        """Sweep until the process stops; an outage is for the next time."""
        while not stopping.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(every_s):
                    await stopping.wait()
            try:
                await self.sweep()
            except Exception as error:
                if not (is_outage(error) or isinstance(error, BrokerUnavailable)):
                    raise
                log.warning("sweep.interrupted", error=type(error).__name__)

    async def _expire(self, workspace_id: WorkspaceId, number_id: NumberId) -> None:
        until_ms = self._now_ms() - EXPIRES_AFTER_MS
        while page := await self._books.parking.oldest(workspace_id, number_id, PAGE, until_ms):
            for body in page:
                # Retry: a double of it is being called right now, which decides.
                with suppress(Retry):
                    await self._endings.expired(_parked(body))
            await self._books.parking.remove(workspace_id, number_id, page)

    async def _may_go(self, workspace_id: WorkspaceId, number_id: NumberId) -> bool:
        try:
            record = await self._registry.number(workspace_id, number_id, fresh=True)
        except VaultError:
            return False
        if record is None or not sendable(record):
            return False
        return await self._books.parking.refused_version(workspace_id, number_id) != record.credential_version


def _parked(body: bytes) -> SendMessage:
    command = commands.decode(body)
    assert isinstance(command, SendMessage), "nothing else is parked"
    return command
