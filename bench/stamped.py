"""Connections that know when the system received what they read, however long the reader then waited for a processor.

Who shares a machine with those it measures would else count its own waiting as theirs.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

# Linux' own numbers (asm-generic/socket.h); Python names neither.
SO_TIMESTAMPNS = SCM_TIMESTAMPNS = 35
_TIME = struct.Struct("ll")  # seconds and nanoseconds since 1970
_SPACE = socket.CMSG_SPACE(_TIME.size)
READ_BYTES = 64 * 1024
WAITING_MAX = 4096


class Stamped(asyncio.Transport):
    """As much of a transport as a protocol needs that answers little: what does not leave at once ends it."""

    def __init__(self, own: socket.socket, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self.received_us = 0  # the last byte of what the protocol was given last, by the clock of the day
        self._own = own
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        own.setblocking(False)
        own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._loop.add_reader(own.fileno(), self._read)
        protocol.connection_made(self)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send it now."""
        try:
            whole = self._own.send(data) == len(data)
        except OSError:
            whole = False
        if not whole:
            self.close()

    def close(self) -> None:
        """End it."""
        if self._own.fileno() >= 0:
            self._loop.remove_reader(self._own.fileno())
            self._own.close()

    def _read(self) -> None:
        try:
            data, told, _, _ = self._own.recvmsg(READ_BYTES, _SPACE)
        except BlockingIOError:
            return
        except OSError:
            data, told = b"", []
        if not data:
            return self.close()
        self.received_us = time.time_ns() // 1000  # where the system does not tell
        for level, kind, value in told:
            if (level, kind) == (socket.SOL_SOCKET, SCM_TIMESTAMPNS):
                seconds, nanoseconds = _TIME.unpack(value)
                self.received_us = seconds * 1_000_000 + nanoseconds // 1000
        self._protocol.data_received(data)


@contextmanager
def listening(protocol: Callable[[], asyncio.Protocol], host: str, port: int) -> Iterator[int]:
    """Take connections while the block runs, on this port."""
    loop, listener = asyncio.get_running_loop(), socket.create_server((host, port), backlog=WAITING_MAX)
    with suppress(OSError):  # what a listener is told its connections know
        listener.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    listener.setblocking(False)

    def accept() -> None:
        with suppress(BlockingIOError):
            while True:
                Stamped(listener.accept()[0], protocol())

    loop.add_reader(listener.fileno(), accept)
    try:
        yield listener.getsockname()[1]
    finally:
        loop.remove_reader(listener.fileno())
        listener.close()
