"""What a browser sees: whole values, without what is absent, and never a secret."""

import json

from shared.contract.chat import MessagePage, Number, Secret
from shared.contract.ids import NumberId


def test_what_is_absent_is_not_there() -> None:
    """A browser need not tell null from missing."""
    number = json.loads(Number(id=NumberId("1"), state="connected").json_bytes())

    assert "quality_rating" not in number


def test_what_is_always_there_is_null_where_there_is_nothing() -> None:
    """A list's `next` can be read without asking whether it is there."""
    assert {"messages": [], "next": None} == json.loads(MessagePage(messages=[]).json_bytes())


def test_a_stored_secret_shows_as_set_with_a_fingerprint() -> None:
    """Enough to recognise it, never enough to use it."""
    assert b'{"set":true,"fingerprint":"\xe2\x80\xa6a1b2"}' == Secret(set=True, fingerprint="…a1b2").json_bytes()
