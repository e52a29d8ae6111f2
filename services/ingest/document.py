"""From the bytes of a body to JSON values that are safe to walk, keep and write again."""

import json
import math
import re
from typing import Any

import orjson

Json = Any  # what a parser gives: dict, list, str, int, float, bool or None
Fields = dict[str, Json]

# Meta's deepest payloads nest about 15 levels; an event adds 4, and readers of events give up at 200.
DEPTH_MAX = 64
# The smallest real update is one object of about 45 bytes, so 4 MiB hold fewer than this many.
CONTAINERS_MAX = 100_000

# Possessive, and with or without its end: a text that never ends costs one look at it.
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


class Malformed(Exception):
    """The body is no JSON object, or one that is built to do harm."""


def read(body: bytes) -> Fields:
    """The JSON object of a body; raises Malformed.

    Lone surrogates, U+0000, NaN and infinities occur in what customers and their phones produce: they must not lose
    the body, so they become U+FFFD and null.
    """
    # Building a million lists to count them takes seconds; what customers write may well be full of brackets.
    brackets = _brackets(body)
    if brackets > CONTAINERS_MAX and _brackets(_TEXT.sub(b"", body)) > CONTAINERS_MAX:
        raise Malformed("too many parts")
    try:
        value, sound = orjson.loads(body), b"\\u0000" not in body
    except orjson.JSONDecodeError:
        value, sound = _leniently(body), False
    if not isinstance(value, dict):
        raise Malformed("not an object")
    # Counting brackets costs nothing, and nothing can nest deeper than there are brackets.
    if brackets > DEPTH_MAX:
        _refuse_bombs(value)
    return value if sound else _cleaned(value)


def _brackets(body: bytes) -> int:
    return body.count(b"{") + body.count(b"[")


def _leniently(body: bytes) -> Json:
    try:
        text = body.decode("utf-8-sig", "surrogatepass")
        return json.loads(text, parse_constant=lambda _: None, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _refuse_bombs(value: Fields) -> None:
    layer: list[Json] = [value]
    total = 1
    for _ in range(DEPTH_MAX):
        layer = [
            child
            for container in layer
            for child in (container.values() if type(container) is dict else container)
            if type(child) is dict or type(child) is list
        ]
        if not layer:
            return
        total += len(layer)
        if total > CONTAINERS_MAX:
            raise Malformed("too many parts")
    raise Malformed("nested too deeply")


def _cleaned(value: Json) -> Json:
    if type(value) is str:
        return _UNWRITABLE.sub("\ufffd", value)
    if type(value) is dict:
        return {_cleaned(key): _cleaned(child) for key, child in value.items()}
    if type(value) is list:
        return [_cleaned(child) for child in value]
    return value
