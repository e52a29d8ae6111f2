"""Lines of a log leave together, in order, in bounded writes, and none stays behind."""

import asyncio
import io
import subprocess
import sys

import pytest

from shared.lines import BYTES_MAX, Lines


class Writes(io.StringIO):
    """What was written, write by write."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def write(self, text: str) -> int:
        """Keep it."""
        self.written.append(text)
        return len(text)


async def test_what_one_turn_of_the_loop_tells_leaves_in_one_write() -> None:
    """In its order, and without waiting for another line."""
    stream = Writes()
    lines = Lines(stream)
    for number in range(3):
        lines.tell(b"%d" % number)
    assert [] == stream.written
    await asyncio.sleep(0)
    lines.tell(b"3")
    await asyncio.sleep(0)

    assert ["0\n1\n2\n", "3\n"] == stream.written


async def test_what_is_urgent_leaves_at_once_after_what_was_told_before() -> None:
    """The next thing may be the end."""
    stream = Writes()
    lines = Lines(stream)
    lines.tell(b"before")
    lines.tell(b"urgent", at_once=True)
    assert ["before\nurgent\n"] == stream.written
    lines.tell(b"after")
    await asyncio.sleep(0)

    assert ["before\nurgent\n", "after\n"] == stream.written


def test_without_a_loop_nothing_waits() -> None:
    """Nobody would come back for it."""
    stream = Writes()
    Lines(stream).tell(b"alone")

    assert ["alone\n"] == stream.written


def test_what_a_loop_has_left_behind_leaves_with_the_next_line() -> None:
    """A loop that has ended never flushes; the next one does not rely on it."""
    stream = Writes()
    lines = Lines(stream)

    def tell_and_stop() -> None:
        lines.tell(b"first")
        ended.stop()

    async def tell_and_wait() -> None:
        lines.tell(b"second")
        await asyncio.sleep(0)

    ended = asyncio.new_event_loop()
    ended.call_soon(tell_and_stop)
    ended.run_forever()
    ended.close()
    asyncio.run(tell_and_wait())

    assert ["first\nsecond\n"] == stream.written


async def test_no_write_holds_more_than_a_pipe_takes_whole() -> None:
    """Unless one line does: processes that share a pipe never cut each other's lines."""
    stream = Writes()
    lines = Lines(stream)
    told = [b"%04d" % number + b"x" * 96 for number in range(100)] + [b"y" * 2 * BYTES_MAX, b"z"]
    for line in told:
        lines.tell(line)
    await asyncio.sleep(0)

    assert b"\n".join([*told, b""]).decode() == "".join(stream.written)
    assert [2 * BYTES_MAX + 1] == [len(text) for text in stream.written if len(text) > BYTES_MAX]
    assert len(stream.written) < 10


@pytest.mark.parametrize("failure", [BrokenPipeError(), OSError(28, "disk full"), ValueError("closed")])
async def test_a_stream_that_takes_nothing_fails_no_work(failure: Exception) -> None:
    """What it should have held is lost; the next line is tried again."""

    class Failing(Writes):
        def write(self, text: str) -> int:
            if not self.written:
                self.written.append("failed")
                raise failure
            return super().write(text)

    stream = Failing()
    lines = Lines(stream)
    lines.tell(b"a", at_once=True)
    lines.tell(b"b", at_once=True)

    assert ["failed", "b\n"] == stream.written


_ENDING = """
import asyncio, os
import structlog
from shared import log
log.configure()
loop = asyncio.new_event_loop()
def tell():
    structlog.get_logger("t").info("a.told")
    {end}
loop.call_soon(tell)
loop.run_forever()
"""


@pytest.mark.parametrize(
    "end", ["raise SystemExit", "raise KeyboardInterrupt", "loop.stop()", "log.flush(); os._exit(1)"]
)
def test_a_process_that_ends_in_the_turn_that_told_has_told(end: str) -> None:
    """However it comes to its end by itself."""
    done = subprocess.run([sys.executable, "-c", _ENDING.format(end=end)], capture_output=True, check=False, timeout=30)

    assert b'"event":"a.told"' in done.stderr
