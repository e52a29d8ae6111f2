"""Frames of the live socket, as a browser may send them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contract.feed import FromBrowser, Hello

frame: TypeAdapter[FromBrowser] = TypeAdapter(FromBrowser)


def test_hello_takes_numbers_with_a_cursor_or_from_now() -> None:
    """Null means from now on."""
    hello = frame.validate_json(b'{"type":"hello","token":"t","numbers":{"1":"5-0.ab","2":null}}')

    assert isinstance(hello, Hello)
    assert {"1": "5-0.ab", "2": None} == hello.numbers


@pytest.mark.parametrize(
    "refused",
    [
        b"[]",
        b'{"type":"shout"}',
        b'{"type":"hello"}',
        b'{"type":"hello","token":"t","admin":true}',
        b'{"type":"hello","token":"t","numbers":{"1":"5 0"}}',
        b'{"type":"subscribe","numbers":{"1":"../../etc"}}',
    ],
)
def test_a_frame_of_another_shape_is_refused(refused: bytes) -> None:
    """Nothing of a bad frame is acted on."""
    with pytest.raises(ValidationError):
        frame.validate_json(refused)
