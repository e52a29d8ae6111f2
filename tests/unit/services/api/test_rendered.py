"""What is promised of JSON that is remembered."""

from services.api.rendered import Rendered


class Counting:
    """Renders, and tells how often."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, row: bytes) -> bytes:
        """In brackets."""
        self.count += 1
        return b"[" + row + b"]"


def test_a_row_is_rendered_once_for_as_long_as_it_is_the_same() -> None:
    """Another row, or the same one elsewhere, is another."""
    rendered, render = Rendered(), Counting()

    assert [b"[a]", b"[b]", b"[a]"] == rendered.all("here", [b"a", b"b", b"a"], render)
    assert [b"[a]"] == rendered.all("here", [b"a"], render)
    assert 2 == render.count
    rendered.all("there", [b"a"], render)
    rendered.all("here", [b"a2"], render)
    assert 4 == render.count


def test_what_is_remembered_is_bounded() -> None:
    """Whatever is read; what was asked for last is there for longest."""
    rendered, render = Rendered(bytes_max=1000), Counting()
    for number in range(1000):
        rendered.all("here", [b"%05d" % number], render)
        rendered.all("here", [b"kept"], render)
        assert rendered.bytes_held <= 2000

    assert 1001 == render.count


def test_words_that_nobody_looks_at_are_gone_after_two_turns() -> None:
    """They may have been erased from where they were read."""
    at_s = 0.0
    rendered, render = Rendered(turn_s=10, clock_s=lambda: at_s), Counting()
    rendered.all("here", [b"a"], render)
    at_s = 11
    rendered.all("here", [b"b"], render)
    at_s = 22
    rendered.all("here", [b"c"], render)

    assert not rendered.holds(b"a")
    assert rendered.holds(b"b")


def test_after_a_long_silence_nothing_is_left() -> None:
    """Of two turns that are due at once both are made."""
    at_s = 0.0
    rendered, render = Rendered(turn_s=10, clock_s=lambda: at_s), Counting()
    rendered.all("here", [b"a"], render)
    at_s = 60
    rendered.all("here", [b"b"], render)

    assert not rendered.holds(b"a")
