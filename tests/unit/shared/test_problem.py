"""Problems: a stable code, the same words on every Python, and only headers that are meant for the caller."""

import json

import pytest
from aiohttp import web

from shared.contract.errors import GraphError
from shared.problem import CODES, ProblemError, of_http_exception


@pytest.mark.parametrize(("status", "code"), CODES.items())
def test_each_status_has_a_code_unless_a_better_one_is_given(status: int, code: str) -> None:
    """Programs read the code, people the title."""
    problem = json.loads(bytes(ProblemError(status).response().body))  # type: ignore[arg-type]

    assert (status, code, "about:blank") == (problem["status"], problem["code"], problem["type"])
    assert problem["title"]
    assert "better" == ProblemError(status, "better").code


def test_titles_do_not_change_with_the_version_of_python() -> None:
    """The standard library has renamed two of them."""
    told = [json.loads(bytes(ProblemError(status).response().body))["title"] for status in (413, 422)]  # type: ignore[arg-type]

    assert ["Content Too Large", "Unprocessable Content"] == told


def test_what_graph_said_is_in_it_untouched() -> None:
    """Meta's words first, ours beside them."""
    said = GraphError(code=190, message="Invalid OAuth access token", fbtrace_id="A1", advice="Paste a new one.")
    response = ProblemError(422, "graph_refused", graph_error=said).response()

    assert said == GraphError.model_validate(json.loads(bytes(response.body))["graph_error"])  # type: ignore[arg-type]
    assert "application/problem+json" == response.content_type


def test_the_text_of_the_exception_holds_nothing_private() -> None:
    """It may be logged; the detail may not."""
    assert "409 id_reused" == str(ProblemError(409, "id_reused", "The same id with another text."))


def test_of_what_aiohttp_raises_only_useful_headers_stay() -> None:
    """405 says what is allowed."""
    error = web.HTTPMethodNotAllowed("GET", ["PUT", "DELETE"], headers={"X-Private": "no"})
    problem = of_http_exception(error)

    assert (405, "method_not_allowed") == (problem.status, problem.code)
    assert {"Allow": "DELETE,PUT"} == problem.headers
