"""The connect doctor over HTTP: each hop, against the simulator."""

from typing import Any

import pytest

from services.api.hops import HOPS
from shared.contract.errors import GraphError
from shared.contract.events import NumberRefused
from shared.contract.evidence import Seen
from shared.contract.ids import NumberId
from shared.evidence import EvidenceBook
from shared.process import now_ms
from simulator.faults import Fault
from simulator.number import Number
from simulator.webhooks.callback import Callback
from tests.integration.services.api.patients import SECRET, Patient
from tests.real.inbox import Inbox, eventually

ASKED_OF_GRAPH = {
    *("token_accepted", "token_lasts", "subscribed", "fields_subscribed", "app_live"),
    *("number_registered", "name_approved", "account_in_order"),
}


async def test_a_number_just_connected_is_told_what_is_missing(api: Inbox, patient: Patient) -> None:
    """Every hop, in order, in plain words; a token with read may look, one without may not."""
    health = await patient.health()

    assert (patient.number_id, False) == (health["number_id"], health["healthy"])
    assert [
        ("callback_verified", "problem", "callback_never_verified"),
        ("signed_webhooks", "unknown", "nothing_signed_yet"),
        ("token_accepted", "ok", "token_accepted"),
        ("token_lasts", "ok", "token_lasts"),
        ("subscribed", "ok", "subscribed"),
        ("fields_subscribed", "ok", "fields_subscribed"),
        ("app_live", "unknown", "app_perhaps_unpublished"),
        ("last_webhook", "unknown", "nothing_yet"),
        ("number_registered", "ok", "number_registered"),
        ("name_approved", "ok", "name_approved"),
        ("account_in_order", "ok", "account_in_order"),
        ("nothing_missing", "ok", "nothing_missing"),
    ] == [(hop["hop"], hop["state"], hop["code"]) for hop in health["hops"]]
    assert "Meta app → WhatsApp → Configuration → Webhook → Edit" in health["hops"][0]["what_to_do"]
    assert "webhook" == health["hops"][0]["screen"]
    path = f"{patient.path}/health"
    assert 200 == (await (await api.token(patient.agent, "read")).ask("GET", path)).code
    assert (403, "scope") == (await (await api.token(patient.agent, "send")).ask("GET", path)).problem
    assert (404, "no_such_number") == (await (await api.agent("Eve")).ask("GET", path)).problem


async def test_all_hops_are_ok_when_meta_has_come_by(api: Inbox, patient: Patient) -> None:
    """Only then is the number healthy, and only what is not ok says what to do."""
    registry = api.ground.registry
    workspace_id, number_id = patient.agent.workspace_id, NumberId(patient.number_id)
    await registry.note_verified(workspace_id, now_ms())
    record = await registry.number(workspace_id, number_id)
    assert record is not None
    signed = Seen("verified", record.app_secret_set_ms or 0)
    book = EvidenceBook(api.ground.redis)
    await book.note(workspace_id, number_id, signed, now_ms(), patient.account_id)
    await book.came(workspace_id, number_id, {"statuses": 60_000, "messages": now_ms()})

    health = await patient.health()

    assert health["healthy"]
    assert {"ok"} == {hop["state"] for hop in health["hops"]}
    assert "messages_arrive" == next(hop["code"] for hop in health["hops"] if hop["hop"] == "fields_subscribed")
    assert ["messages", "statuses"] == [each["kind"] for each in health["webhooks"]]
    assert "1970-01-01T00:01:00.000Z" == health["webhooks"][1]["at"]
    assert not any("what_to_do" in hop for hop in health["hops"])
    assert all(hop["at"].endswith("Z") for hop in health["hops"][:-1])


async def test_what_is_not_known_is_not_healthy(api: Inbox, patient: Patient) -> None:
    """Though nothing is known to be wrong."""
    await api.ground.registry.note_verified(patient.agent.workspace_id, now_ms())

    health = await patient.health()

    assert {"ok", "unknown"} == {hop["state"] for hop in health["hops"]}
    assert not health["healthy"]


async def test_a_refused_token_is_told_in_graph_s_own_words(api: Inbox, patient: Patient) -> None:
    """And nothing is said of what cannot be asked without it."""
    api.simulator.refuse(190, token=patient.token)

    token, subscribed = await patient.hop("token_accepted"), await patient.hop("subscribed")

    assert ("problem", "token_refused", "system_users") == (token["state"], token["code"], token["screen"])
    assert (190, 463) == (token["graph_error"]["code"], token["graph_error"]["subcode"])
    assert token["graph_error"]["message"]
    assert ("unknown", "token_first") == (subscribed["state"], subscribed["code"])
    api.simulator.allow(token=patient.token)
    assert "token_accepted" == await patient.code("token_accepted")


