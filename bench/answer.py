"""The least that a load generator must understand of an HTTP/1.1 answer: its code, and where it ends."""

import re
from functools import lru_cache

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"


class Unframed(Exception):
    """An answer whose end this reader cannot know."""


def taken(received: bytes) -> tuple[int, int] | None:
    """The code of the first answer and how many bytes it has; None while it is not whole."""
    end = received.find(_END)
    if end < 0:
        return None
    code, length = _read(received[:end])
    size = end + len(_END) + length
    return (code, size) if len(received) >= size else None


@lru_cache(maxsize=64)  # heads repeat but for their date
def _read(head: bytes) -> tuple[int, int]:
    length = _LENGTH.search(head)
    if length is None:
        raise Unframed
    return int(head[9:12]), int(length[1])
