"""What finds a contact."""

import pytest

from services.api.search import Search, searchable
from services.api.thread import known
from shared.contract.events import Identity

ANN = searchable(known(Identity(wa_id="15550000100", user_id="US.100", name="Ann O'Neil-3", username="ann.o"), 1))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("o'neil-3", True), ("@ann.o", True), ("1-555", True), ("+1 (555) 000", True), ("neil 0100", True),
        ("US.100", False), ("ann bob", False), ("5551", False), ("1.555.000.0100", True),
    ],
)  # fmt: skip
def test_every_word_must_be_there(typed: str, found: bool) -> None:
    """As a name, a username or a phone, as people write it."""
    assert found == Search(typed).finds(ANN)


def test_nothing_typed_is_no_search() -> None:
    """Spaces are nothing."""
    assert not Search("")
    assert not Search(" \t")
    assert Search("a")
