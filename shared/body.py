"""Reading what a request carries: bounded in size, time and depth, and validated before anybody looks at it."""

import asyncio
from typing import TypeVar

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import BadHttpMessage
from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from shared.problem import ProblemError

JSON_BYTES_MAX = 1024 * 1024
BODY_S_MAX = 10.0  # what comes slower than this holds a connection for nothing
ERRORS_MAX = 20
# Each object, list and comma costs a hundred times its length to check and to complain about. The largest request has a
# few dozen; a text of 4,096 commas and brackets must still fit, and so must a hello with a thousand numbers.
PARTS_MAX = 10_000
_FIELD_LENGTH_MAX = 100
_REFUSED_TYPES = ("multipart/",)  # anything else may be JSON: curl calls all it sends a form

M = TypeVar("M", bound=BaseModel)


async def read_body(request: web.Request, bytes_max: int, *, s_max: float = BODY_S_MAX) -> bytes:
    """The exact bytes of the body: 413 when it is too large, 408 when it comes too slowly."""
    if (request.content_length or 0) > bytes_max:
        raise _too_large(bytes_max)
    content = request.content
    if content.is_eof() and content.exception() is None:  # it has come whole with its head, as nearly all do
        body = bytearray(content.read_nowait())
        if len(body) > bytes_max:
            raise _too_large(bytes_max)
        return bytes(body)
    body = bytearray()
    try:
        async with asyncio.timeout(s_max):
            async for part in request.content.iter_any():
                body += part
                if len(body) > bytes_max:
                    raise _too_large(bytes_max)
    except TimeoutError:
        raise ProblemError(408, "too_slow", "The body came too slowly.") from None
    except (web.RequestPayloadError, ClientPayloadError, BadHttpMessage):
        raise ProblemError(400, detail="The body is not framed as HTTP asks.") from None
    return bytes(body)


async def read_json(request: web.Request, model: type[M], *, bytes_max: int = JSON_BYTES_MAX) -> M:
    """The body as a validated model: 400 `bad_json`, 422 `invalid` with an entry per refused field, 413, 415."""
    if request.content_type.startswith(_REFUSED_TYPES):
        raise ProblemError(415, detail="Send JSON.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ProblemError(415, detail="Send the body without a content encoding.")
    body = await read_body(request, bytes_max)
    if has_too_many_parts(body):
        raise ProblemError(400, "bad_json", "The body has too many parts.")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise refusal(error) from None


def has_too_many_parts(document: bytes) -> bool:
    """Whether a JSON document is one that nobody needs and that would take seconds to refuse; costs nothing to know."""
    return document.count(b",") + document.count(b"{") + document.count(b"[") > PARTS_MAX


def refusal(error: ValidationError) -> ProblemError:
    """What was wrong with it, field by field, without repeating any value."""
    details = error.errors(include_url=False, include_input=False)
    if any(detail["type"] in ("json_invalid", "json_type") for detail in details):
        return ProblemError(400, "bad_json", "The body is not valid JSON, or nested too deeply.")
    return ProblemError(422, "invalid", errors=[_entry(detail) for detail in details[:ERRORS_MAX]])


def _entry(detail: ErrorDetails) -> dict[str, JsonValue]:
    field = ".".join(str(part) for part in detail["loc"])[:_FIELD_LENGTH_MAX]
    return {"field": field, "code": detail["type"], "message": _message(detail)}


def _message(detail: ErrorDetails) -> str:
    if detail["type"] == "union_tag_invalid":  # its own message quotes the input
        return f"Input should be one of {detail['ctx']['expected_tags']}"
    return detail["msg"].removeprefix("Value error, ")


def _too_large(bytes_max: int) -> ProblemError:
    return ProblemError(413, "too_large", f"At most {bytes_max} bytes.")
