"""Scripts as JSON."""

import pytest
from pydantic import ValidationError

from simulator.steps import STEPS, AwaitAnswer, Write


def test_a_script_is_plain_json() -> None:
    """Each step says what to do."""
    steps = STEPS.validate_python([{"do": "write", "text": "Hi"}, {"do": "await_answer", "for_s": 5}])

    assert (Write(text="Hi"), AwaitAnswer(for_s=5)) == steps


def test_an_unknown_step_is_refused() -> None:
    """Nobody can do what is not on the list."""
    with pytest.raises(ValidationError, match="dance"):
        STEPS.validate_python([{"do": "dance"}])
