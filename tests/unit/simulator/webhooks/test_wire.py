"""Bytes on the wire."""

import json

import pytest

from simulator.webhooks import wire

BODY = {"text": 'née https://x/ 🥖 مرحبا \u0000 \\ "quoted" <b>'}


def test_escaped_bytes_are_ascii_in_metas_way() -> None:
    """Lower-case hexadecimal, surrogate pairs, escaped slashes."""
    raw = wire.encode({"a": "é/🥖"}, "escaped")

    assert b'{"a":"\\u00e9\\/\\ud83e\\udd56"}' == raw


@pytest.mark.parametrize("encoding", ["escaped", "utf8"])
def test_both_encodings_mean_the_same(encoding: wire.Encoding) -> None:
    """Any parser reads what was meant."""
    assert BODY == json.loads(wire.encode(BODY, encoding))


def test_utf8_is_left_as_it_is() -> None:
    """Newer stacks do not escape."""
    assert '{"a":"é/"}'.encode() == wire.encode({"a": "é/"}, "utf8")
