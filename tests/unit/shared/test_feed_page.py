"""Pages as they were read, and as they were announced."""

import orjson

from shared.cursor import cursor_at
from shared.feed_page import Announced, announced, page_of

CHANGES = [b'{"kind":"message","value":{"text":"two\\nlines"}}', b'{"kind":"conversation","value":{}}']


def test_what_was_announced_is_what_would_have_been_read() -> None:
    """The same changes with the same cursors, and the same times."""
    ids = [b"1700000000001-0", b"1700000000001-1"]
    entries = [(name, {b"c": change, b"n": b"abcd"}) for name, change in zip(ids, CHANGES, strict=True)]
    entries[1][1][b"t"] = b"1699999999000"
    before = cursor_at(b"1700000000000-7", b"other")
    words = [before.encode(), b"abcd", b"1699999999000", ids[0], CHANGES[0], ids[1], CHANGES[1]]
    said = announced(b"\n".join(words))

    assert Announced(cursor_at(ids[1], b"abcd"), before, page_of(before, entries, 10, 10_000)) == said
    assert said.page is not None
    assert 1_699_999_999_000 == said.page.taken_ms
    assert ["1700000000001-0.abcd", said.cursor] == [orjson.loads(each)["cursor"] for each in said.page.changes]


def test_of_much_only_the_end_is_announced() -> None:
    """Then it has to be read."""
    assert Announced("1700000000001-0.abcd") == announced(b"1700000000001-0.abcd")
