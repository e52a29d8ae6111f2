"""What may be shown of a dead letter without showing what anybody has written: kinds, and the shape of its body."""

import re
from collections import Counter
from typing import Any

import orjson

from shared.broker.door import DeadLetter

KINDS_SHOWN_MAX = 5
LINES_SHOWN_MAX = 20

# Names and kinds are ours or Meta's; whatever looks different may be what a customer wrote.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NO_JSON = object()
_KIND = re.compile(r"[a-z_]{1,30}\.[a-z_]{1,30}")


def kinds(letter: DeadLetter) -> str:
    """What kinds of events or commands it carries."""
    counted = Counter(_kind(_read(line)) for line in letter.body.split(b"\n"))
    shown = (f"{kind} x{count}" if count > 1 else kind for kind, count in counted.most_common(KINDS_SHOWN_MAX))
    return ", ".join(shown)


def redacted(body: bytes) -> list[str]:
    """Line by line which fields there are; of texts how long they are, of numbers nothing."""
    lines = body.split(b"\n")
    shown = [_line(line) for line in lines[:LINES_SHOWN_MAX]]
    return shown + ([f"and {len(lines) - LINES_SHOWN_MAX} lines more"] if len(lines) > LINES_SHOWN_MAX else [])


def _read(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return _NO_JSON


def _line(line: bytes) -> str:
    read = _read(line)
    return (
        f"({len(line)} bytes that are no JSON)" if read is _NO_JSON else orjson.dumps(_shape(read, top=True)).decode()
    )


def _kind(read: Any) -> str:
    kind = read.get("type") if isinstance(read, dict) else None
    return kind if isinstance(kind, str) and _KIND.fullmatch(kind) else "?"


def _shape(read: Any, *, top: bool = False) -> Any:
    match read:
        case dict():
            shape = {(name if _NAME.fullmatch(name) else "?"): _shape(value) for name, value in read.items()}
            return {**shape, "type": _kind(read)} if top and "type" in read else shape
        case list():
            return [_shape(value) for value in read]
        case str():
            return f"({len(read)} characters)"
        case bool() | None:
            return read
        case _:
            return "(a number)"
