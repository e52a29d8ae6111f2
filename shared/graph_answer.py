"""What an answer of Graph says: a wamid, an error in Meta's own words, or nothing that can be read."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from shared.contract.errors import GraphError
from shared.contract.events import Identity
from shared.contract.ids import Wamid


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `code` is HTTP's. Neither `error` nor `wamid`: Graph said nothing in its own language."""

    code: int
    error: GraphError | None = None
    wamid: Wamid | None = None
    contact: Identity = field(default_factory=Identity)
    success: bool = False  # what a read receipt is answered with


def read(code: int, body: bytes) -> Answer:
    """An answer from the wire; whatever cannot be read is left out, never guessed."""
    try:
        document: Any = orjson.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return Answer(code)
    wamid = _text(_first(document.get("messages")), "id") if 200 <= code < 300 else None
    if wamid:
        return Answer(code, wamid=Wamid(wamid), contact=_contact(_first(document.get("contacts"))))
    return Answer(code, error=_error(document.get("error"), code), success=document.get("success") is True)


def batched(code: int, body: bytes) -> tuple[int, bytes]:
    """The answer inside a batch of one; what is no batch is an answer itself."""
    try:
        listed: Any = orjson.loads(body)
    except ValueError:
        return code, body
    first = _first(listed)
    if not isinstance(first, dict):
        return code, body
    inner, text = _number(first.get("code")), _text(first, "body")
    return (inner, text.encode()) if inner is not None and text is not None else (code, b"")


def _error(raw: Any, http_code: int) -> GraphError | None:
    if not isinstance(raw, dict):
        return None
    details = raw.get("error_data")
    return GraphError(
        code=_number(raw.get("code")) if _number(raw.get("code")) is not None else f"http_{http_code}",
        title=_text(raw, "title") or _text(raw, "error_user_title"),
        message=_text(raw, "message") or "",
        details=details if isinstance(details, str) else _text(details, "details") or _text(raw, "error_user_msg"),
        subcode=_number(raw.get("error_subcode")),
        fbtrace_id=_text(raw, "fbtrace_id"),
    )


def _contact(raw: Any) -> Identity:
    return Identity(
        user_id=_text(raw, "user_id"), parent_user_id=_text(raw, "parent_user_id"), wa_id=_text(raw, "wa_id")
    )


def _first(raw: Any) -> Any:
    return raw[0] if isinstance(raw, list) and raw else None


def _text(raw: Any, name: str) -> str | None:
    value = raw.get(name) if isinstance(raw, dict) else None
    return value if isinstance(value, str) and value else None


def _number(raw: Any) -> int | None:
    if isinstance(raw, str) and raw.isdecimal():
        return int(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None
