"""What the counter of deliveries understands of WebSocket frames."""

import struct

import pytest

from bench import wire
from bench.changes import change
from services.push import frames


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_frames_of_any_size_are_told_apart(size: int) -> None:
    """Wherever the length is written."""
    stream = frames.text(b"x" * size) + wire.PING_BYTES + frames.text(b"{}")
    assert [(1, b"x" * size), (9, b""), (1, b"{}")] == list(wire.frames(stream))


def test_a_stream_that_ends_within_a_frame_is_torn() -> None:
    """It would be counted for more than it is."""
    with pytest.raises(wire.Torn):
        list(wire.frames(frames.text(b"{}")[:-1]))


def test_serials_come_in_the_order_of_the_stream() -> None:
    """However many changes there are in a frame; frames without one tell none."""
    stream = frames.text(change(7) + change(3)) + wire.PING_BYTES + frames.text(b"{}") + frames.text(change(5))
    assert [7, 3, 5] == wire.serials(stream)
    assert 3 == stream.count(wire.MARK)


@pytest.mark.parametrize("size", [0, 125, 126, 60_000])
def test_what_a_browser_says_is_masked(size: int) -> None:
    """A server refuses it otherwise."""
    said = wire.spoken(b"x" * size)
    head = 6 if size < 126 else 8
    assert (0x81, 0x80) == (said[0], said[1] & 0x80)
    assert size == (said[1] & 0x7F if size < 126 else struct.unpack("!H", said[2:4])[0])
    assert (b"\0" * 4, b"x" * size) == (said[head - 4 : head], said[head:])


def test_a_handshake_names_its_protocol_if_there_is_one() -> None:
    """Some servers refuse one that they do not know."""
    assert b"Sec-WebSocket-Protocol: a\r\n" in wire.handshake("host", "/live", "a")
    assert b"Protocol" not in wire.handshake("host", "/live", "")
