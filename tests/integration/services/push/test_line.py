"""A connection as a WebSocket, with a real peer at its other end: bytes in, bytes out, and how it ends."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import uvloop

from bench import wire
from services.push import frames
from services.push.line import Line
from services.push.reading import Opcode
from tests.real.waiting import until

HELD_BYTES_MAX = 1_000_000


class Heard(Line):
    """Keeps what it hears."""

    def __init__(self) -> None:
        super().__init__(1_000)
        self.messages: list[tuple[Opcode, bytes]] = []
        self.refused: list[str] = []
        self.ends: list[int | None] = []
        self.file: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As after a handshake."""
        self.carry(cast("asyncio.Transport", transport))

    def heard(self, opcode: Opcode, payload: bytes) -> None:
        """Keep it."""
        self.messages.append((opcode, payload))

    def clear(self, file: int | None) -> None:
        """Keep where the hub may write to."""
        self.file = file

    def unreadable(self, why: str) -> None:
        """Keep that."""
        self.refused.append(why)

    def lost(self, code: int | None) -> None:
        """Once."""
        self.ends.append(code)


@dataclass
class Pair:
    """Both ends."""

    line: Heard
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    lines: list[Heard] = field(default_factory=list)


@asynccontextmanager
async def paired() -> AsyncIterator[Pair]:
    """A line and its peer."""
    lines: list[Heard] = []

    def made() -> Heard:
        lines.append(Heard())
        return lines[-1]

    async with await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await until(lambda: bool(lines) and lines[0]._transport is not None)
        try:
            yield Pair(lines[0], reader, writer)
        finally:
            writer.transport.abort()
            await until(lambda: bool(lines[0].ends))


async def test_what_is_said_is_heard_and_a_ping_is_answered() -> None:
    """In one read or in two; nothing half read is kept longer than it must."""
    async with paired() as pair:
        said = wire.spoken(b"one") + wire.spoken(b"?", Opcode.PING) + wire.spoken(b"two")
        for part in (said[:5], said[5:]):
            pair.writer.write(part)
            await asyncio.sleep(0.02)
        assert frames.pong(b"?") == await pair.reader.readexactly(3)
        await until(lambda: len(pair.line.messages) == 3)
        assert [(1, b"one"), (9, b"?"), (1, b"two")] == pair.line.messages
        assert pair.line._reader is None


async def _everything_comes_in_order() -> None:
    async with paired() as pair:
        sent, held, refused = bytearray(), 0, 0
        count = 0
        while not refused:  # until the kernel takes no more, and then the line
            piece = struct.pack("!I", count) * 5_000
            if pair.line.offer(piece, HELD_BYTES_MAX):
                sent += piece
                count += 1
            else:
                refused += 1
        held = len(sent)
        assert held > HELD_BYTES_MAX
        assert not pair.line.offer(b"more", HELD_BYTES_MAX)
        assert bytes(sent) == await pair.reader.readexactly(held)
        await pair.line.drained()
        assert pair.line.offer(b"again", HELD_BYTES_MAX)
        assert b"again" == await pair.reader.readexactly(5)


async def test_everything_offered_comes_once_and_in_order_however_much_the_kernel_takes() -> None:
    """What it does not take waits in the transport; with too much waiting the offer is declined whole."""
    await _everything_comes_in_order()


def test_so_it_does_on_the_loop_that_runs_in_earnest() -> None:
    """Its transport gathers what is written until the end of the tick: nothing may overtake that."""
    uvloop.run(_everything_comes_in_order())


async def test_what_was_written_before_is_not_overtaken() -> None:
    """A frame that went through the transport comes before one that is offered in the same tick."""
    async with paired() as pair:
        for _ in range(50):
            pair.line.write(b"first ")
            pair.line.offer(b"second ", HELD_BYTES_MAX)
        assert b"first second " * 50 == await pair.reader.readexactly(13 * 50)


async def test_its_file_is_told_while_nothing_waits_and_at_no_other_time() -> None:
    """What is written to it past the line would else come in the middle of a frame, or to somebody else."""
    async with paired() as pair:
        line = pair.line
        assert line.file is None  # before anything was written
        line.offer(b"a", HELD_BYTES_MAX)
        own = line._file
        assert own is not None
        assert own == line.file
        line.write(b"b")
        assert line.file is None
        assert b"ab" == await pair.reader.readexactly(2)
        line.offer(b"c", HELD_BYTES_MAX)
        assert own == line.file
        size = 1
        while line.file is not None:  # until the kernel takes no more
            size += 100_000
            line.offer(b"d" * 100_000, HELD_BYTES_MAX)
        await pair.reader.readexactly(size)
        line.offer(b"e", HELD_BYTES_MAX)
        assert own == line.file
        line.cut_off()
        await until(lambda: line.ends == [None])
        assert line.file is None


async def test_a_peer_that_leaves_is_answered_and_gone() -> None:
    """With the code that it gave; told once."""
    async with paired() as pair:
        pair.writer.write(wire.spoken(struct.pack("!H", 1001) + b"bye", Opcode.CLOSE))
        assert frames.close(1001) == await pair.reader.read()
        await until(lambda: pair.line.ends == [1001])
        assert pair.line.offer(b"never", HELD_BYTES_MAX)
        pair.line.write(b"never")


async def test_goodbye_is_the_last_word() -> None:
    """Nothing is offered after it, and the peer's answer ends it."""
    async with paired() as pair:
        pair.line.say_goodbye(4408, "too slow")
        pair.line.say_goodbye(4401, "never")
        assert pair.line.offer(b"never", HELD_BYTES_MAX)
        pair.writer.write(wire.spoken(struct.pack("!H", 4408), Opcode.CLOSE))
        assert frames.close(4408, "too slow") == await pair.reader.read()
        await until(lambda: pair.line.ends == [4408])


async def test_what_is_no_frame_is_told() -> None:
    """Once for each read; whoever is told decides."""
    async with paired() as pair:
        pair.writer.write(b"GET / HTTP/1.1\r\n\r\n")
        await until(lambda: len(pair.line.refused) == 1)
        pair.line.cut_off()
        await until(lambda: pair.line.ends == [None])
