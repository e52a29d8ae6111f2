"""Connecting, changing and disconnecting numbers: real HTTP and Redis, the simulator as Graph."""

from shared.contract.commands import CredentialsChanged
from shared.process import now_ms
from simulator.faults import Fault
from tests.real.inbox import Caller, Inbox, eventually
from tests.real.waiting import until_answered

SECRET = "0123456789abcdef0123456789abcdef"


def versions_told(api: Inbox, agent: Caller) -> list[int]:
    """The credential versions that the sender heard of."""
    return [c.credential_version for c in api.asked_by(agent) if isinstance(c, CredentialsChanged)]


async def test_connecting_asks_graph_exactly_once_and_tells_everybody(api: Inbox) -> None:
    """201, with what Graph says of the number; one GET, with fields; the sender hears of the new credentials."""
    agent = await api.agent()
    before = api.simulator.ledger.seq

    answer = await agent.ask("POST", "/v1/numbers", {**api.credentials, "app_secret": SECRET})

    settings = api.simulator.settings
    calls = api.simulator.ledger.records("call", since=before)
    assert 201 == answer.code
    assert settings.phone_number_id == answer.json["id"]
    assert "connected" == answer.json["state"]
    assert settings.verified_name == answer.json["verified_name"]
    assert answer.json["display_number"]
    assert answer.json["token_checked_at"].endswith("Z")
    assert [("GET", "v25.0", 200)] == [(call["method"], call["version"], call["http_code"]) for call in calls]
    assert calls[0]["fields"]
    await eventually(lambda: _true([1] == versions_told(api, agent)))


async def test_a_stored_secret_is_never_returned(api: Inbox) -> None:
    """Only that it is set, and its last four characters."""
    agent = await api.agent()
    path = await api.connected(agent)
    await agent.ask("PATCH", path, {"app_secret": SECRET})

    for asked in ("/v1/numbers", path, f"{path}/snapshot", "/v1/callback"):
        answer = await agent.ask("GET", asked)
        assert 200 == answer.code
        assert SECRET.encode() not in answer.body
        assert api.credentials["access_token"].encode() not in answer.body
        assert api.credentials["verify_token"].encode() not in answer.body
    number = (await agent.ask("GET", path)).json
    assert {"set": True, "fingerprint": "…cdef"} == number["app_secret"]


async def test_what_graph_refuses_is_not_connected(api: Inbox) -> None:
    """422 with Graph's own error; there is no number afterwards."""
    agent = await api.agent()

    answer = await agent.ask("POST", "/v1/numbers", {**api.credentials, "access_token": "not-a-token"})

    assert (422, "graph_refused") == answer.problem
    assert 190 == answer.json["graph_error"]["code"]
    assert answer.json["graph_error"]["message"]
    assert answer.json["graph_error"]["advice"]
    assert "application/problem+json" == answer.headers["Content-Type"].partition(";")[0]
    assert {"numbers": []} == (await agent.ask("GET", "/v1/numbers")).json


async def test_a_graph_that_does_not_answer_changes_nothing(api: Inbox) -> None:
    """503 graph_unreachable, after one call: to be asked again by whoever asked."""
    agent = await api.agent()
    before = api.simulator.ledger.seq
    api.simulator.add_fault(Fault(call="lookup", kind="close", times=1))

    answer = await agent.ask("POST", "/v1/numbers", api.credentials)

    assert (503, "graph_unreachable") == answer.problem
    assert "Retry-After" in answer.headers
    assert ["close"] == [call["lost"] for call in api.simulator.ledger.records("call", since=before)]
    assert {"numbers": []} == (await agent.ask("GET", "/v1/numbers")).json


async def test_connecting_again_replaces_the_credentials(api: Inbox) -> None:
    """200, a newer credential version, and what the form could not show (the app secret) stays."""
    agent = await api.agent()
    await agent.ask("POST", "/v1/numbers", {**api.credentials, "app_secret": SECRET, "display_number": "Front desk"})

    answer = await agent.ask("POST", "/v1/numbers", api.credentials)

    assert 200 == answer.code
    assert answer.json["app_secret"]["set"]
    assert "Front desk" == answer.json["display_number"]
    await eventually(lambda: _true([1, 2] == versions_told(api, agent)))


async def test_a_patch_keeps_what_it_does_not_name(api: Inbox) -> None:
    """Absent keeps; settings are in force before the answer; no word to Graph, none about credentials."""
    agent = await api.agent()
    path = await api.connected(agent)
    before = (await agent.ask("GET", path)).json
    asked_before = api.simulator.ledger.totals["call"]

    patch = {"send_read_receipts": True, "retention_days": 30, "display_number": "Front desk"}
    answer = await agent.ask("PATCH", path, patch)

    assert 200 == answer.code
    assert {**before, **patch} == answer.json == (await agent.ask("GET", path)).json
    assert "retention_days" not in (await agent.ask("PATCH", path, {"retention_days": 0})).json
    assert asked_before == api.simulator.ledger.totals["call"]
    assert [1] == versions_told(api, agent)


