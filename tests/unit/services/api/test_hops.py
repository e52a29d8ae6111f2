"""The connect doctor's answer as it stands on the wire."""

import json

import pytest
from pydantic import ValidationError

from services.api.findings import hop
from services.api.hops import HOPS, LastOfKind, NumberHealth
from shared.contract.errors import GraphError
from shared.contract.ids import NumberId


def test_what_is_not_known_is_not_there() -> None:
    """No nulls; times with milliseconds; Graph's words whole."""
    error = GraphError(code=190, message="No.", explanation="It ended.", advice="Renew it.")
    hops = [hop("callback_verified", "callback_verified", 1_795_000_000_123)]
    hops += [hop("token_accepted", "token_refused", graph_error=error)] * (HOPS - 1)
    webhooks = [LastOfKind(kind="messages", at=60_000)]
    health = NumberHealth(number_id=NumberId("1"), checked_at=5, healthy=False, hops=hops, webhooks=webhooks)

    told = json.loads(health.model_dump_json(exclude_none=True))

    assert {"number_id": "1", "checked_at": "1970-01-01T00:00:00.005Z", "healthy": False} == {
        name: value for name, value in told.items() if name not in ("hops", "webhooks")
    }
    assert [{"kind": "messages", "at": "1970-01-01T00:01:00.000Z"}] == told["webhooks"]
    assert {
        "hop": "callback_verified",
        "state": "ok",
        "code": "callback_verified",
        "title": "Callback verified",
        "what_happened": "Meta has verified the callback URL.",
        "at": "2026-11-18T11:06:40.123Z",
    } == told["hops"][0]
    refused = {"code": 190, "message": "No.", "explanation": "It ended.", "advice": "Renew it."}
    assert ("system_users", refused) == (told["hops"][1]["screen"], told["hops"][1]["graph_error"])


def test_every_hop_is_there() -> None:
    """Never fewer: a browser may count on each."""
    with pytest.raises(ValidationError):
        NumberHealth(number_id=NumberId("1"), checked_at=5, healthy=True, hops=[], webhooks=[])
