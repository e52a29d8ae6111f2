"""A broker whose confirms the test gives by hand."""

import asyncio

from shared.broker.door import Headers
from shared.topology import Exchange


class Confirms:
    """Keeps each publish waiting until the test confirms or fails it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.waiting: list[asyncio.Future[None]] = []

    async def publish(self, exchange: Exchange, body: bytes, headers: Headers | None = None) -> None:
        """Wait for the test."""
        self.bodies.append(body)
        self.waiting.append(asyncio.get_running_loop().create_future())
        await self.waiting[-1]

    def confirm(self, which: int) -> None:
        """Let a publish return."""
        self.waiting[which].set_result(None)

    def fail(self, which: int, error: BaseException) -> None:
        """Let a publish fail."""
        self.waiting[which].set_exception(error)


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)
