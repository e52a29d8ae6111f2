"""What is promised of looking up together what is wanted again and again."""

from shared.rounds import Rounds


def test_all_that_were_wanted_since_the_first_go_together() -> None:
    """Each once, however often it was wanted."""
    rounds = Rounds[str](0.4)
    assert set() == rounds.want("a", 1.0)
    assert set() == rounds.want("b", 1.2)
    assert set() == rounds.want("a", 1.3)
    assert {"a", "b", "c"} == rounds.want("c", 1.5)


def test_what_is_not_wanted_any_more_is_not_looked_up() -> None:
    """The next round begins with who comes next."""
    rounds = Rounds[str](0.4)
    rounds.want("a", 1.0)
    rounds.want("b", 2.0)
    assert set() == rounds.want("b", 9.0)
    assert {"b"} == rounds.want("b", 9.5)
