"""Errors as people see them: Meta's own words first, ours beside them."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class GraphError(BaseModel):
    """What Graph said of a refusal, untouched, with one sentence of explanation and one of advice.

    `code`, `title`, `message`, `details`, `subcode` and `fbtrace_id` are Meta's; shapes differ between an HTTP
    answer (META: support/error-codes) and a `failed` status (META: webhooks/reference/messages/status).
    """

    model_config = ConfigDict(frozen=True)

    code: int | str = Field(description="Meta's code, or a word of ours for what Graph never answered")
    title: str | None = None
    message: str
    details: str | None = None
    subcode: int | None = None
    fbtrace_id: str | None = None
    explanation: str = ""
    advice: str = ""


class Problem(BaseModel):
    """An error of the HTTP API: RFC 9457 problem details with a stable `code`."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str | None = None
    graph_error: GraphError | None = None
    errors: list[dict[str, JsonValue]] | None = Field(default=None, description="one entry per refused field")
