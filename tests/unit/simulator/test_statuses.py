"""What becomes of an accepted message."""

from random import Random

import pytest

from simulator import statuses
from simulator.customer import Customer, Habit, Sent

SENT = Sent("wamid.a", "1", "ada", {}, "text", 0.0, by_phone=True)


def course(sent: Sent = SENT, habit: Habit = "plain", reads: bool = True, online: bool = True) -> list[str]:
    """The statuses in the order of their time."""
    ada = Customer(id="ada", name="Ada", phone="1", bsuid=None, habit=habit, reads=reads, online=online)
    return [state for _, state in sorted(statuses.course(sent, ada, Random(1)))]


def test_the_usual_course_is_sent_delivered_read() -> None:
    """In this order."""
    assert ["sent", "delivered", "read"] == course()


def test_a_voice_note_is_played_after_it_is_read() -> None:
    """One status more."""
    audio = Sent("wamid.a", "1", "ada", {}, "audio", 0.0, by_phone=True)

    assert ["sent", "delivered", "read", "played"] == course(audio)


def test_a_reaction_is_only_sent() -> None:
    """Meta reports no more of it."""
    reaction = Sent("wamid.a", "1", "ada", {}, "reaction", 0.0, by_phone=True)

    assert ["sent"] == course(reaction)


@pytest.mark.parametrize(
    ("habit", "expected"),
    [
        ("chat_open", ["sent", "read"]),
        ("reversed", ["read", "delivered", "sent"]),
        ("dropped", ["sent", "failed"]),
        ("late_delivery", ["failed", "delivered"]),
        ("silent", []),
    ],
)
def test_habits_change_the_course(habit: Habit, expected: list[str]) -> None:
    """Every oddity Meta documents, or implementers saw, can be had."""
    assert expected == course(habit=habit)


def test_thrice_is_thrice() -> None:
    """Each status comes three times."""
    assert 9 == len(course(habit="thrice"))


def test_without_coverage_it_is_only_sent() -> None:
    """The rest comes when the phone is back."""
    assert ["sent"] == course(online=False)


def test_with_receipts_off_nobody_sees_the_reading() -> None:
    """Two grey ticks are all."""
    assert ["sent", "delivered"] == course(reads=False)
