"""The memory of a moment: bounded, short, and never older than its own writes."""

from shared.recent import Recent


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        """The time it shows."""
        return self.now_s


def test_a_value_is_forgotten_within_a_second_of_the_beginning_of_its_read() -> None:
    """Settings are in force everywhere within a second, however slow the read was."""
    clock = Clock()
    recent: Recent[str, int] = Recent(10, clock_s=clock)
    began_s = recent.now_s()
    clock.now_s += 0.5
    recent.keep("a", 1, began_s)

    assert 1 == recent.get("a")
    clock.now_s += 0.45
    assert recent.get("a") is None


def test_a_read_that_began_before_our_write_is_not_remembered() -> None:
    """What we wrote is seen at once, even when an older read comes back after the write."""
    clock = Clock()
    recent: Recent[str, int] = Recent(10, clock_s=clock)
    began_s = recent.now_s()
    clock.now_s += 0.1
    recent.drop("a")
    recent.keep("a", 1, began_s)

    assert recent.get("a") is None


def test_the_oldest_goes_when_it_is_full() -> None:
    """Nothing is unbounded."""
    recent: Recent[int, int] = Recent(3)
    for key in range(5):
        recent.keep(key, key, recent.now_s())

    assert [None, None, 2, 3, 4] == [recent.get(key) for key in range(5)]
