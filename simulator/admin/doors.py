"""How an admin call is read and answered: bodies are checked models, errors are one line of JSON."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Decided = Callable[[web.Request], Awaitable[Any]]
M = TypeVar("M", bound=BaseModel)


class Asked(BaseModel):
    """A request body; unknown fields are refused, so that a typing error is noticed."""

    model_config = ConfigDict(extra="forbid")


def answered(body: Any, code: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(
        body=orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS), status=code, content_type="application/json"
    )


def door(decide: Decided) -> Answer:
    """An aiohttp endpoint around a function that answers plain JSON, None for 204, or a response of its own."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            body = await decide(request)
        except ValidationError as wrong:
            errors = wrong.errors(include_url=False, include_input=False, include_context=False)
            return answered({"error": "the body is not as it should be", "details": errors}, 422)
        except KeyError as missing:
            return answered({"error": f"there is no {missing.args[0]}"}, 404)
        except LookupError as missing:
            return answered({"error": str(missing)}, 404)
        except ValueError as refused:
            return answered({"error": str(refused)}, 422)
        if isinstance(body, web.StreamResponse):
            return body
        return web.Response(status=204) if body is None else answered(body)

    return answer


async def asked(request: web.Request, model: type[M]) -> M:
    """The body as a model; no body is an empty one."""
    raw = await request.read()
    return model.model_validate_json(raw or b"{}")


def whole(request: web.Request, name: str, default: int) -> int:
    """A whole number of the query string."""
    text = request.query.get(name)
    if text is None:
        return default
    if not text.lstrip("-").isdecimal():
        raise ValueError(f"{name} must be a whole number")
    return int(text)
