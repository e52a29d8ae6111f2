"""What the scripted agent says."""

import itertools
from typing import Any

from demo import answers
from simulator.cast import cast


def conversation(contact_id: str, phone: str | None = None) -> dict[str, Any]:
    """As the API shows it."""
    return {"contact_id": contact_id, "contact": {"phone": phone} if phone else {}}


def test_everybody_of_the_demo_is_answered_in_their_own_language() -> None:
    """By the country in a business-scoped id, or by the phone."""
    for customer in cast():
        expected = customer.language if customer.language in answers.ANSWERS else "en"
        assert expected == answers.language(conversation(customer.bsuid or "")), customer.id
        if customer.phone:
            assert expected == answers.language(conversation(customer.phone, f"+{customer.phone}")), customer.id


def test_the_same_is_never_said_twice_running() -> None:
    """Nor is every answer a reply, or led by a reaction."""
    ada = conversation("US.1")
    said = [answers.text(ada, turn) for turn in range(7)]

    assert all(one != next_one for one, next_one in itertools.pairwise(said))
    assert {True, False} == {answers.is_reply(turn) for turn in range(2)}
    assert {True, False} == {answers.emoji(turn) is None for turn in range(2)}