async def test_a_number_that_the_token_does_not_see(api: Inbox, patient: Patient) -> None:
    """Another phone number ID, or a token of another account: Graph does not tell which."""
    api.simulator.add_token(patient.token, [])

    token = await patient.hop("token_accepted")

    assert ("number_not_visible", 100, 33) == (
        token["code"],
        token["graph_error"]["code"],
        token["graph_error"]["subcode"],
    )


async def test_an_account_without_a_subscription(api: Inbox, patient: Patient) -> None:
    """The commonest reason for "verified, but nothing arrives"."""
    api.simulator.subscribe(False, account_id=patient.account_id)
    subscribed = await patient.hop("subscribed")
    assert ("problem", "not_subscribed", patient.account_id) == (
        subscribed["state"],
        subscribed["code"],
        subscribed["named"],
    )

    api.simulator.subscribe(False, account_id=patient.account_id, other_apps=("Old provider",))
    subscribed = await patient.hop("subscribed")
    assert ("problem", "other_app_only", "Old provider") == (
        subscribed["state"],
        subscribed["code"],
        subscribed["named"],
    )

    api.simulator.subscribe(account_id=patient.account_id)
    assert "subscribed" == await patient.code("subscribed")


async def test_a_token_that_may_not_read_the_subscription(api: Inbox, patient: Patient) -> None:
    """It is not known then, which is no problem by itself."""
    api.simulator.add_token(patient.token, [patient.number_id], ("whatsapp_business_messaging",))

    token, subscribed = await patient.hop("token_accepted"), await patient.hop("subscribed")

    assert "token_accepted" == token["code"]
    assert ("unknown", "subscription_not_permitted", 200) == (
        subscribed["state"],
        subscribed["code"],
        subscribed["graph_error"]["code"],
    )
    assert "whatsapp_business_management" in subscribed["what_to_do"]


async def test_webhooks_that_are_sent_elsewhere(api: Inbox, patient: Patient) -> None:
    """An override at Meta is told with its host, and nothing else of the address."""
    override = Callback(
        id=f"number:{patient.number_id}",
        url="https://other.example.net/a/secret/path",
        scope="number",
        number_ids=frozenset({patient.number_id}),
    )
    await api.simulator.set_callback(override, verify=False)

    subscribed = await patient.hop("subscribed")

    assert ("override_elsewhere", "other.example.net") == (subscribed["code"], subscribed["named"])
    assert "secret" not in str(subscribed)


@pytest.mark.parametrize("kind", ["html", "close", "garbage"])
async def test_a_graph_that_does_not_answer_is_unknown(api: Inbox, patient: Patient, kind: Any) -> None:
    """200, with the rest of what is known."""
    fault = api.simulator.add_fault(Fault(call="lookup", kind=kind, number_id=patient.number_id))

    health = await patient.health()

    unreachable = {
        hop["hop"] for hop in health["hops"] if ("unknown", "graph_unreachable") == (hop["state"], hop["code"])
    }
    assert ASKED_OF_GRAPH == unreachable
    api.simulator.lift(fault.id)


async def test_a_graph_that_is_busy_is_unknown_too(api: Inbox, patient: Patient) -> None:
    """With Meta's words."""
    fault = api.simulator.add_fault(Fault(call="lookup", kind="error", code=4, number_id=patient.number_id))

    token = await patient.hop("token_accepted")

    assert ("unknown", "graph_trouble", 4) == (token["state"], token["code"], token["graph_error"]["code"])
    api.simulator.lift(fault.id)


async def test_a_graph_that_does_not_know_the_fields_still_knows_the_token(api: Inbox, patient: Patient) -> None:
    """The account is then the one that webhooks have named, once one has."""

    async def asked() -> tuple[str, str]:
        fault = Fault(call="lookup", kind="error", code=100, number_id=patient.number_id, times=1)
        api.simulator.add_fault(fault)
        codes = {hop["hop"]: hop["code"] for hop in (await patient.health())["hops"]}
        return codes["token_accepted"], codes["subscribed"]

    assert ("token_accepted", "account_unknown") == await asked()
    book = EvidenceBook(api.ground.redis)
    ids = patient.agent.workspace_id, NumberId(patient.number_id)
    await book.note(*ids, Seen("unsigned"), 1, patient.account_id)
    assert ("token_accepted", "which_app_unknown") == await asked()
    await book.note(*ids, Seen("verified"), now_ms(), patient.account_id)
    assert ("token_accepted", "subscribed") == await asked()


