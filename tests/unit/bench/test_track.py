"""What is promised of the stream that many sockets share: each change is counted once, and none is forgiven."""

import pytest

from bench import wire
from bench.track import Aside, Track, orders
from services.push import frames


def _stream(*serials: int) -> bytes:
    return b"".join(frames.text(b'{"body":"(change %d)"}' % serial) for serial in serials)


@pytest.mark.parametrize("size", [1, 2, 7, 8, 9, 31, 1000])
def test_each_change_is_counted_once_however_its_bytes_are_cut(size: int) -> None:
    """By the foremost, by those who come after in other pieces, and by one that stands aside."""
    whole, track = _stream(4, 2, 9), Track()
    for step in (size, size + 3):
        at = counted = 0
        while at < len(whole):
            piece = memoryview(whole)[at : at + step]
            assert track.goes_on(at, piece)
            counted += track.begun(at, at + len(piece))
            at += len(piece)
        assert 3 == counted
        assert whole == track.until(at)
    aside = Aside(whole[:size])
    before = whole.count(wire.MARK, 0, size)
    rest = (whole[at : at + size] for at in range(size, len(whole), size))
    assert 3 == before + sum(aside.begun(memoryview(piece)) for piece in rest)
    assert whole == aside.stream


def test_who_hears_something_else_does_not_go_on() -> None:
    """Behind the foremost, and where it goes on beyond it; the track stays as it was."""
    whole, track = _stream(1, 2), Track()
    assert track.goes_on(0, memoryview(whole))

    assert not track.goes_on(0, memoryview(_stream(1, 3)))
    assert not track.goes_on(5, memoryview(b"x" + whole[6:] + b"more"))
    assert whole == track.until(len(whole))


def test_orders_are_told_with_how_many_heard_them() -> None:
    """Other bytes may say the same; other serials are another order."""
    same, late = _stream(1, 2), _stream(1) + wire.HEARTBEAT + _stream(2)

    assert [(3, [1, 2]), (1, [2, 1])] == orders([same, same, late, _stream(2, 1)])


def test_a_heartbeat_is_that_of_push() -> None:
    """Or sockets that hear one would hear something else than others."""
    assert frames.HEARTBEAT == wire.HEARTBEAT
