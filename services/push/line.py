"""One connection that has become a WebSocket: bytes in and out, without a task, a timer or a queue while it is idle."""

import asyncio
import os
import struct
import sys

from services.push import frames
from services.push.reading import Opcode, Reader, Unreadable

_CAN_WRITE = sys.platform != "win32"  # there a socket is no file


class Line(asyncio.Protocol):
    """What it hears goes to `heard`, its end to `lost`; both are its heir's.

    There are thousands, idle: slots, and no reader while nothing is half read.
    """

    __slots__ = ("_drained", "_file", "_message_bytes_max", "_reader", "_transport", "goodbye")

    def __init__(self, message_bytes_max: int) -> None:
        self._message_bytes_max = message_bytes_max
        self._transport: asyncio.Transport | None = None
        self._file: int | None = None
        self._reader: Reader | None = None
        self._drained: asyncio.Future[None] | None = None  # there while the peer does not take what it is sent
        self.goodbye = 0  # the code that it has been told, once it has

    def heard(self, opcode: Opcode, payload: bytes) -> None:
        """A message."""
        raise NotImplementedError

    def unreadable(self, why: str) -> None:
        """What came was no message."""
        raise NotImplementedError

    def lost(self, code: int | None) -> None:
        """The connection is gone; with the code that the peer gave, if any."""
        raise NotImplementedError

    def clear(self, file: int | None) -> None:
        """Nothing waits, so that more may be written to this file at once; or something does, and it is None."""
        raise NotImplementedError

    def carry(self, transport: asyncio.Transport) -> None:
        """Speak on this connection from now on."""
        self._transport = transport
        held = transport.get_extra_info("socket")
        self._file = held.fileno() if held is not None and _CAN_WRITE else None

    def data_received(self, data: bytes) -> None:
        """Some bytes."""
        if self._transport is None:
            return
        reader, self._reader = self._reader or Reader(self._message_bytes_max), None
        try:
            messages = reader.feed(data)
        except Unreadable as error:
            self.unreadable(str(error))
            return
        if not reader.is_empty:
            self._reader = reader
        for opcode, payload in messages:
            if opcode is Opcode.CLOSE:
                self._close(payload)
                return
            if opcode is Opcode.PING and not self.goodbye:
                self.write(frames.pong(payload))
            self.heard(opcode, payload)

    def _close(self, payload: bytes) -> None:
        """The peer leaves, or agrees to our leaving."""
        transport, code = self._transport, struct.unpack_from("!H", payload)[0] if len(payload) >= 2 else None
        if transport is not None and not self.goodbye:
            self.write(frames.close(code))
        self._part(code)
        if transport is not None:
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Without a word, or after it."""
        self._part(None)

    def _part(self, code: int | None) -> None:
        transport, self._transport, self._file, self._reader = self._transport, None, None, None
        self.clear(None)
        self.resume_writing()
        if transport is not None:
            self.lost(code)

    def pause_writing(self) -> None:
        """The peer takes less than it is sent."""
        if self._drained is None:
            self._drained = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """It has taken nearly all."""
        drained, self._drained = self._drained, None
        if drained is not None and not drained.done():
            drained.set_result(None)

    async def drained(self) -> None:
        """Until it can take more, or is gone."""
        if self._drained is not None:
            await asyncio.shield(self._drained)

    def offer(self, data: bytes, held_bytes_max: int) -> bool:
        """Write whole frames, unless more than that waits from before.

        With nothing waiting the kernel is asked at once: through the transport the same costs half as much again.
        """
        transport = self._transport
        if transport is None or self.goodbye or transport.is_closing():
            return True
        held = transport.get_write_buffer_size()
        if held > held_bytes_max:
            return False
        if held == 0 and self._file is not None:
            try:
                written = os.write(self._file, data)
            except OSError:  # it takes nothing now, or is gone: the transport knows what to do
                written = 0
            if written == len(data):
                self.clear(self._file)
                return True
            data = data[written:]
        self._carry_later(transport, data)
        return True

    def write(self, data: bytes) -> None:
        """After all that was written before."""
        if self._transport is not None and not self._transport.is_closing():
            self._carry_later(self._transport, data)

    def _carry_later(self, transport: asyncio.Transport, data: bytes) -> None:
        self.clear(None)
        transport.write(data)

    def say_goodbye(self, code: int, reason: str) -> None:
        """The last that it hears from us; whoever does not answer has to be cut off."""
        if not self.goodbye:
            self.write(frames.close(code, reason))
            self.goodbye = code

    def cut_off(self) -> None:
        """End it, whatever has not been taken."""
        if self._transport is not None:
            self._transport.abort()
