"""An error as Graph answers it, and as a webhook reports it: the two shapes differ."""

from typing import Any

from simulator import codes

HREF = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"
OAUTH = frozenset({0, 3, 4, 10, 104, 190, 2500, *range(200, 300)})


class GraphError(Exception):
    """Refuses a call with one of Graph's codes."""

    def __init__(
        self,
        code: int,
        details: str = "",
        *,
        message: str = "",
        subcode: int | None = None,
        http_code: int | None = None,
    ) -> None:
        super().__init__(f"({code}) {message or details}")
        self.code = code
        self.row = codes.row(code)
        self.details = details or self.row.details
        self.message = message or f"(#{code}) {self.row.title}"
        self.subcode = subcode if subcode is not None else self.row.subcode
        self.http_code = http_code or self.row.http_code

    def body(self, trace_id: str) -> dict[str, Any]:
        """The HTTP body (graph-api/guides/error-handling, support/error-codes)."""
        error: dict[str, Any] = {"message": self.message, "type": "OAuthException", "code": self.code}
        if self.subcode == 33:
            error["type"] = "GraphMethodException"
        if self.code not in OAUTH and self.subcode != 33:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.row.transient:
            error["is_transient"] = True
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["fbtrace_id"] = trace_id
        return {"error": error}


def expired_token() -> GraphError:
    """What a token gets that was good once."""
    words = "Error validating access token: The session has been invalidated because the token was revoked or expired."
    return GraphError(190, message=words, subcode=463)


def unreadable_token() -> GraphError:
    """What a string gets that was never a token."""
    return GraphError(190, message="Invalid OAuth access token - Cannot parse access token")


def missing_token() -> GraphError:
    """What a call gets that brings no token at all."""
    return GraphError(104, message="An access token is required to request this resource.", http_code=401)


def unknown_node(node_id: str, method: str) -> GraphError:
    """A wrong id, and an id the token may not see, look the same from outside."""
    words = (
        f"Unsupported {method.lower()} request. Object with ID '{node_id}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api"
    )
    return GraphError(100, message=words, subcode=33)


def refusal(code: int) -> GraphError:
    """The error a number or token answers while it is refused on cue."""
    return expired_token() if code == 190 else GraphError(code)


def reported(code: int, details: str = "") -> dict[str, Any]:
    """An error inside a webhook (webhooks/reference/messages/status and /errors)."""
    row = codes.row(code)
    return {
        "code": code,
        "title": row.title,
        "message": row.title,
        "error_data": {"details": details or row.details},
        "href": HREF,
    }
