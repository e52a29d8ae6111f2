"""Frames as bytes: what any WebSocket peer reads from them, and the JSON of the contract."""

import struct

import orjson
import pytest

from services.push import frames
from shared.contract.ids import NumberId


def opened(raw: bytes) -> list[tuple[int, bytes]]:
    """The opcode and payload of each frame, read as RFC 6455 says."""
    found = []
    while raw:
        first, length = raw[0], raw[1]
        assert 0x80 == first & 0xF0, "a whole message, no extension"
        assert 0 == length & 0x80, "a server does not mask"
        head = {126: 4, 127: 10}.get(length, 2)
        if head > 2:
            (length,) = struct.unpack("!H" if head == 4 else "!Q", raw[2:head])
        found.append((first & 0x0F, raw[head : head + length]))
        raw = raw[head + length :]
    return found


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000])
def test_a_frame_of_any_length_is_read_whole(length: int) -> None:
    """The three ways to write a length meet without a gap."""
    payload = b"x" * length
    assert [(1, payload), (1, b"{}")] == opened(frames.text(payload) + frames.text(b"{}"))


def test_changes_are_the_contracts_frame() -> None:
    """Finished changes go in as they are."""
    ((_, payload),) = opened(
        frames.changes(NumberId("106"), "2-0.aa", [b'{"cursor":"1-0.aa"}', b'{"cursor":"2-0.aa"}'])
    )
    assert {
        "type": "changes",
        "number_id": "106",
        "cursor": "2-0.aa",
        "changes": [{"cursor": "1-0.aa"}, {"cursor": "2-0.aa"}],
    } == orjson.loads(payload)


def test_the_small_frames_are_the_contracts() -> None:
    """Welcome, resync, and a heartbeat for the script and for the peer's own WebSocket."""
    assert {"type": "welcome", "heartbeat_s": 20} == orjson.loads(opened(frames.welcome(20.0))[0][1])
    assert {"type": "resync", "number_id": "106"} == orjson.loads(opened(frames.resync(NumberId("106")))[0][1])
    (text, ping) = opened(frames.HEARTBEAT)
    assert ((1, {"type": "ping"}), (9, b"")) == ((text[0], orjson.loads(text[1])), ping)
