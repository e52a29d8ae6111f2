"""What may be read in a log: every value passes here last, and what could be private leaves as a mark or a hash."""

import hmac
import ipaddress
import re
import secrets
from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any

REDACTED = "[redacted]"
DEPTH_MAX = 6
LENGTH_MAX = 2_000  # characters of one string: a line of a log is for reading
ENTRIES_MAX = 50
REMEMBERED_MAX = 1_000  # short texts, such as names of events and routes, which come again and again
_REPEATED_LENGTH_MAX = 100

_SECRET_NAMES = ("secret", "password", "token", "authorization", "cookie", "join_key", "access_key", "private_key")
_PRIVATE_NAMES = ("phone", "wa_id", "contact", "preview", "caption", "username", "profile")
_PRIVATE_WORDS = frozenset(
    (
        *("text", "body", "content", "message", "payload", "raw", "emoji", "name", "agent_name"),
        *("path", "query", "query_string", "q", "url", "uri", "headers"),
    )
)
_HASHED_NAMES = re.compile(r"(?:^|_)(?:ids?|wamids?|digest|cursor|lane)$|^(?:workspace|number|session|agent)$")
_COUNTED_NAMES = re.compile(r"_(?:ms|s|bytes|max|min|count|length)$|^(?:count|code|status|port|pid|attempt)$")

# Ids become this: letters only, so that no hash is ever taken for a phone number.
_HASH = re.compile(r"~[g-v]{12}")
_HEX_AS_LETTERS = str.maketrans("0123456789abcdef", "ghijklmnopqrstuv")

_IPV4_LENGTH_MAX = 15
_PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+"), r"\1 " + REDACTED),
    (re.compile(r"EAA[A-Za-z0-9_-]{4,}"), REDACTED),
    (re.compile(r"\bci[sti]_[A-Za-z0-9_-]{8,}"), REDACTED),
    (re.compile(r"(?i)wamid\.[A-Za-z0-9+/=_.-]+"), REDACTED),
    (re.compile(r"(?<=://)[^\s/@]+@"), REDACTED + "@"),
    (re.compile(r"/webhooks/(?!\{)[^\s\"'?]+"), "/webhooks/" + REDACTED),
    (re.compile(r"/v1/(?:numbers|sessions|tokens)/(?!\{)[^\s\"'?]+"), "/v1/" + REDACTED),
    (re.compile(r"\?[^\s\"'=]*=[^\s\"']*"), "?" + REDACTED),
    (re.compile(r"\b[A-Z]{2}\.(?:[A-Z]+\.)?[A-Za-z0-9]{8,}"), REDACTED),  # a BSUID
    (re.compile(r"\+?\d(?:[\s().\u2010-\u2015\u00a0-]{0,2}\d){6,}"), lambda run: _digits(run[0])),
)

_key = secrets.token_bytes(32)


def use_key(key: bytes) -> None:
    """Hash with a key of this installation, so that the same id has the same hash in every process."""
    global _key  # noqa: PLW0603 (one process, one log, one key)
    _key = hmac.digest(key, b"cloud-inbox log", "sha256")


def hashed(value: object) -> str:
    """A keyed hash in place of an id: the same for the same id, and of no use to whoever reads the log."""
    text = value if isinstance(value, str) else str(value)
    if _HASH.fullmatch(text):
        return text
    return "~" + hmac.digest(_key, text.encode(errors="replace"), "sha256").hex()[:12].translate(_HEX_AS_LETTERS)


class Shown(str):
    """A text that its reader must see as it is, such as the join key that was just made."""

    __slots__ = ()


def redact(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of one line without anything private."""
    told: dict[str, Any] = {}
    for name, value in facts.items():
        shown, is_plain, is_count = _treatment(name)
        kind = type(value)
        # What most facts are, without asking all that may be asked of a value.
        if kind is str and is_plain and len(value) <= _REPEATED_LENGTH_MAX:
            told[shown] = _cleaned(value)
        elif kind is float or (kind is int and is_count):
            told[shown] = value
        else:
            told[shown] = _fact(str(name), value, 0)
    return told


def _fact(name: str, value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if type(value) is Shown:
        return str(value)
    if _names_a_secret(name):
        return REDACTED
    if _names_an_id(name) and not isinstance(value, list | tuple | set | frozenset):
        return hashed(value) if isinstance(value, str | int) else REDACTED
    if isinstance(value, int):
        return value if _names_a_count(name) else _number(value)
    return _plain(name, value, depth)


@lru_cache(REMEMBERED_MAX)
def _treatment(name: str) -> tuple[str, bool, bool]:
    """How a name is told, whether its texts are told cleaned, and whether its whole numbers are told as they are."""
    is_plain = not (_names_a_secret(str(name)) or _names_an_id(str(name)))
    return clean(str(name)), is_plain, is_plain and _names_a_count(str(name))


@lru_cache(REMEMBERED_MAX)
def _names_a_secret(name: str) -> bool:
    lower = name.lower()
    if _COUNTED_NAMES.search(lower):
        return False
    return lower in _PRIVATE_WORDS or (
        any(part in lower for part in _SECRET_NAMES + _PRIVATE_NAMES)
        and not (lower.endswith("_id") or "wamid" in lower)
    )


@lru_cache(REMEMBERED_MAX)
def _names_an_id(name: str) -> bool:
    return _HASHED_NAMES.search(name) is not None


@lru_cache(REMEMBERED_MAX)
def _names_a_count(name: str) -> bool:
    return _COUNTED_NAMES.search(name) is not None


def _plain(name: str, value: Any, depth: int) -> Any:
    if isinstance(value, Enum):
        return _fact(name, value.value, depth)
    if isinstance(value, str):
        return clean(value)
    if depth >= DEPTH_MAX:
        return "[deep]"
    if isinstance(value, Mapping):
        entries = list(value.items())[:ENTRIES_MAX]
        return {clean(str(key)): _fact(str(key), entry, depth + 1) for key, entry in entries}
    if isinstance(value, list | tuple | set | frozenset):
        return [_fact(name, entry, depth + 1) for entry in list(value)[:ENTRIES_MAX]]
    return f"<{type(value).__name__}>"


def _number(value: int) -> int | str:
    return value if abs(value) < 1_000_000 else REDACTED


def clean(text: str) -> str:
    """A text without what looks like a secret or a person, whoever wrote it."""
    return _cleaned(text) if len(text) <= _REPEATED_LENGTH_MAX else _cleaned.__wrapped__(text)


@lru_cache(REMEMBERED_MAX)
def _cleaned(text: str) -> str:
    if _HASH.fullmatch(text):
        return text
    text = text[:LENGTH_MAX]
    for pattern, mark in _PATTERNS:
        text = pattern.sub(mark, text)
    return text


def _digits(run: str) -> str:
    if len(run) <= _IPV4_LENGTH_MAX and run.count(".") == 3:
        try:
            return str(ipaddress.IPv4Address(run))
        except ValueError:
            pass
    return REDACTED
