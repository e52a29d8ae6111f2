"""What Graph's refusals say, and what is said where Graph could not be asked."""

import pytest

from services.api.case import is_trouble, refused, unasked
from services.api.hops import Code
from shared.contract.errors import GraphError
from tests.unit.services.api.test_diagnosis import NOW, asked, facts


@pytest.mark.parametrize(
    ("code", "subcode", "expected"),
    [
        (190, 463, "token_refused"),
        (100, 33, "number_not_visible"),
        (200, None, "permission_missing"),
        (4, None, "graph_trouble"),
        ("http_503", None, "graph_trouble"),
        (131031, None, "number_refused"),
    ],
)
def test_a_refusal_is_about_token_number_permission_or_nobody(
    code: int | str, subcode: int | None, expected: Code
) -> None:
    """By Meta's code; without one it was somebody on the way."""
    error = GraphError(code=code, subcode=subcode, message="No.")
    assert expected == refused(error)
    assert (expected == "graph_trouble") == is_trouble(error)


def test_whoever_has_answered_was_asked() -> None:
    """And else it is told why not, with the time where somebody tried."""
    error = GraphError(code=190, message="No.")
    busy = GraphError(code=4, message="Later.")
    assert unasked(facts(), "app_live") is None
    said = [
        unasked(facts(examination=each), "app_live")
        for each in (None, asked(None), asked(None, refusal=error), asked(None, refusal=busy))
    ]
    assert [
        ("connect_first", None),
        ("graph_unreachable", NOW - 1),
        ("token_first", None),
        ("graph_trouble", NOW - 1),
    ] == [(hop.code, hop.at) for hop in said if hop is not None]
