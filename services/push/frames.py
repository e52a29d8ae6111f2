"""Frames of the live socket as the bytes that go on the wire: encoded once, for however many sockets."""

import struct
from collections.abc import Sequence
from functools import cache

import orjson

from shared.contract.feed import Cursor, Ping, Resync, Welcome
from shared.contract.ids import NumberId

_TEXT = 0x81  # a whole message in one frame
_PING = 0x89
_PONG = 0x8A
_CLOSE = 0x88
_CONTROL_BYTES_MAX = 125


def text(payload: bytes) -> bytes:
    """A server's text frame (RFC 6455, 5.2): not masked, not compressed, so the same for every socket."""
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", _TEXT, length) + payload
    if length < 65_536:
        return struct.pack("!BBH", _TEXT, 126, length) + payload
    return struct.pack("!BBQ", _TEXT, 127, length) + payload


def changes(number_id: NumberId, cursor: Cursor, finished: Sequence[bytes]) -> bytes:
    """Changes that are JSON already, in feed order, with the cursor after them."""
    return text(
        b'{"type":"changes","number_id":%b,"cursor":%b,"changes":[%b]}'
        % (orjson.dumps(number_id), orjson.dumps(cursor), b",".join(finished))
    )


def pong(payload: bytes) -> bytes:
    """To a ping of the peer."""
    return struct.pack("!BB", _PONG, len(payload)) + payload


def close(code: int | None, reason: str = "") -> bytes:
    """The last frame; without a code when the peer gave none."""
    payload = b"" if code is None else (struct.pack("!H", code) + reason.encode())[:_CONTROL_BYTES_MAX]
    return struct.pack("!BB", _CLOSE, len(payload)) + payload


def resync(number_id: NumberId) -> bytes:
    """Take a snapshot."""
    return text(Resync(number_id=number_id).model_dump_json().encode())


@cache
def welcome(heartbeat_s: float) -> bytes:
    """The token is good."""
    return text(Welcome(heartbeat_s=max(1, round(heartbeat_s))).model_dump_json().encode())


# One for the browser's script, one for the peer's WebSocket itself, which must answer it: so dead peers are found.
HEARTBEAT = text(Ping().model_dump_json().encode()) + struct.pack("!BB", _PING, 0)
