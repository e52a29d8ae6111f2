"""Bodies of sends and read receipts."""

from typing import Any

import orjson
import pytest

from simulator.errors import GraphError
from simulator.graph import sending
from simulator.graph.sending import Receipt, Sending

TEXT = {"messaging_product": "whatsapp", "to": "+34600555101", "type": "text", "text": {"body": "Hola"}}


def parse(**changes: Any) -> Sending | Receipt:
    """A text with some keys changed, or gone when None."""
    body = {k: v for k, v in {**TEXT, **changes}.items() if v is not None}
    return sending.parse(orjson.dumps(body))


def test_a_text_is_read_with_everything_around_it() -> None:
    """Recipient, content, our token and the quoted message."""
    expected = Sending(
        to="+34600555101",
        recipient=None,
        type="text",
        content={"type": "text", "text": {"body": "Hola"}},
        callback_token="click-1",
        context_wamid="wamid.a",
    )
    assert expected == parse(biz_opaque_callback_data="click-1", context={"message_id": "wamid.a"})


def test_type_defaults_to_text() -> None:
    """As Meta's does."""
    assert isinstance(parse(type=None), Sending)


def test_a_phone_wins_over_a_bsuid() -> None:
    """When both are given."""
    both, only = parse(recipient="ES.123"), parse(to=None, recipient="ES.123")

    assert isinstance(both, Sending)
    assert isinstance(only, Sending)
    assert ("+34600555101", None) == (both.to, both.recipient)
    assert (None, "ES.123") == (only.to, only.recipient)


def test_a_read_receipt_is_no_message() -> None:
    """With the typing indicator or without."""
    marked = sending.parse(
        b'{"messaging_product":"whatsapp","status":"read","message_id":"wamid.a","typing_indicator":{"type":"text"}}'
    )
    assert Receipt("wamid.a", typing=True) == marked


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"messaging_product": None}, 100),
        ({"messaging_product": "sms"}, 100),
        ({"to": None}, 100),
        ({"to": "maria"}, 131009),
        ({"to": 34600555101}, 131009),
        ({"to": None, "recipient": "maria"}, 131061),
        ({"type": 7}, 100),
        ({"text": None}, 131008),
        ({"biz_opaque_callback_data": "x" * 513}, 100),
        ({"biz_opaque_callback_data": 7}, 100),
        ({"context": "wamid.a"}, 131009),
        ({"context": {}}, 131008),
        ({"recipient_type": "group"}, 131041),
        ({"status": "unread"}, 100),
        ({"status": "read"}, 131008),
        ({"type": "reaction", "reaction": {"message_id": "a", "emoji": ""}, "context": {"message_id": "b"}}, 131009),
    ],
)
def test_a_wrong_body_is_refused_with_metas_code(changes: dict[str, Any], code: int) -> None:
    """Each parameter as Meta checks it."""
    with pytest.raises(GraphError) as refused:
        parse(**changes)
    assert code == refused.value.code


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"7"])
def test_a_body_that_is_no_object_is_refused(raw: bytes) -> None:
    """Before anything else is looked at."""
    with pytest.raises(GraphError) as refused:
        sending.parse(raw)
    assert 100 == refused.value.code
