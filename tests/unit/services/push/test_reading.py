"""What browsers send, however it is cut, and what is refused."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.push.reading import Message, Opcode, Reader, Unreadable

BYTES_MAX = 100_000


def sent(
    payload: bytes, opcode: int = Opcode.TEXT, *, is_last: bool = True, mask: bytes = b"\x01\x7f\x80\xfe"
) -> bytes:
    """A frame as RFC 6455, 5.2 has a browser write it."""
    size = len(payload)
    head = struct.pack("!B", (0x80 if is_last else 0) | opcode)
    if size < 126:
        head += struct.pack("!B", 0x80 | size)
    elif size < 65_536:
        head += struct.pack("!BH", 0xFE, size)
    else:
        head += struct.pack("!BQ", 0xFF, size)
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


@given(
    st.lists(st.tuples(st.sampled_from([Opcode.TEXT, Opcode.PING, Opcode.PONG]), st.binary(max_size=125)), max_size=6),
    st.lists(st.integers(1, 40), max_size=30),
)
def test_messages_come_out_as_they_went_in_however_bytes_were_cut(messages: list[Message], cuts: list[int]) -> None:
    """TCP promises an order and nothing else."""
    stream = b"".join(sent(payload, opcode) for opcode, payload in messages)
    reader, found, at = Reader(BYTES_MAX), [], 0
    for cut in [*cuts, len(stream) or 1]:
        found += reader.feed(stream[at : at + cut])
        at += cut
    assert messages == found
    assert reader.is_empty


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_message_of_any_length_is_read(size: int) -> None:
    """The three ways to write a length meet without a gap."""
    assert [(Opcode.TEXT, b"x" * size)] == Reader(BYTES_MAX).feed(sent(b"x" * size))


def test_a_message_in_several_frames_is_one_and_a_ping_may_come_between() -> None:
    """As the RFC allows; until its end the reader is not done."""
    reader = Reader(BYTES_MAX)
    assert [] == reader.feed(sent(b"one ", is_last=False))
    assert not reader.is_empty
    assert [(Opcode.PING, b"?")] == reader.feed(sent(b"?", Opcode.PING))
    assert [] == reader.feed(sent(b"two ", Opcode.CONTINUATION, is_last=False))
    assert [(Opcode.TEXT, b"one two three")] == reader.feed(sent(b"three", Opcode.CONTINUATION))
    assert reader.is_empty


@pytest.mark.parametrize(
    "stream",
    [
        b"\x81\x02{}",  # not masked
        b"\xc1" + sent(b"{}")[1:],  # an extension that nobody agreed to
        b"\x83" + sent(b"{}")[1:],  # no such kind
        sent(b"x" * 126, Opcode.PING),
        sent(b"x", Opcode.PING, is_last=False),
        sent(b"x", Opcode.CONTINUATION),
        sent(b"x", is_last=False) + sent(b"y"),
        sent(b"x" * (BYTES_MAX + 1)),
        sent(b"x" * (BYTES_MAX - 1), is_last=False) + sent(b"yy", Opcode.CONTINUATION),
        b"\x81\xff" + b"\xff" * 8,
    ],
)
def test_what_no_browser_sends_is_refused(stream: bytes) -> None:
    """Before anything that is too large has come."""
    reader = Reader(BYTES_MAX)
    with pytest.raises(Unreadable):
        reader.feed(stream)
