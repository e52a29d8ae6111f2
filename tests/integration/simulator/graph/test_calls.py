"""What goes wrong around a call."""

import asyncio
import time

import aiohttp
import pytest

from simulator import Simulator, codes
from simulator.faults import Fault, Kind
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually

MARIA = "+34600555101"
NUMBER = "/106540352242922"


async def test_a_missing_an_unknown_and_an_expired_token_differ(sim: Simulator, caller: Caller) -> None:
    """401 each; 104 without one, 190 for the others."""
    caller.token = None
    missing = await caller.call("GET", NUMBER)
    caller.token = "nonsense"
    unknown = await caller.call("GET", NUMBER)
    sim.add_token("brief", expires_in_s=10)
    sim.wind(1)
    caller.token = "brief"
    expired = await caller.call("GET", NUMBER)

    assert [(401, 104), (401, 190), (401, 190)] == [(a.code, a.error) for a in (missing, unknown, expired)]
    assert 463 == expired.body["error"]["error_subcode"]


async def test_a_token_can_be_refused_and_replaced(sim: Simulator, caller: Caller) -> None:
    """The old one stays refused, the new one works, and the old one can come back."""
    sim.refuse()
    assert 190 == (await caller.call("GET", NUMBER)).error
    sim.add_token("new")
    caller.token = "new"
    assert 200 == (await caller.call("GET", NUMBER)).code
    sim.allow()
    caller.token = "simulated-access-token"
    assert 200 == (await caller.call("GET", NUMBER)).code


async def test_a_number_can_be_refused_alone(sim: Simulator, caller: Caller) -> None:
    """Any code, whoever asks."""
    sim.refuse(131031, number_id="106540352242922")
    assert (403, 131031) == ((answer := await caller.send(MARIA)).code, answer.error)
    sim.allow(number_id="106540352242922")
    assert 131047 == (await caller.send(MARIA)).error


async def test_a_token_without_rights_is_told_so(sim: Simulator, caller: Caller) -> None:
    """A number it may not see does not exist; one it may not use is 10."""
    sim.add_token("other", numbers=["1"])
    sim.add_token("looker", scopes=("whatsapp_business_management",))
    caller.token = "other"
    blind = await caller.send(MARIA)
    caller.token = "looker"
    weak = await caller.send(MARIA)

    assert (400, 100, 33) == (blind.code, blind.error, blind.body["error"]["error_subcode"])
    assert (403, 10) == (weak.code, weak.error)


@pytest.mark.parametrize("code", [c for c in codes.CODES if not 200 < c < 300 and c != 190])
async def test_every_code_can_be_had_by_a_number(caller: Caller, code: int) -> None:
    """+1555 0 and the code: Meta's HTTP code and shape, and nobody receives anything."""
    answer = await caller.send(f"+15550{code:06d}")

    assert code == answer.error
    assert codes.row(code).http_code == answer.code
    assert {"message", "type", "code", "fbtrace_id"} <= set(answer.body["error"])
    assert 0 == caller.sim.ledger.totals["received"]


async def test_every_code_can_be_had_later(caller: Caller, listener: Listener) -> None:
    """+1555 1: accepted, then failed."""
    answer = await caller.send("+15551131026")

    assert 200 == answer.code
    await eventually(lambda: listener.statuses)
    assert 131026 == listener.statuses[0]["errors"][0]["code"]


async def test_a_number_can_refuse_once(caller: Caller) -> None:
    """+1555 2: the second try is accepted."""
    assert [130429, None] == [(await caller.send("+15552130429")).error for _ in range(2)]


async def test_the_next_two_sends_can_fail(sim: Simulator, caller: Caller) -> None:
    """And the third does not; other numbers never noticed."""
    sim.write("maria")
    sim.add_fault(Fault(kind="error", code=4, times=2, number_id="106540352242922"))
    answers = [await caller.send(MARIA) for _ in range(3)]

    assert [4, 4, None] == [a.error for a in answers]
    assert "call_count" in answers[0].headers["X-App-Usage"]


