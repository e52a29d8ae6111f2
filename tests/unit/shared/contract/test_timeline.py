"""The ledger of a message as it is answered."""

import orjson

from shared.contract.ids import NumberId
from shared.contract.timeline import GraphAnswer, Step, Timeline


def test_a_ledger_says_times_as_the_api_does_and_leaves_out_what_is_not_there() -> None:
    """Whoever reads it sees nothing that means nothing."""
    made = Timeline(
        reference="~a",
        number_id=NumberId("1"),
        direction="inbound",
        origin="customer",
        type="text",
        steps=[Step(name="written", at=0, answer=GraphAnswer(code=4))],
        missing=[],
        attempts_kept_days=8,
        made_at=1,
    )

    assert {
        "reference": "~a",
        "number_id": "1",
        "direction": "inbound",
        "origin": "customer",
        "type": "text",
        "steps": [{"name": "written", "at": "1970-01-01T00:00:00.000Z", "answer": {"code": 4}}],
        "missing": [],
        "attempts_kept_days": 8,
        "made_at": "1970-01-01T00:00:00.001Z",
    } == orjson.loads(made.json_bytes())
