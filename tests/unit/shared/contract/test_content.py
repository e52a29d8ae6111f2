"""Content keeps what Meta says, known or not, and says it in one line."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contract.content import Content, OtherContent, OutboundContent, TextContent, placeholder, preview_text

content: TypeAdapter[Content] = TypeAdapter(Content)
outbound: TypeAdapter[OutboundContent] = TypeAdapter(OutboundContent)


def test_a_type_that_nobody_knows_is_kept_whole() -> None:
    """What Meta adds tomorrow survives our ignorance."""
    told = {"type": "hologram", "hologram": {"depth": 3, "layers": [1, None]}}
    read = content.validate_python(told)

    assert isinstance(read, OtherContent)
    assert told == content.validate_json(content.dump_json(read)).model_dump()


def test_unknown_fields_of_a_known_type_are_kept() -> None:
    """A new field of a text is not lost on its way through the services."""
    read = content.validate_python({"type": "text", "text": {"body": "hi", "mood": "blue"}})

    assert isinstance(read, TextContent)
    assert b'"mood":"blue"' in content.dump_json(content.validate_json(content.dump_json(read)))


@pytest.mark.parametrize("kind", ["image", "video", "audio", "voice", "document", "sticker", "hologram", "unsupported"])
def test_what_is_not_text_shows_as_its_type_in_brackets(kind: str) -> None:
    """A placeholder stands for every type Meta has, unknown ones too."""
    assert f"[{kind}]" == placeholder(content.validate_python({"type": kind}))


def test_a_text_needs_no_placeholder_and_previews_as_its_words() -> None:
    """Text is shown as it is."""
    text = content.validate_python({"type": "text", "text": {"body": "hello"}})

    assert placeholder(text) is None
    assert "hello" == preview_text(text)


def test_a_caption_is_in_the_preview() -> None:
    """A picture with words previews with them."""
    image = content.validate_python({"type": "image", "image": {"id": "1", "caption": "the door"}})

    assert "[image] the door" == preview_text(image)


def test_a_preview_is_bounded() -> None:
    """One line for the list, not the whole of a long message."""
    assert 200 == len(preview_text(content.validate_python({"type": "text", "text": {"body": "x" * 4096}})))


@pytest.mark.parametrize(
    "refused",
    [
        {"type": "text", "text": {"body": ""}},
        {"type": "text", "text": {"body": "x" * 4097}},
        {"type": "text", "text": {"body": "x", "shout": True}},
        {"type": "image", "image": {"id": "1"}},
        {"type": "reaction", "reaction": {"message_id": "", "emoji": "👍"}},
    ],
)
def test_what_cannot_be_sent_is_refused_at_the_door(refused: dict[str, object]) -> None:
    """Meta's own limits and our own types hold before anything is published."""
    with pytest.raises(ValidationError):
        outbound.validate_python(refused)


def test_a_text_of_4096_characters_can_be_sent() -> None:
    """The limit is Meta's, counted in characters."""
    assert outbound.validate_python({"type": "text", "text": {"body": "é" * 4096}})
