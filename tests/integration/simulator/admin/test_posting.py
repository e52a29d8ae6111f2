"""Callbacks and webhooks by HTTP."""

from simulator import Simulator
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually


async def test_a_callback_is_set_as_in_the_dashboard(caller: Caller, listener: Listener) -> None:
    """The handshake first; a wrong token is refused; secrets stay inside."""
    good = {"id": "second", "url": listener.url, "verify_token": listener.verify_token, "app_secret": "s"}
    assert (await caller.admin("PUT", "/callbacks", good)).body["verified"]
    assert 422 == (await caller.admin("PUT", "/callbacks", {**good, "verify_token": "wrong"})).code
    assert not (
        await caller.admin("PUT", "/callbacks", {**good, "url": "http://127.0.0.1:1", "handshake": False})
    ).body["verified"]
    listed = (await caller.admin("GET", "/callbacks")).body
    assert ["default", "second"] == [c["id"] for c in listed["callbacks"]]
    assert 204 == (await caller.admin("DELETE", "/callbacks/second")).code
    assert 404 == (await caller.admin("DELETE", "/callbacks/second")).code


async def test_raw_bytes_are_posted_as_they_are(caller: Caller, listener: Listener) -> None:
    """With the signature asked for; the callback's code comes back."""
    listener.answers = [401]
    answer = await caller.admin("POST", "/webhooks/raw?signature=malformed", b"not json")

    assert 401 == answer.body["http_code"]
    assert [b"not json"] == listener.bodies
    assert ["sha256=not-hexadecimal"] == listener.signatures
    assert 422 == (await caller.admin("POST", "/webhooks/raw?signature=forged", b"x")).code


async def test_bodies_of_all_kinds_are_made(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """Mix, history, fields, the dashboard's test, errors."""
    mix = (await caller.admin("POST", "/webhooks/mix", {"count": 50, "malformed": 1})).body
    history = (await caller.admin("POST", "/webhooks/history", {"messages": 30, "threads": 3})).body
    await caller.admin("POST", "/webhooks/history", {"declined": True})
    for path, body in (("field", {"field": "security"}), ("test", {}), ("errors", {"code": 131016}), ("hurry", {})):
        assert 204 == (await caller.admin("POST", f"/webhooks/{path}", body)).code

    assert (50, 1) == (mix["updates"], mix["malformed"])
    assert 30 == len(history["wamids"])
    assert await sim.settled()
    assert {"history", "security"} <= {c["field"] for c in listener.changes}
    assert 404 == (await caller.admin("POST", "/webhooks/field", {"field": "nothing_like_it"})).code


async def test_a_status_is_made(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """Out of turn."""
    sim.write("maria")
    wamid = (await caller.send("+34600555101")).body["messages"][0]["id"]
    assert await sim.settled()
    await caller.admin("POST", "/webhooks/status", {"wamid": wamid, "status": "failed", "code": 131026})

    await eventually(lambda: "failed" in {s["status"] for s in listener.statuses})
    assert 404 == (await caller.admin("POST", "/webhooks/status", {"wamid": "nope", "status": "read"})).code


async def test_traffic_flows_and_dries_up(caller: Caller) -> None:
    """For load tests."""
    await caller.admin("POST", "/traffic", {"per_s": 10, "for_s": 60, "customers": 2})
    assert 1 == len((await caller.admin("GET", "/traffic")).body["streams"])
    await caller.admin("DELETE", "/traffic")
    assert [] == (await caller.admin("GET", "/traffic")).body["streams"]


async def test_samples_are_listed(caller: Caller) -> None:
    """Messages and fields."""
    listed = (await caller.admin("GET", "/samples")).body

    assert "voice" in listed["messages"]
    assert "account_update" in listed["fields"]
