"""Errors of the HTTP API: RFC 9457 problem details with a stable `code`, and never the input they are about."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from aiohttp import web
from pydantic import JsonValue

from shared.contract.errors import GraphError, Problem

CONTENT_TYPE = "application/problem+json"

# The code of a status for which nobody gave a better one.
CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    409: "conflict",
    410: "gone",
    413: "too_large",
    415: "unsupported_media_type",
    417: "expectation_failed",
    422: "invalid",
    426: "upgrade_required",
    429: "too_many_requests",
    431: "head_too_large",
    500: "internal",
    503: "unavailable",
}


class ProblemError(Exception):
    """Ends a request with a problem; `detail` is for people and must not repeat what was sent."""

    def __init__(
        self,
        status: int,
        code: str | None = None,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        graph_error: GraphError | None = None,
        errors: Sequence[Mapping[str, JsonValue]] | None = None,
    ) -> None:
        self.status = status
        self.code = code or CODES.get(status, "error")
        super().__init__(f"{status} {self.code}")
        self.detail = detail
        self.headers = dict(headers or {})
        self.graph_error = graph_error
        self.errors = [dict(error) for error in errors] if errors is not None else None

    def response(self) -> web.Response:
        """What the caller gets."""
        problem = Problem(
            title=_title(self.status),
            status=self.status,
            code=self.code,
            detail=self.detail,
            graph_error=self.graph_error,
            errors=self.errors,
        )
        body = problem.model_dump_json(exclude_none=True).encode()
        answer = web.Response(status=self.status, body=body, content_type=CONTENT_TYPE, headers=self.headers)
        if self.headers.get("Connection") == "close":
            answer.force_close()  # the header alone would only be a wish
        return answer


def of_http_exception(error: web.HTTPException) -> ProblemError:
    """What aiohttp itself raises (404, 405 with Allow, 413, ...) as a problem."""
    kept = {name: error.headers[name] for name in ("Allow", "Retry-After", "WWW-Authenticate") if name in error.headers}
    return ProblemError(error.status, headers=kept)


# The same words on every Python: the standard library renamed these two.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


def _title(status: int) -> str:
    if status in _TITLES:
        return _TITLES[status]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
