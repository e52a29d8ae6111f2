"""When something was received is no matter of when it is read."""

import asyncio
import time
from typing import cast

from bench import stamped
from bench.stamped import Stamped
from tests.real.waiting import S_MAX

HELD_S = 0.3


class Noting(asyncio.Protocol):
    """Keeps what it has read with the time it is told, and answers each."""

    def __init__(self, noted: list[tuple[bytes, int]]) -> None:
        self._noted = noted

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it."""
        self._transport = cast("Stamped", transport)

    def data_received(self, data: bytes) -> None:
        """Note and answer."""
        self._noted.append((data, self._transport.received_us))
        self._transport.write(b"heard")


async def test_what_waits_for_its_reader_was_received_before() -> None:
    """The loop stands still meanwhile, as it does where others have the processor."""
    noted = list[tuple[bytes, int]]()
    with stamped.listening(lambda: Noting(noted), "127.0.0.1", 0) as port:
        async with asyncio.timeout(S_MAX):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for word in (b"first", b"second"):  # the system begins to stamp with the first connection that wants it
                writer.write(word)
                sent_us, until_s = time.time_ns() // 1000, time.monotonic() + HELD_S
                while time.monotonic() < until_s:
                    pass
                assert b"heard" == await reader.readexactly(5)
            writer.close()
    assert [b"first", b"second"] == [data for data, _ in noted]
    assert noted[1][1] < sent_us + 1_000_000 * HELD_S / 2