async def test_sends_that_were_refused_are_told_though_the_number_can_be_read(api: Inbox, patient: Patient) -> None:
    """They wait for somebody to save the token again."""
    error = GraphError(code=131005, message="(#131005) Access denied")
    ids = {"workspace_id": patient.agent.workspace_id, "number_id": NumberId(patient.number_id)}
    at_ms = now_ms()
    await api.happens(NumberRefused(**ids, received_ms=at_ms, credential_version=1, error=error, at_ms=at_ms))

    async def told() -> bool:
        return await patient.code("token_accepted") == "sending_refused"

    await eventually(told)
    assert 131005 == (await patient.hop("token_accepted"))["graph_error"]["code"]
    await patient.connect()
    assert "token_accepted" == await patient.code("token_accepted")


async def test_a_disconnected_number_is_not_asked_about(api: Inbox, patient: Patient) -> None:
    """There is no token to ask with."""
    await patient.agent.ask("DELETE", patient.path)
    before = api.simulator.ledger.seq

    codes = [hop["code"] for hop in (await patient.health())["hops"]]

    assert ["callback_never_verified", "not_connected", *["connect_first"] * (HOPS - 2)] == sorted(
        codes, key="connect_first".__eq__
    )
    assert [] == patient.calls(before)


async def test_a_token_that_ends_soon_or_may_not_send(api: Inbox, patient: Patient) -> None:
    """With the day, and what the next one needs."""
    api.simulator.add_token(patient.token, [patient.number_id], expires_in_s=3600.0)
    lasts = await patient.hop("token_lasts")
    assert ("problem", "token_ends_soon", 10) == (lasts["state"], lasts["code"], len(lasts["named"]))

    api.simulator.add_token(patient.token, [patient.number_id], ("whatsapp_business_management",))
    assert "messaging_not_granted" == await patient.code("token_lasts")


async def test_fields_that_are_not_subscribed(api: Inbox, patient: Patient) -> None:
    """Asked of Graph with the app's own secret; without it, or with another's, they are not known."""
    api.simulator.subscribe(account_id=patient.account_id, fields=("account_update",))
    fields = await patient.hop("fields_subscribed")
    assert ("problem", "messages_not_subscribed", "webhook_fields") == (
        fields["state"],
        fields["code"],
        fields["screen"],
    )
    await patient.agent.ask("PATCH", patient.path, {"app_secret": "that-of-another-app"})
    fields = await patient.hop("fields_subscribed")
    assert ("unknown", "fields_unreadable", 190) == (fields["state"], fields["code"], fields["graph_error"]["code"])
    await patient.agent.ask("PATCH", patient.path, {"app_secret": None})
    assert "fields_need_secret" == await patient.code("fields_subscribed")
    api.simulator.subscribe(account_id=patient.account_id, fields=("messages",))


async def test_a_number_that_meta_holds_something_against(api: Inbox, patient: Patient) -> None:
    """Not registered, its name declined, its account without a payment method: each with its screen."""
    api.simulator.add_number(
        Number(
            patient.number_id,
            patient.account_id,
            f"1{patient.number_id[:10]}",
            "Shop",
            status="DISCONNECTED",
            name_status="DECLINED",
            complaints={"WABA": (141006, "There is an error with the payment method.")},
        )
    )
    health = await patient.health()
    told = {hop["hop"]: (hop["state"], hop["code"], hop.get("screen")) for hop in health["hops"]}

    assert ("problem", "number_not_registered", "whatsapp_manager") == told["number_registered"]
    assert ("problem", "name_declined", "display_name") == told["name_approved"]
    assert ("problem", "payment_problem", "billing") == told["account_in_order"]
    account = next(hop for hop in health["hops"] if hop["hop"] == "account_in_order")
    assert (141006, "There is an error with the payment method.") == (
        account["graph_error"]["code"],
        account["graph_error"]["message"],
    )


async def test_no_secret_is_in_a_url_or_in_an_answer(api: Inbox, patient: Patient) -> None:
    """Not the token that is inspected, nor the app secret that asks for the fields."""
    before = api.simulator.ledger.seq
    health = await patient.health()
    calls = [call["route"] for call in api.simulator.ledger.records("call", since=before)]
    assert {"/{id}", "/", "/{account_id}/subscribed_apps", "/{app_id}/subscriptions"} == set(calls)
    assert patient.token not in str(health)
    assert SECRET not in str(health)
