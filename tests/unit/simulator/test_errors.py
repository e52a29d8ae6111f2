"""The two shapes of an error."""

from simulator import errors
from simulator.errors import GraphError


def test_a_refusal_has_the_documented_shape() -> None:
    """Message with the code in brackets, type, code, details and a trace id."""
    expected = {
        "error": {
            "message": "(#130429) Rate limit hit",
            "type": "OAuthException",
            "code": 130429,
            "error_data": {
                "messaging_product": "whatsapp",
                "details": "Cloud API message throughput has been reached.",
            },
            "fbtrace_id": "Atrace",
        }
    }
    assert expected == GraphError(130429).body("Atrace")


def test_an_expired_token_is_401_with_its_subcode() -> None:
    """Code 190, subcode 463, and no error_data."""
    refused = errors.expired_token()

    assert 401 == refused.http_code
    assert 463 == refused.body("A")["error"]["error_subcode"]
    assert "error_data" not in refused.body("A")["error"]


def test_a_string_that_was_never_a_token_has_no_subcode() -> None:
    """Meta cannot parse it, and says so."""
    assert "Cannot parse" in errors.unreadable_token().message
    assert "error_subcode" not in errors.unreadable_token().body("A")["error"]


def test_a_wrong_id_is_100_with_subcode_33() -> None:
    """An id that does not exist and one that may not be seen look the same."""
    error = errors.unknown_node("42", "POST").body("A")["error"]

    assert (100, 33, "GraphMethodException") == (error["code"], error["error_subcode"], error["type"])
    assert "Unsupported post request. Object with ID '42'" in error["message"]


def test_a_webhook_reports_errors_in_its_own_shape() -> None:
    """Title, message, error_data.details and href; no trace id."""
    error = errors.reported(131047)

    assert {"code", "title", "message", "error_data", "href"} == set(error)
    assert "24 hours" in error["error_data"]["details"]


def test_a_number_refused_with_190_answers_like_an_expired_token() -> None:
    """What an operator must do is the same."""
    assert errors.expired_token().body("A") == errors.refusal(190).body("A")
    assert 131031 == errors.refusal(131031).code
