"""The body of POST /{phone_number_id}/messages, read and checked (messages/send-messages)."""

import re
from dataclasses import dataclass
from typing import Any

import orjson

from simulator.errors import GraphError
from simulator.graph import content
from simulator.identifiers import digits

CALLBACK_TOKEN_MAX = 512
_BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


@dataclass(slots=True, frozen=True)
class Sending:
    """A message that is well-formed; whether it may be sent is another question."""

    to: str | None
    recipient: str | None
    type: str
    content: dict[str, Any]
    callback_token: str | None
    context_wamid: str | None


@dataclass(slots=True, frozen=True)
class Receipt:
    """A read receipt, with or without the typing indicator."""

    wamid: str
    typing: bool


def parse(raw: bytes) -> Sending | Receipt:
    """Read a body; whatever is wrong with it is a GraphError."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise GraphError(100, message="(#100) The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise GraphError(100, message="(#100) The request body must be a JSON object.")
    if "messaging_product" not in body:
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    if body["messaging_product"] != "whatsapp":
        raise GraphError(100, message="(#100) Param messaging_product must be one of {WHATSAPP}.")
    if "status" in body:
        return _receipt(body)
    return _sending(body)


def _receipt(body: dict[str, Any]) -> Receipt:
    if body["status"] != "read":
        raise GraphError(100, message="(#100) Param status must be one of {READ}.")
    found = content.string(body, "message_id", "message_id")
    typing = body.get("typing_indicator")
    if typing is not None and (not isinstance(typing, dict) or typing.get("type") != "text"):
        raise content.invalid("typing_indicator['type']", "must be text")
    return Receipt(found or "", typing is not None)


def _sending(body: dict[str, Any]) -> Sending:
    if body.get("recipient_type", "individual") == "group":
        raise GraphError(131041, "The group does not exist.")
    to, recipient = body.get("to"), body.get("recipient")
    if not to and not recipient:
        raise GraphError(100, message="(#100) The parameter to is required.")
    if to:
        if not isinstance(to, str) or not 5 <= len(digits(to)) <= 16 or any(c.isalpha() for c in to):
            raise content.invalid("to", "is not a valid WhatsApp phone number")
    elif not isinstance(recipient, str) or not _BSUID.fullmatch(recipient):
        raise GraphError(131061)
    content_type = body.get("type", "text")
    if not isinstance(content_type, str):
        raise GraphError(100, message="(#100) Param type must be a string.")
    part = body.get(content_type)
    content.check(content_type, part)
    return Sending(
        to=to or None,
        recipient=None if to else recipient,
        type=content_type,
        content={"type": content_type, content_type: part},
        callback_token=_callback_token(body),
        context_wamid=_context(body, content_type),
    )


def _callback_token(body: dict[str, Any]) -> str | None:
    token = body.get("biz_opaque_callback_data")
    if token is None:
        return None
    if not isinstance(token, str):
        raise GraphError(100, message="(#100) Param biz_opaque_callback_data must be a string.")
    if len(token) > CALLBACK_TOKEN_MAX:
        raise content.too_long("biz_opaque_callback_data", CALLBACK_TOKEN_MAX)
    return token


def _context(body: dict[str, Any], content_type: str) -> str | None:
    context = body.get("context")
    if context is None:
        return None
    if not isinstance(context, dict):
        raise content.invalid("context", "must be a JSON object")
    if content_type == "reaction":
        raise content.invalid("context", "cannot be used with reactions")
    return content.string(context, "message_id", "context['message_id']")
