"""What is promised of answers that are remembered: bounded, and gone when nobody looks at them."""

from services.api.finished import Finished


def test_what_was_kept_last_is_found() -> None:
    """Under its own name only."""
    finished = Finished[str, bytes]()
    finished.keep("a", b"1", 1)
    finished.keep("a", b"2", 1)

    assert (b"2", None) == (finished.find("a"), finished.find("b"))
    assert 1 == len(finished)


def test_what_is_remembered_is_bounded() -> None:
    """What was asked for last is there for longest."""
    finished = Finished[int, bytes](bytes_max=1000)
    finished.keep(-1, b"kept", 10)
    for number in range(1000):
        finished.keep(number, b"", 10)
        assert b"kept" == finished.find(-1)
        assert len(finished) <= 101

    assert finished.find(0) is None


def test_words_that_nobody_looks_at_are_gone_after_two_turns() -> None:
    """They may have been erased from where they were read."""
    at_s = 0.0
    finished = Finished[str, bytes](turn_s=10, clock_s=lambda: at_s)
    finished.keep("a", b"1", 1)
    finished.keep("b", b"2", 1)
    at_s = 11
    assert b"2" == finished.find("b")
    at_s = 22
    assert b"2" == finished.find("b")
    assert 1 == len(finished)
    at_s = 60
    assert finished.find("b") is None
    assert 0 == len(finished)
