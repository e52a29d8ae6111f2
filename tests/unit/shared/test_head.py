"""A head that is read here ends where aiohttp's parser ends it, and says the same; all else is nothing."""

import asyncio

import pytest
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_parser import HttpRequestParser
from hypothesis import example, given
from hypothesis import strategies as st

from shared import head
from shared.head import BYTES_MAX, Ends

BODY = b'{"asked": true}'
FIELDS = ["Host: a", "X-Hub-Signature-256: sha256=00", "Content-Length: 15", "Connection: Keep-Alive"]


def asking(*fields: str, line: str = "POST /in/abc HTTP/1.1", body: bytes = BODY) -> bytes:
    """One whole request."""
    return "\r\n".join((line, *fields, "", "")).encode() + body


def parsed(data: bytes) -> tuple[str, str, dict[str, str], bytes]:
    """What aiohttp makes of one whole request and nothing more."""
    loop = asyncio.new_event_loop()
    try:
        parser = HttpRequestParser(BaseProtocol(loop), loop, 2**16, max_line_size=8190, max_field_size=8190)
        ((told, payload),), upgraded, tail = parser.feed_data(data)
        assert not upgraded
        assert b"" == tail
        assert not told.should_close
        assert payload.is_eof()
        named = {name.lower(): value for name, value in told.headers.items()}
        return told.method, told.path, named, b"".join(getattr(payload, "_buffer", ()))
    finally:
        loop.close()


def test_what_is_plain_is_read() -> None:
    """Names in small letters, and where the body begins and ends."""
    data = asking(*FIELDS)
    read = head.read(data)
    assert read is not None
    assert ("POST", "/in/abc", "sha256=00") == (read.method, read.path, read.named["x-hub-signature-256"])
    assert (BODY, len(data)) == (data[read.begin :], read.end)


STRANGE = {
    "half": asking(*FIELDS)[:40],
    "two lengths": asking(*FIELDS, "content-length: 15"),
    "a length with a sign": asking("Host: a", "Content-Length: +15"),
    "a length in other digits": asking("Host: a", "Content-Length: \u0661\u0665"),
    "a list of lengths": asking("Host: a", "Content-Length: 15, 15"),
    "a length beyond all": asking("Host: a", "Content-Length: 1000000000"),
    "a coding": asking(*FIELDS, "Transfer-Encoding: chunked"),
    "a wish to be told to go on": asking(*FIELDS, "Expect: 100-continue"),
    "another protocol": asking("Host: a", "Connection: Upgrade", "Upgrade: websocket"),
    "its end": asking("Host: a", "Connection: close"),
    "an old version": asking(*FIELDS, line="POST /in/abc HTTP/1.0"),
    "a tunnel": asking(*FIELDS, line="CONNECT /in/abc HTTP/1.1"),
    "a host in the path": asking(*FIELDS, line="POST http://a/in/abc HTTP/1.1"),
    "a name with a space": asking("Host: a", "Content-Length : 15"),
    "a folded line": asking("Host: a", "X: b", " c: d"),
    "a field without a name": asking("Host: a", ": b"),
    "a bare end of a line": asking("Host: a", "X: b\nContent-Length: 15"),
    "half an end of a line": asking("Host: a", "X: b\rc"),
    "a letter that is none": asking("Host: a", "X: \x00"),
    "too much": asking("Host: a", "X: " + "x" * BYTES_MAX),
}


@pytest.mark.parametrize("data", STRANGE.values(), ids=STRANGE)
def test_what_could_be_read_in_two_ways_is_not_read(data: bytes) -> None:
    """Nor what waits for more than an answer."""
    assert head.read(data) is None


WORDS = ["Host", "Content-Length", "content-length", "Transfer-Encoding", "Connection", "Expect", "X", "TE", "", " X"]
VALUES = [
    "a",
    "15",
    "0",
    "00015",
    " 15",
    "15 ",
    "keep-alive",
    "close",
    "chunked",
    "identity",
    "",
    "\u00e9",
    "\t",
    "a\rb",
]
field = st.tuples(st.sampled_from(WORDS), st.sampled_from((": ", ":", " : ", ":  ")), st.sampled_from(VALUES))
start = st.sampled_from(
    ("POST /in/abc HTTP/1.1", "GET / HTTP/1.1", "post /a HTTP/1.1", "PUT /a?b=c#d HTTP/1.1", "GET  / HTTP/1.1")
)


@given(start, st.lists(field.map("".join), max_size=5), st.sampled_from((BODY, b"", BODY[:-1], b"0\r\n\r\n")))
@example("POST /in/abc HTTP/1.1", FIELDS, BODY)
def test_whoever_reads_it_ends_it_at_the_same_byte(line: str, fields: list[str], body: bytes) -> None:
    """Whatever stands in it: what is read here and is whole is one request to aiohttp, and the same one."""
    data = asking(*fields, line=line, body=body)
    read = head.read(data)
    if read is None or read.end != len(data):
        return
    method, path, named, told = parsed(data)
    assert (method, path, told) == (read.method, read.path, data[read.begin :])
    assert {name: value.strip() for name, value in read.named.items()} == named


def test_one_after_another_is_whole_however_it_came() -> None:
    """What is not whole is waited for to its last byte."""
    ends, whole = Ends(), asking(*FIELDS)
    came = (whole, whole[:-3], whole[-3:-1], whole[-1:], whole, b"", whole)
    assert [True, False, False, False, True, False, True] == [ends.whole(data) is not None for data in came]


@pytest.mark.parametrize("data", [*STRANGE.values(), asking(*FIELDS) * 2, asking(*FIELDS) + b"P"])
def test_after_what_is_not_plain_nothing_is(data: bytes) -> None:
    """Though it may look like a request."""
    ends = Ends()
    came = (data, asking(*FIELDS), asking(*FIELDS))
    assert [False] * 3 == [ends.whole(each) is not None for each in came]
