"""WebSocket frames as the counter of deliveries needs them (RFC 6455): read from a stream, and written by a browser."""

import re
import struct
from collections.abc import Iterator

TEXT, PONG = 0x1, 0xA
PING_BYTES = b"\x89\x00"  # of a server that has nothing to say in it
HEARTBEAT = b'\x81\x0f{"type":"ping"}' + PING_BYTES  # ours, for the browser's script and for the browser itself
_MASK = b"\x00\x00\x00\x00"  # XOR with it changes nothing, and is as good as any other on a loopback

# What tells a payload from all others. There is no } in it, so none begins at the end of a stream that ends with one.
MARK = b"(change "
_SERIAL = re.compile(rb"\(change (\d+)\)")


class Torn(Exception):
    """A stream that does not consist of whole frames."""


def frames(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """The opcode and payload of each frame of a server."""
    at = 0
    while at < len(stream):
        if len(stream) < at + 2 or stream[at + 1] & 0x80:
            raise Torn
        opcode, length, begin = stream[at] & 0x0F, stream[at + 1], at + 2
        if length == 126:
            (length,), begin = struct.unpack_from("!H", stream, begin), begin + 2
        elif length == 127:
            (length,), begin = struct.unpack_from("!Q", stream, begin), begin + 8
        at = begin + length
        if len(stream) < at:
            raise Torn
        yield opcode, stream[begin:at]


def serials(stream: bytes) -> list[int]:
    """Of every change in the text frames of a stream, in the order in which they came."""
    return [int(found) for opcode, payload in frames(stream) if opcode == TEXT for found in _SERIAL.findall(payload)]


def spoken(payload: bytes, opcode: int = TEXT) -> bytes:
    """A browser's frame: masked."""
    length = len(payload)
    head = struct.pack("!BB", 0x80 | opcode, 0x80 | length) if length < 126 else b""
    if not head:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, length)
    return head + _MASK + payload


def handshake(host: str, path: str, protocol: str) -> bytes:
    """The request that opens a socket."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        *([f"Sec-WebSocket-Protocol: {protocol}"] if protocol else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode()
