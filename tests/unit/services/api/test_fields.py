"""The fields that requests are made of."""

from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.api.fields import BAD_CURSOR, Before, Credential, FeedCursor, Given, Line, PageLimit, Uuid, WaitS
from services.api.route import Body


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (PageLimit, "1", 1),
        (PageLimit, "200", 200),
        (WaitS, "0", 0),
        (WaitS, "25", 25),
        (FeedCursor, "1-0.abc", "1-0.abc"),
        (Before, "x" * 2048, "x" * 2048),
        (Credential, " EAAG-token\r\n", "EAAG-token"),
        (Line, " Ada ", " Ada "),
        (Uuid, "0b4e0d0e-6f0e-4b0e-9b0e-0b4e0d0e6f0e", "0b4e0d0e-6f0e-4b0e-9b0e-0b4e0d0e6f0e"),
    ],
)
def test_what_is_meant_is_taken(field: Any, value: str, expected: object) -> None:
    """Ids letter for letter; a credential without the blanks that pasting brings along."""
    assert expected == TypeAdapter(field).validate_python(value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((PageLimit, text) for text in ("0", "201", "-1", "+1", "1.0", "1_0", " 1", "", "٣", "1" * 100, ["1", "2"])),
        *((WaitS, text) for text in ("26", "-1", "1.5")),
        *((FeedCursor, text) for text in ("", "x" * 129, "a/b", "a b", "a\n")),
        *((Before, text) for text in ("", "x" * 2049, "a=", "é")),
        *((Credential, text) for text in ("", "  ", "two words", "tökén", "a\x00b", "a\nb", "x" * 1025)),
        *((Line, text) for text in ("", "   ", "x" * 129)),
        *((Uuid, text) for text in ("", "0b4e0d0e6f0e4b0e9b0e0b4e0d0e6f0e", "0b4e0d0e-6f0e-4b0e-9b0e-0b4e0d0e6f0g")),
    ],
)
def test_what_cannot_be_meant_is_refused(field: Any, value: object) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValidationError):
        TypeAdapter(field).validate_python(value)


@pytest.mark.parametrize("field", [FeedCursor, Before])
def test_a_malformed_cursor_is_told_apart(field: Any) -> None:
    """It is answered with a code of its own."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(field).validate_python("a/b")

    assert [BAD_CURSOR] == [each["type"] for each in refused.value.errors()]


class Patch(Body):
    """One field that may be left out, one that may also be null."""

    kept: Annotated[Line | None, Given()] = None
    removable: Line | None = None


def test_left_out_is_not_null() -> None:
    """A field marked as given-or-absent takes no null; its neighbour does."""
    assert Patch() == Patch.model_validate_json("{}")
    assert {"removable"} == Patch.model_validate_json('{"removable":null}').model_fields_set
    with pytest.raises(ValidationError):
        Patch.model_validate_json('{"kept":null}')
