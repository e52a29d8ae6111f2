"""Reading Graph's answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contract.errors import GraphError
from shared.contract.events import Identity
from shared.contract.ids import Wamid
from shared.graph_answer import Answer, read


def test_an_acceptance_names_the_message_and_the_contact() -> None:
    """The wamid and what Graph knows of the contact are taken from the answer."""
    body = b"""{"messaging_product":"whatsapp","contacts":[{"input":"+1","wa_id":"1650","user_id":"US.1"}],
               "messages":[{"id":"wamid.A","message_status":"accepted"}]}"""
    assert Answer(200, wamid=Wamid("wamid.A"), contact=Identity(wa_id="1650", user_id="US.1")) == read(200, body)


def test_an_error_keeps_meta_s_words() -> None:
    """Every part of Meta's error arrives as it was written."""
    body = b"""{"error":{"message":"(#130429) Rate limit hit","type":"OAuthException","code":130429,
               "error_data":{"messaging_product":"whatsapp","details":"Too many"},"error_subcode":2494055,
               "error_user_title":"Slow down","fbtrace_id":"Az8"}}"""
    expected = GraphError(
        code=130429,
        title="Slow down",
        message="(#130429) Rate limit hit",
        details="Too many",
        subcode=2494055,
        fbtrace_id="Az8",
    )
    assert Answer(400, error=expected) == read(400, body)


def test_a_wamid_wins_over_an_error() -> None:
    """What has a wamid exists."""
    assert "wamid.A" == read(200, b'{"messages":[{"id":"wamid.A"}],"error":{"code":1}}').wamid


def test_a_wamid_in_a_failure_is_not_believed() -> None:
    """A 5xx that quotes a wamid accepted nothing that we could rely on."""
    assert Answer(500) == read(500, b'{"messages":[{"id":"wamid.A"}]}')


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b'{"messages":[{"id":"wam',
        b"[]",
        b"null",
        b'"ok"',
        b'{"messages":[]}',
        b'{"messages":[{}]}',
        b'{"messages":[{"id":""}]}',
        b'{"messages":[{"id":7}]}',
        b'{"messages":{"id":"wamid.A"}}',
        b'{"error":"no"}',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_not_graph_s_language_says_nothing(body: bytes) -> None:
    """HTML, half answers and odd shapes are neither an acceptance nor an error."""
    assert Answer(200) == read(200, body)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("190", 190), ("null", "http_400"), ("true", "http_400"), ('"131047"', 131047), ('"x"', "http_400")],
)
def test_odd_codes_are_read_as_well_as_can_be(code: str, expected: int | str) -> None:
    """A code in quotes is a code; without one HTTP's stands in."""
    error = read(400, f'{{"error":{{"message":"m","code":{code},"error_data":"plain words"}}}}'.encode()).error
    assert (expected, "plain words") == (error and error.code, error and error.details)


@given(st.integers(min_value=100, max_value=599), st.binary(max_size=200))
def test_no_body_can_break_the_reader(code: int, body: bytes) -> None:
    """Any bytes under any status end in an answer."""
    assert code == read(code, body).code
