"""Errors carry Meta's words untouched, with ours beside them."""

from shared.contract.errors import GraphError, Problem


def test_metas_words_and_ours_stand_apart() -> None:
    """An agent sees exactly what Graph said."""
    error = GraphError(code=131047, message="Re-engagement message", explanation="The window is closed.")

    assert {
        "code": 131047,
        "message": "Re-engagement message",
        "explanation": "The window is closed.",
        "advice": "",
    } == (error.model_dump(exclude_none=True))


def test_a_problem_has_a_stable_code() -> None:
    """A program decides on `code`, a person reads `title`."""
    problem = Problem(title="Not found", status=404, code="not_found")

    assert {"type": "about:blank", "title": "Not found", "status": 404, "code": "not_found"} == (
        problem.model_dump(exclude_none=True)
    )