LOST: list[tuple[Kind, type[Exception] | None]] = [
    ("close", aiohttp.ServerDisconnectedError),
    ("half", aiohttp.ClientPayloadError),
    ("html", None),
    ("garbage", None),
]


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize(("kind", "problem"), LOST)
async def test_an_answer_can_be_lost_with_and_without_acceptance(
    sim: Simulator, caller: Caller, kind: Kind, problem: type[Exception] | None, accepted: bool
) -> None:
    """What the caller sees is the same; what the customer gets is not."""
    sim.write("maria")
    sim.add_fault(Fault(kind=kind, accepted=accepted, times=1))
    # Without JSON there is nothing a caller could decode either.
    with pytest.raises(problem or ValueError):
        await caller.send(MARIA, biz_opaque_callback_data="click-1")

    assert ({"click-1": 1} if accepted else {}) == dict(sim.ledger.accepted_by_callback)


@pytest.mark.parametrize("accepted", [True, False])
async def test_an_answer_can_never_come(sim: Simulator, caller: Caller, accepted: bool) -> None:
    """Beyond any deadline."""
    sim.write("maria")
    sim.add_fault(Fault(kind="hang", delay_s=1, accepted=accepted, times=1))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(caller.send(MARIA), 0.2)

    assert int(accepted) == sim.ledger.totals["received"]


async def test_a_connection_can_be_reset_before_the_body_is_read(sim: Simulator, caller: Caller) -> None:
    """Nothing was accepted."""
    sim.write("maria")
    sim.add_fault(Fault(kind="reset", times=1))
    with pytest.raises(aiohttp.ClientError):
        await caller.send(MARIA)

    assert 0 == sim.ledger.totals["received"]
    assert (await caller.send(MARIA)).error is None


async def test_answers_can_be_slow(sim: Simulator, caller: Caller) -> None:
    """By fault, by number, or all of them."""
    sim.write("maria")
    for slow in ("fault", "number", "all"):
        began = time.monotonic()
        if slow == "fault":
            sim.add_fault(Fault(kind="delay", delay_s=0.15, times=1))
            await caller.send(MARIA)
        elif slow == "number":
            await caller.send("+15554000150")
        else:
            sim.tune(latency_s=0.15)
            await caller.send(MARIA)
        assert time.monotonic() - began >= 0.15


async def test_other_calls_can_fail_too(sim: Simulator, caller: Caller) -> None:
    """Lookups and read receipts have faults of their own."""
    wamid = sim.write("maria")
    sim.add_fault(Fault(kind="error", code=2, call="lookup", times=1))
    sim.add_fault(Fault(kind="error", code=131000, call="read", times=1))
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}

    assert (503, 2) == ((answer := await caller.call("GET", NUMBER)).code, answer.error)
    assert 131000 == (await caller.call("POST", f"{NUMBER}/messages", receipt)).error
    assert {"success": True} == (await caller.call("POST", f"{NUMBER}/messages", receipt)).body


async def test_every_call_is_in_the_ledger_without_its_token(sim: Simulator, caller: Caller) -> None:
    """Method, route, node, fields and codes."""
    await caller.call("GET", f"{NUMBER}?fields=verified_name")
    await caller.send(MARIA)
    looked, sent = sim.ledger.records("call")

    assert ("GET", "/{id}", "verified_name", 200, None) == tuple(
        looked[k] for k in ("method", "route", "fields", "http_code", "graph_code")
    )
    assert ("POST", "/{phone_number_id}/messages", 400, 131047) == tuple(
        sent[k] for k in ("method", "route", "http_code", "graph_code")
    )
    assert "simulated-access-token" not in str(sim.ledger.records("call"))


async def test_who_leaves_in_the_middle_of_a_question_is_noted_and_nothing_is_done(sim: Simulator) -> None:
    """As when the network breaks on the way to Graph."""
    reader, writer = await asyncio.open_connection("127.0.0.1", sim.port)
    lines = (
        f"POST /v25.0{NUMBER}/messages HTTP/1.1",
        f"Host: 127.0.0.1:{sim.port}",
        f"Authorization: Bearer {sim.settings.access_token.get_secret_value()}",
        "Content-Length: 100",
        "Expect: 100-continue",
    )
    writer.write("\r\n".join((*lines, "", '{"messaging_product"')).encode())
    assert b"HTTP/1.1 100 Continue\r\n" == await reader.readline()
    writer.transport.abort()
    await eventually(lambda: sim.ledger.records("call"))
    assert ["asker"] == [each["lost"] for each in sim.ledger.records("call")]
    assert [] == sim.ledger.records("received")
