"""When a browser's snapshot is still the present one."""

import pytest

from services.api.reading import etag, matches
from shared.contract.ids import NumberId, WorkspaceId
from shared.registry import NumberRecord


def a_number(workspace: str = "w", number: str = "1") -> NumberRecord:
    """A connected number."""
    return NumberRecord(workspace_id=WorkspaceId(workspace), number_id=NumberId(number), connected=True)


def test_a_tag_names_one_snapshot() -> None:
    """Another number, another moment or another question is another one."""
    tags = {
        etag(a_number(), "1-0.a", 50),
        etag(a_number("v"), "1-0.a", 50),
        etag(a_number(number="2"), "1-0.a", 50),
        etag(a_number(), "2-0.a", 50),
        etag(a_number(), "1-0.a", 51),
    }

    assert 5 == len(tags)
    assert etag(a_number(), "1-0.a", 50) in tags


@pytest.mark.parametrize(
    ("header", "expected"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("a", False), ("", False)],
)
def test_if_none_match_is_a_list_of_tags(header: str, expected: bool) -> None:
    """Weak ones count, as gateways weaken what they compress."""
    assert expected == matches(header, '"a"')
