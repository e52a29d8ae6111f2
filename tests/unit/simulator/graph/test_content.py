"""What may be sent."""

from typing import Any

import pytest

from simulator.errors import GraphError
from simulator.graph import content

BUTTON = {"type": "reply", "reply": {"id": "a", "title": "Yes"}}
SECTION = {"rows": [{"id": "1", "title": "t"}]}
FILLED = {"type": "body", "parameters": [{"type": "text", "text": "7"}]}
GOOD: list[tuple[str, Any]] = [
    ("text", {"body": "x" * 4096}),
    ("image", {"id": "1", "caption": "c" * 1024}),
    ("video", {"link": "https://example.com/v.mp4"}),
    ("audio", {"id": "1", "voice": True}),
    ("document", {"link": "http://example.com/d.pdf", "filename": "d.pdf"}),
    ("sticker", {"id": "1"}),
    ("location", {"latitude": "6.45", "longitude": 3.39}),
    ("contacts", [{"name": {"formatted_name": "A B", "first_name": "A"}}]),
    ("reaction", {"message_id": "wamid.a", "emoji": ""}),
    ("interactive", {"type": "button", "body": {"text": "?"}, "action": {"buttons": [BUTTON] * 3}}),
    ("interactive", {"type": "list", "body": {"text": "?"}, "action": {"button": "b", "sections": [SECTION]}}),
    ("template", {"name": "hello_world", "language": {"code": "en_US"}}),
    ("template", {"name": "order_ready", "language": {"code": "de"}, "components": [FILLED]}),
]  # fmt: skip
BAD: list[tuple[str, Any, int]] = [
    ("text", None, 131008),
    ("text", "hello", 131009),
    ("text", {}, 131008),
    ("text", {"body": ""}, 100),
    ("text", {"body": 7}, 100),
    ("text", {"body": "x" * 4097}, 100),
    ("telepathy", {}, 100),
    ("image", {}, 131008),
    ("image", {"id": "1", "link": "https://example.com"}, 131009),
    ("image", {"link": "ftp://example.com"}, 131009),
    ("image", {"id": "1", "caption": "c" * 1025}, 100),
    ("location", {"latitude": 1}, 131008),
    ("location", {"latitude": 91, "longitude": 0}, 131009),
    ("location", {"latitude": "north", "longitude": 0}, 131009),
    ("contacts", {}, 131009),
    ("contacts", [], 131008),
    ("contacts", [{"name": {"formatted_name": "A"}}], 131008),
    ("reaction", {"message_id": "wamid.a"}, 131008),
    ("interactive", {"type": "dance", "action": {}}, 131009),
    ("interactive", {"type": "button", "body": {"text": "?"}, "action": {"buttons": [BUTTON] * 4}}, 131009),
    ("interactive", {"type": "button", "body": {"text": "x" * 1025}, "action": {"buttons": [BUTTON]}}, 100),
    ("interactive", {"type": "list", "body": {"text": "?"}, "action": {"button": "b", "sections": []}}, 131009),
    ("template", {"name": "hello_world"}, 131008),
    ("template", {"name": "nobody_approved", "language": {"code": "en_US"}}, 132001),
    ("template", {"name": "hello_world", "language": {"code": "xx"}}, 132001),
    ("template", {"name": "order_ready", "language": {"code": "de"}}, 132000),
]  # fmt: skip


@pytest.mark.parametrize(("content_type", "part"), GOOD)
def test_what_meta_takes_is_taken(content_type: str, part: Any) -> None:
    """Up to the documented limits."""
    content.check(content_type, part)


@pytest.mark.parametrize(("content_type", "part", "code"), BAD)
def test_what_meta_refuses_is_refused_with_its_code(content_type: str, part: Any, code: int) -> None:
    """Missing is 131008, wrong is 131009, too long or of the wrong kind is 100."""
    with pytest.raises(GraphError) as refused:
        content.check(content_type, part)
    assert code == refused.value.code
