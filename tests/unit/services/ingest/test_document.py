"""Bytes become JSON that is safe to walk, keep and write again."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest import document
from services.ingest.document import Malformed


def writable(value: object) -> None:
    """Fails for what cannot be written as strict JSON in UTF-8."""
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"[]",
        b'"text"',
        b"7",
        b"null",
        b"{'a': 1}",
        b'{"a": 1} trailing',
        b'{"a": \xff}',
        b'{"a": "\xff"}',
    ],
)
def test_what_is_no_json_object_is_malformed(body: bytes) -> None:
    """Only a JSON object can be a webhook."""
    with pytest.raises(Malformed):
        document.read(body)


def test_a_lone_surrogate_does_not_lose_the_body() -> None:
    """Phones cut emoji in half: the half becomes U+FFFD, in keys too, and everything around it survives."""
    body = rb'{"a": "half \ud83d, whole \ud83d\ude00", "\udc00": ["\ude00\ud83d"]}'

    assert {"a": "half \ufffd, whole 😀", "\ufffd": ["\ufffd\ufffd"]} == document.read(body)


def test_a_surrogate_in_raw_bytes_does_not_lose_the_body() -> None:
    """The same half, not escaped."""
    assert {"a": "\ufffd"} == document.read(b'{"a": "\xed\xa0\xbd"}')


def test_a_null_character_is_replaced() -> None:
    """U+0000 is legal JSON and poison for half the world's text columns."""
    assert {"a": "x\ufffdy"} == document.read(rb'{"a": "x\u0000y"}')


def test_numbers_that_json_has_not_become_null() -> None:
    """NaN, infinities and floats out of range are null, and lose nothing beside them."""
    body = b'{"a": NaN, "b": -Infinity, "c": 1e999, "d": 1.5}'

    assert {"a": None, "b": None, "c": None, "d": 1.5} == document.read(body)


def test_a_byte_order_mark_is_forgiven() -> None:
    """Some proxies add one."""
    assert {"a": 1} == document.read(b'\xef\xbb\xbf{"a": 1}')


@pytest.mark.parametrize("levels", [document.DEPTH_MAX + 1, 1_000, 200_000])
@pytest.mark.parametrize("pair", [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_malformed(levels: int, pair: tuple[str, str]) -> None:
    """A tower of brackets costs its sender a 400 and us nothing."""
    opening, closing = pair
    body = '{"a":' + opening * levels + "1" + closing * levels + "}"

    with pytest.raises(Malformed):
        document.read(body.encode())


def test_the_deepest_that_is_allowed_is_read() -> None:
    """The bound is what it says."""
    levels = document.DEPTH_MAX - 1

    assert document.read(('{"a":' + "[" * levels + "]" * levels + "}").encode())


def test_too_many_containers_are_malformed() -> None:
    """Two million empty objects fit into 4 MiB; no webhook has so many."""
    body = b'{"a":[' + b",".join([b"{}"] * (document.CONTAINERS_MAX + 1)) + b"]}"

    with pytest.raises(Malformed):
        document.read(body)


def test_brackets_in_texts_are_no_nesting() -> None:
    """What customers write is not structure."""
    words = "[{" * 200_000

    assert {"a": words} == document.read(json.dumps({"a": words}).encode())


def test_a_number_of_very_many_digits_is_malformed() -> None:
    """Converting a million digits takes longer than anybody waits."""
    with pytest.raises(Malformed):
        document.read(b'{"a": ' + b"1" * 1_000_000 + b"}")


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_malformed(body: bytes) -> None:
    """Nothing else ever comes out, and what comes out can be written."""
    try:
        value = document.read(body)
    except Malformed:
        return
    writable(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_whatever_python_writes_is_read_and_can_be_written(value: object) -> None:
    """Surrogates, NaN and long integers included."""
    writable(document.read(json.dumps({"a": value}).encode()))


@pytest.mark.parametrize("body", [b'{"a":[' + b"[]," * 300_000 + b"[]]}", b"[" * 200_000, b"{" * 200_000])
def test_too_many_parts_are_counted_without_building_them(body: bytes) -> None:
    """A million lists take seconds to make, and less than a moment to count."""
    tracemalloc.start()
    try:
        with pytest.raises(Malformed, match="too many parts"):
            document.read(body)
        assert tracemalloc.get_traced_memory()[1] < 16 * len(body) + 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("text", ["[{" * 200_000, '\\"[{' * 200_000, "\\\\[{" * 200_000, "[{" * 200_000 + "\\\\"])
def test_brackets_in_a_text_are_no_parts(text: str) -> None:
    """Customers write what they like; a quote or a backslash between does not end the text."""
    assert {"a"} == set(document.read(f'{{"a":"{text}"}}'.encode()))
