"""The head of a request, read by the narrowest reading: what passes it ends at the same byte for whoever reads it.

Where one request ends and the next begins must be one opinion. So whatever two readers could see differently, or what
needs more than to be read, is nothing here, and is left to the parser that knows all of HTTP.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

BYTES_MAX = 4_096  # Meta's have some 500, with a gateway's lines some 1,000
_LENGTH_DIGITS_MAX = 9

_SHAPE = re.compile(
    rb"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (/[!-~]*) HTTP/1\.1\r\n((?:[A-Za-z0-9-]+: [ -~]*\r\n){1,48})\r\n"
)
# These say where a request ends, or that what follows is no HTTP any more, or wait for a word before the body.
_FRAMING = frozenset(("transfer-encoding", "upgrade", "expect", "trailer", "te", "http2-settings"))

_LOST = float("inf")


class Head(NamedTuple):
    """Of one request; names of fields are in small letters."""

    method: str
    path: str
    named: Mapping[str, str]
    begin: int  # of the body
    end: int  # of the request, be all of it there or not


def read(data: bytes) -> Head | None:
    """The head that this begins with; None where it is not whole, or not as plain as can be."""
    shaped = _SHAPE.match(data, 0, BYTES_MAX)
    if shaped is None:
        return None
    method, path, fields = (part.decode("ascii") for part in shaped.groups())
    lines = fields.split("\r\n")[:-1]
    named = {name.lower(): value for name, value in [line.split(": ", 1) for line in lines]}
    length = named.get("content-length", "0")
    if (
        len(named) != len(lines)  # one of them twice
        or not _FRAMING.isdisjoint(named)
        or named.get("connection", "keep-alive").lower() != "keep-alive"
        or not length.isdigit()
        or len(length) > _LENGTH_DIGITS_MAX
    ):
        return None
    begin = shaped.end()
    return Head(method, path, named, begin, begin + int(length))


class Ends:
    """Where requests end on one connection; after the first that is not plain nobody here knows any more."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = 0.0  # until the next one begins

    def whole(self, data: bytes) -> Head | None:
        """The head of what came, if that is one request and nothing else; all that came must be shown here."""
        head = read(data) if not self._left else None
        left = self._left - len(data) if head is None else head.end - len(data)
        self._left = left if left >= 0 else _LOST
        return None if left else head
