"""HTTP of the demo."""

import pytest

from demo.door import Refused
from demo.household import Household
from demo.moving_in import Desk


async def test_a_refusal_carries_its_code(found: Household) -> None:
    """Whoever asks can tell one from another."""
    with pytest.raises(Refused) as refused:
        await found.inbox.ask("GET", "/v1/session")

    assert 401 == refused.value.status
    assert refused.value.code


async def test_an_answer_without_a_body_is_nothing(desk: Desk) -> None:
    """204."""
    made = await desk.door.ask("POST", "/v1/tokens", {"name": "t", "scopes": ["read"]})
    assert await desk.door.ask("DELETE", f"/v1/tokens/{made['id']}") is None


async def test_it_waits_until_somebody_opens(found: Household) -> None:
    """And returns at once when it is open already."""
    await found.inbox.until_open("/readyz")
