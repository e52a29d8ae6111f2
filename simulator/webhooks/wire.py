"""JSON as Meta puts it on the wire: non-ASCII escaped and slashes too, or plain UTF-8."""

import codecs
from typing import Any, Literal

import orjson

Encoding = Literal["escaped", "utf8"]


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True)), error.end


codecs.register_error("simulator-json", _escape)


def encode(body: dict[str, Any], encoding: Encoding) -> bytes:
    """The bytes of a body; both encodings mean the same JSON."""
    raw = orjson.dumps(body)
    if encoding == "utf8":
        return raw
    # A slash only ever stands inside a string, so replacing it everywhere is safe.
    raw = raw.replace(b"/", b"\\/")
    return raw if raw.isascii() else raw.decode().encode("ascii", "simulator-json")
