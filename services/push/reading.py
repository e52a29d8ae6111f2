"""What a browser sends as WebSocket frames (RFC 6455), from bytes as they come; pure, and strict."""

import enum


class Opcode(enum.IntEnum):
    """The kinds of frames there are."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


Message = tuple[Opcode, bytes]

_FIN, _RESERVED, _OPCODE = 0x80, 0x70, 0x0F
_MASKED, _LENGTH = 0x80, 0x7F
_CONTROL_BYTES_MAX = 125
_OPCODES = {int(each): each for each in Opcode}


class Unreadable(Exception):
    """Not what a browser sends; the text says why, and repeats nothing of it."""


class Reader:
    """Gives whole messages, however their bytes and frames were cut; holds less than two messages."""

    __slots__ = ("_kind", "_message_bytes_max", "_parts", "_rest")

    def __init__(self, message_bytes_max: int) -> None:
        self._message_bytes_max = message_bytes_max
        self._rest = b""
        self._parts: bytearray | None = None  # of a message that came in several frames
        self._kind = Opcode.TEXT

    @property
    def is_empty(self) -> bool:
        """Whether nothing that came waits for more: such a reader is as good as a new one."""
        return not self._rest and self._parts is None

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are whole now; raises Unreadable, after which nothing more can be read."""
        data = self._rest + data if self._rest else data
        found: list[Message] = []
        at = 0
        while (end := self._frame(data, at, found)) > at:
            at = end
        self._rest = data[at:]
        return found

    def _frame(self, data: bytes, at: int, found: list[Message]) -> int:
        """Where the frame ends that begins here; here, when it is not whole."""
        if len(data) < at + 2:
            return at
        first, second = data[at], data[at + 1]
        opcode = _OPCODES.get(first & _OPCODE)
        if opcode is None or first & _RESERVED:
            raise Unreadable("no frame of WebSocket without extensions")
        if not second & _MASKED:
            raise Unreadable("a browser masks its frames")
        length, begin = second & _LENGTH, at + 2
        if opcode >= Opcode.CLOSE and (length > _CONTROL_BYTES_MAX or not first & _FIN):
            raise Unreadable("a control frame is small and whole")
        if length >= 126:
            size = 2 if length == 126 else 8
            if len(data) < begin + size:
                return at
            length, begin = int.from_bytes(data[begin : begin + size]), begin + size
        held = 0 if self._parts is None or opcode >= Opcode.CLOSE else len(self._parts)
        if held + length > self._message_bytes_max:
            raise Unreadable("too large")
        end = begin + 4 + length
        if len(data) < end:
            return at
        payload = _unmasked(data[begin + 4 : end], data[begin : begin + 4])
        self._take(opcode, payload, bool(first & _FIN), found)
        return end

    def _take(self, opcode: Opcode, payload: bytes, is_last: bool, found: list[Message]) -> None:
        if opcode >= Opcode.CLOSE:
            found.append((opcode, payload))
            return
        if (opcode is Opcode.CONTINUATION) is (self._parts is None):
            raise Unreadable("a message within a message")
        if self._parts is None:
            if is_last:
                found.append((opcode, payload))
                return
            self._kind, self._parts = opcode, bytearray()
        self._parts += payload
        if is_last:
            found.append((self._kind, bytes(self._parts)))
            self._parts = None


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    key = int.from_bytes((mask * (size // 4 + 1))[:size])
    return (int.from_bytes(payload) ^ key).to_bytes(size)
