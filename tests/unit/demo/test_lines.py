"""The plain view."""

import io
import re

from demo.lines import Lines


def test_each_event_is_one_line_with_its_time() -> None:
    """After the header, which has none."""
    out = io.StringIO()
    Lines(out, ["open here"]).tell("← Ada: Hello")

    first, second = out.getvalue().splitlines()
    assert "open here" == first
    assert re.fullmatch(r"\d\d:\d\d:\d\d  ← Ada: Hello", second)