async def test_null_removes_the_app_secret_and_nothing_else(api: Inbox) -> None:
    """For every other field null is no value."""
    agent = await api.agent()
    path = await api.connected(agent)
    await agent.ask("PATCH", path, {"app_secret": SECRET})

    for name in ("access_token", "verify_token", "display_number", "send_read_receipts", "enabled", "retention_days"):
        assert (422, "invalid") == (await agent.ask("PATCH", path, {name: None})).problem
    answer = await agent.ask("PATCH", path, {"app_secret": None})

    assert {"set": False} == answer.json["app_secret"]


async def test_a_replaced_app_secret_verifies_for_a_day_more(api: Inbox) -> None:
    """Newest first; after 24 hours the old one is nothing any more."""
    agent = await api.agent()
    path = await api.connected(agent)
    await agent.ask("PATCH", path, {"app_secret": "the-old-app-secret"})
    await agent.ask("PATCH", path, {"app_secret": "the-new-app-secret"})

    (record,) = await api.ground.registry.numbers(agent.workspace_id)

    day_ms = 24 * 3600 * 1000
    assert [b"the-new-app-secret", b"the-old-app-secret"] == record.secrets_at(now_ms())
    assert [b"the-new-app-secret"] == record.secrets_at(now_ms() + day_ms)


async def test_a_refused_new_token_keeps_the_old_one(api: Inbox) -> None:
    """422, and nothing has changed."""
    agent = await api.agent()
    path = await api.connected(agent)
    before = (await agent.ask("GET", path)).json

    answer = await agent.ask("PATCH", path, {"access_token": "not-a-token", "send_read_receipts": True})

    assert (422, "graph_refused") == answer.problem
    assert before == (await agent.ask("GET", path)).json
    assert [1] == versions_told(api, agent)


async def test_disconnecting_forgets_the_credentials_and_keeps_the_conversations(api: Inbox) -> None:
    """204, again 204; the number is listed as disconnected, and connecting it again is 201."""
    agent = await api.agent()
    path = await api.connected(agent)
    await api.customer_writes(agent, "Hello?")

    assert 204 == (await agent.ask("DELETE", path)).code
    assert 204 == (await agent.ask("DELETE", path)).code

    number = (await agent.ask("GET", path)).json
    assert "disconnected" == number["state"]
    assert [{"set": False}] * 3 == [number[name] for name in ("access_token", "app_secret", "verify_token")]
    assert 1 == len((await agent.ask("GET", f"{path}/conversations")).json["conversations"])
    assert (409, "disconnected") == (await agent.ask("PATCH", path, {"verify_token": "another"})).problem
    assert 201 == (await agent.ask("POST", "/v1/numbers", api.credentials)).code


async def test_a_number_of_another_workspace_is_not_there(api: Inbox) -> None:
    """404 for every way of asking; one number may be connected in several workspaces, each for itself."""
    ada, eve = await api.agent("Ada"), await api.agent("Eve")
    path = await api.connected(ada)

    for method, below, body in (
        ("GET", "", None),
        ("PATCH", "", {"enabled": False}),
        ("DELETE", "", None),
        ("GET", "/snapshot", None),
        ("GET", "/conversations", None),
        ("GET", "/changes?since=x", None),
    ):
        assert (404, "no_such_number") == (await eve.ask(method, path + below, body)).problem
    assert 201 == (await eve.ask("POST", "/v1/numbers", api.credentials)).code
    assert 204 == (await eve.ask("DELETE", path)).code
    assert "connected" == (await ada.ask("GET", path)).json["state"]


async def test_settings_of_a_number_appear_in_its_feed(api: Inbox) -> None:
    """A change of settings is a change like any other."""
    agent = await api.agent()
    path = await api.connected(agent)
    cursor = (await agent.ask("GET", f"{path}/snapshot")).json["cursor"]

    await agent.ask("PATCH", path, {"display_number": "Front desk"})

    async def told() -> list[str]:
        answer = await agent.ask("GET", f"{path}/changes?since={cursor}")
        return [change["value"]["display_number"] for change in answer.json["changes"] if change["kind"] == "number"]

    await until_answered(told, lambda names: names[-1:] == ["Front desk"])  # after that it was connected at all


async def _true(value: object) -> object:
    return value
