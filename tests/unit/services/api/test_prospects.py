"""What is said of prospects: whoever has something to do is told where."""

from services.api.prospects import PROSPECTS


def test_what_is_a_problem_names_its_screen() -> None:
    """A problem that Meta's pages put right is of no use without the page."""
    assert [] == [code for code, said in PROSPECTS.items() if said.state == "problem" and said.screen is None]
