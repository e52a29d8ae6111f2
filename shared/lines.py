"""Lines of a log on their way out: what one turn of the loop tells leaves in one write, what is urgent at once."""

import asyncio
import atexit
import threading
from contextlib import suppress
from typing import TextIO

# What a pipe takes whole: lines of processes that share one are never mixed. Some twenty lines.
BYTES_MAX = 4_096


class Lines:
    """To one stream; of a process that is killed the lines of its last turn are missing, and no more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._gathered: list[bytes] = []
        self._bytes = 0
        self._due: asyncio.AbstractEventLoop | None = None  # which is about to flush
        self._lock = threading.RLock()  # one that may be taken twice: what is told of an exception is told anywhere
        atexit.register(self.flush)

    def tell(self, line: bytes, *, at_once: bool = False) -> None:
        """Write it with what else this turn of the loop brings; where no loop runs, or when asked to, now."""
        with self._lock:
            length = len(line) + 1
            if self._bytes + length > BYTES_MAX:
                self._write()
            self._gathered.append(line)
            self._bytes += length
            loop = None if at_once else asyncio._get_running_loop()
            if loop is None:
                self._write()
            elif loop is not self._due:
                self._due = loop
                loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write what has gathered."""
        with self._lock:
            self._due = None
            self._write()

    def close(self) -> None:
        """The stream is somebody else's, and nothing more is told to it."""
        self.flush()
        atexit.unregister(self.flush)

    def _write(self) -> None:
        gathered, self._gathered, self._bytes = self._gathered, [], 0
        if gathered:
            gathered.append(b"")
            # A disk that is full, a pipe that nobody reads, a terminal that was closed: no reason for work to fail.
            with suppress(OSError, ValueError):
                self._stream.write(b"\n".join(gathered).decode(errors="replace"))
                self._stream.flush()
