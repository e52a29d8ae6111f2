"""Keeps one connection to RabbitMQ, for ever: one that is missing or goes away is waited for, or another node asked."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from yarl import URL

from shared.broker import cancellation
from shared.broker.backoff import delays_s
from shared.broker.door import BrokerUnavailable
from shared.settings import addresses

log = structlog.get_logger(__name__)

HEARTBEAT_S = 5  # a black hole is noticed after about three of them
CONNECT_S_MAX = 10.0
# A server that has just started answers long before all its queues do; whoever gives up and comes back begins again at
# the end of the line, and keeps it long.
PREPARE_S_MAX = 60.0
CLOSE_S_MAX = 2.0

Prepare = Callable[[AbstractConnection], Awaitable[None]]


class Connection:
    """One purpose, one connection: RabbitMQ stops reading from publishers when it is short of memory or disk.

    Not aio-pika's robust connection: it revives consumers under deliveries whose acknowledgement has become void, and
    here the end of a connection must be an event that deliveries see.
    """

    def __init__(self, url: str, purpose: str, prepare: Prepare) -> None:
        # Any node of a cluster leads to every queue; each process begins at another one, so that all have their share.
        self._nodes = [_beating(URL(node)) for node in addresses(url)]
        random.shuffle(self._nodes)
        self._purpose = purpose
        self._prepare = prepare
        self._current: AbstractConnection | None = None
        self._ended = asyncio.Event()
        self._closing = False
        self._keeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Return at once; the connection follows."""
        self._keeping = asyncio.create_task(self._keep(), name=f"broker-{self._purpose}")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close what is open."""
        # Cancelling alone is not enough: what is awaited deep below may swallow it.
        self._closing = True
        self._ended.set()
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})

    @property
    def current(self) -> AbstractConnection:
        """The open connection."""
        if self._current is None:
            raise BrokerUnavailable("not connected")
        return self._current

    def renew(self) -> None:
        """Begin again with a new connection: something declared on this one is no longer as it was."""
        self._ended.set()

    async def _keep(self) -> None:
        delays = delays_s()
        while not self._closing:
            try:
                connection = await self._opened()
            except (Exception, asyncio.CancelledError) as error:
                if cancellation.is_ours():
                    raise
                # The text of some errors quotes the address, which holds a password.
                log.warning("broker.unreachable", purpose=self._purpose, error=type(error).__name__)
                self._nodes.append(self._nodes.pop(0))
                await asyncio.sleep(next(delays))
                continue
            delays = delays_s()
            log.info("broker.connected", purpose=self._purpose)
            try:
                self._current = connection
                if not self._closing:
                    await self._ended.wait()
                    log.warning("broker.lost", purpose=self._purpose)
            finally:
                self._current = None
                await close(connection)

    async def _opened(self) -> AbstractConnection:
        self._ended = ended = asyncio.Event()
        # Not `aio_pika.connect`: it drops a connection that did not open, to end whenever Python tidies up.
        connection = aio_pika.Connection(
            self._nodes[0], client_properties={"connection_name": f"cloud-inbox {self._purpose}"}
        )
        connection.close_callbacks.add(lambda *_: ended.set())
        try:
            async with asyncio.timeout(CONNECT_S_MAX):
                await connection.connect()
            async with asyncio.timeout(PREPARE_S_MAX):
                await self._prepare(connection)
        except BaseException:
            await close(connection)
            raise
        return connection


def _beating(address: URL) -> URL:
    return address if "heartbeat" in address.query else address.update_query(heartbeat=HEARTBEAT_S)


async def close(opened: AbstractConnection | AbstractChannel) -> None:
    """Close it if its other end still answers; there is nothing to be done if not."""
    try:
        with suppress(Exception):
            async with asyncio.timeout(CLOSE_S_MAX):
                await opened.close()
    finally:
        # One that was interrupted counts as open and would end whenever Python tidies up; there is no more to wait for.
        if isinstance(opened, AbstractConnection) and not opened.is_closed:
            await opened.close()
