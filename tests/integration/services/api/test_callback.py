"""The webhook address that an agent pastes into Meta's dashboard."""

from shared.process import now_ms
from tests.real.inbox import Inbox


async def test_each_workspace_has_an_address_of_its_own(api: Inbox) -> None:
    """Under the public URL, with a key of letters and digits that nobody can guess."""
    first, second = [(await (await api.agent()).ask("GET", "/v1/callback")).json for _ in range(2)]

    prefix = "https://inbox.example.org/webhooks/"
    assert first["callback_url"].startswith(prefix)
    assert first["callback_url"].removeprefix(prefix).isalnum()
    assert len(first["callback_url"].removeprefix(prefix)) >= 32
    assert first["callback_url"] != second["callback_url"]
    assert (False, 0) == (first["verify_token_set"], first["unsigned_seen"])


async def test_a_staged_verify_token_is_in_force_before_the_answer(api: Inbox) -> None:
    """Meta verifies before Save & connect; the token itself is not told again."""
    agent = await api.agent()

    answer = await agent.ask("PUT", "/v1/callback", {"verify_token": "typed so far"})

    assert 200 == answer.code
    assert answer.json["verify_token_set"]
    assert b"typed so far" not in answer.body
    staged = (await api.ground.registry.callback(agent.workspace_id)).verify_token
    assert staged is not None
    assert "typed so far" == staged.get_secret_value()


async def test_it_shows_when_meta_came_by(api: Inbox) -> None:
    """What ingest notes is what the page says."""
    agent = await api.agent()
    await api.ground.registry.note_verified(agent.workspace_id, now_ms())
    await api.ground.registry.note_webhook(agent.workspace_id, now_ms(), unsigned=2)

    state = (await agent.ask("GET", "/v1/callback")).json

    assert state["last_verified_at"].endswith("Z")
    assert state["last_webhook_at"].endswith("Z")
    assert 2 == state["unsigned_seen"]
