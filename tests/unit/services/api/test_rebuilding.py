"""How a rebuild tells where it is."""

import io

from rich.console import Console

from services.api.rebuilding import Bar, shown


def test_a_log_gets_a_line_every_tenth() -> None:
    """However small the steps are, and also where an earlier run has begun."""
    told = io.StringIO()
    with shown(Console(file=told, width=80)) as headway:
        headway.begin("apply", 1000, 500)
        for _ in range(500):
            headway.advance(1)

    assert [f"all that happened: {n} of 1000" for n in range(500, 1001, 100)] == told.getvalue().splitlines()


def test_a_terminal_gets_a_bar_for_each_pass() -> None:
    """With how much of how much."""
    told = io.StringIO()
    with shown(Console(file=told, width=120, force_terminal=True)) as headway:
        assert isinstance(headway, Bar)
        headway.begin("recall", 3, 3)
        headway.begin("apply", 3, 1)
        headway.advance(1)

    assert "what was asked and erased" in told.getvalue()
    assert "2/3" in told.getvalue()
