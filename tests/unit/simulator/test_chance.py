"""Seeded luck."""

from simulator.chance import Chance


def test_the_same_seed_gives_the_same_luck() -> None:
    """Two runs with one seed draw the same ids and delays."""
    one, other = Chance(7), Chance(7)

    assert [one.ids.random() for _ in range(5)] == [other.ids.random() for _ in range(5)]
    assert one.delays.random() == other.delays.random()


def test_purposes_do_not_disturb_each_other() -> None:
    """Drawing more ids leaves the delays as they were."""
    one, other = Chance(7), Chance(7)
    one.ids.random()

    assert one.delays.random() == other.delays.random()


def test_without_a_seed_every_run_differs() -> None:
    """A product that outlives the simulator never sees an id twice."""
    assert Chance(None).seed != Chance(None).seed


def test_a_rate_of_nothing_never_happens_and_of_one_always_does() -> None:
    """The ends of a rate are certain."""
    chance = Chance(1)

    assert not any(chance.happens(0.0) for _ in range(100))
    assert all(chance.happens(1.0) for _ in range(100))
