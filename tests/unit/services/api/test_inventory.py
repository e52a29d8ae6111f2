"""The lines of a backup: what is unknown is refused, and what a later version adds to a line is no obstacle."""

import pytest
from pydantic import ValidationError

from services.api.inventory import InviteLine, read

INVITE = '{"kind":"invite","workspace_id":"w1","digest":"d","ends_ms":5'


def test_a_line_is_read_by_its_kind() -> None:
    """The kind says what it is."""
    assert InviteLine(workspace_id="w1", digest="d", ends_ms=5) == read((INVITE + "}").encode())


def test_a_field_of_a_later_version_is_no_obstacle() -> None:
    """Only another format is."""
    assert InviteLine(workspace_id="w1", digest="d", ends_ms=5) == read((INVITE + ',"colour":"blue"}').encode())


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"kind":"cat"}', b'{"kind":"invite"}', b"\xff"])
def test_what_is_no_line_is_refused(text: bytes) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValidationError):
        read(text)
