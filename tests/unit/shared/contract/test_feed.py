"""Frames of the live socket, as a browser may send them, and changes as it gets them."""

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.contract.chat import Conversation, Message, Number
from shared.contract.feed import FromBrowser, Hello, Removed
from tests import recording

_MODELS: dict[str, type[BaseModel]] = {
    "message": Message,
    "conversation": Conversation,
    "number": Number,
    "removed": Removed,
}
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


def test_every_recorded_feed_belongs_to_a_story() -> None:
    """What the browser's tests replay is what the projection's tests recorded."""
    assert sorted(recording.STORIES) == sorted(path.stem for path in recording.FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", sorted(recording.STORIES))
def test_a_recorded_feed_is_what_is_told_today(name: str) -> None:
    """Both ends agree by example: if this fails on purpose, `python -m tests.recording`, and see the web tests pass."""
    assert recording.written(name) == (recording.FOLDER / f"{name}.json").read_text()


@pytest.mark.parametrize("name", sorted(recording.STORIES))
def test_a_recorded_feed_speaks_only_words_of_the_contract(name: str) -> None:
    """Each kind of change carries a value of its model and no field beside."""
    told = recording.recorded(name)
    values = [(change["kind"], change["value"]) for change in told["changes"]]
    rows = [("message", message) for said in told["after"]["messages"].values() for message in said]

    assert {kind for kind, _ in values} <= set(_MODELS)
    for kind, value in values + rows:
        assert set(value) <= set(_MODELS[kind].model_fields), kind
