"""The ledger of a message over real HTTP: what happened to it, and nothing that names anybody or says anything."""

import random
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from services.api import timeline
from services.api.ledger import Entry, Ledger
from services.api.projection import Fact
from services.api.timeline import Found
from services.sender.claims import Claims
from services.sender.scripts import Scripts
from services.sender.verdict import answered
from shared.contract.commands import SendMessage
from shared.contract.errors import GraphError
from shared.contract.events import Identity, SendAccepted, SendFailed, StatusReported
from shared.contract.ids import MessageId, NumberId, Wamid
from shared.contract.status import Status
from shared.contract.timeline import Timeline
from shared.graph import Answer
from shared.process import Ground, now_ms
from tests import scenario
from tests.memory import Memory
from tests.real.chat import Chat, chat
from tests.real.inbox import Caller, Inbox, eventually
from tests.real.race import race

WORDS = "the canary sings at noon"
PHONE = "15550009876"
BSUID = "US.13491208655302741999"
TRACE = "AbCdEfGh123"
CANARIES = (WORDS, "canary", PHONE, BSUID, "Grace", "Ada", "wamid.", "HBgL")


async def ledger(agent: Caller, path: str, message_id: str) -> dict[str, Any]:
    """What happened to a message; it names nobody."""
    answer = await agent.ask("GET", f"{path}/messages/{quote(message_id, safe='')}/timeline")
    assert 200 == answer.code, answer.body
    told = answer.body.decode()
    assert [] == [canary for canary in (*CANARIES, message_id) if canary.lower() in told.lower()]
    return dict(answer.json)


def names(told: dict[str, Any]) -> list[str]:
    """The steps, in their order."""
    return [step["name"] for step in told["steps"]]


async def sent(api: Inbox, agent: Caller, path: str) -> SendMessage:
    """A message that an agent has asked for, as it has come to the sender."""
    asked = {"id": str(uuid.uuid4()), "content": {"type": "text", "text": {"body": WORDS}}}
    answer = await agent.ask("POST", f"{path}/conversations/{PHONE}/messages", asked)
    assert 202 == answer.code, answer.body
    found: list[SendMessage] = []

    async def has_come() -> bool:
        found.extend(c for c in api.asked_by(agent) if isinstance(c, SendMessage) and c.message_id == asked["id"])
        return bool(found)

    await eventually(has_come)
    return found[0]


async def tried(api: Inbox, command: SendMessage, *answers: Answer) -> None:
    """The sender's attempts, each with what Graph answered; the last is the end."""
    claims = Claims(Scripts(api.ground.redis), Scripts(api.ground.redis))
    for number, answer in enumerate(answers, 1):
        taken, came = await claims.take(command), answered(answer)
        assert taken is not None
        if number < len(answers):
            await claims.refuse(command, taken, 0.0, came.line)
        else:
            await claims.settle(command, taken, "accepted" if came.wamid else "failed", b"told", came.line)


def own(command: SendMessage, at_ms: int) -> dict[str, Any]:
    """What every event about it carries."""
    ids = {"workspace_id": command.workspace_id, "number_id": command.number_id}
    return {**ids, "received_ms": at_ms, "at_ms": at_ms}


async def test_a_customer_s_message_is_told_from_the_phone_to_the_browsers(api: Inbox) -> None:
    """Each step with its time, in order; what it says and who wrote it are not in it."""
    agent = await api.agent()
    path = await api.connected(agent)
    await api.customer_writes(agent, "first of all")  # what the feed begins with may not be the first that was told
    wamid = await api.customer_writes(agent, WORDS, wa_id=PHONE, bsuid=BSUID)
    told = await ledger(agent, path, wamid)

    assert ["written", "received", "confirmed", "stored", "announced"] == names(told)
    assert ([], "inbound", "customer", "text") == (
        told["missing"], told["direction"], told["origin"], told["type"]
    )  # fmt: skip
    times = [step["at"] for step in told["steps"][1:]]
    assert sorted(times) == times
    assert told["announcements_since"] <= told["steps"][1]["at"] <= told["made_at"]


async def test_a_message_of_ours_is_told_with_each_attempt_and_each_status(api: Inbox) -> None:
    """By our id and by its wamid; what Graph said stands there as numbers, and its words nowhere."""
    agent = await api.agent()
    path = await api.connected(agent)
    await api.customer_writes(agent, WORDS, wa_id=PHONE, bsuid=BSUID)
    command, wamid = await sent(api, agent, path), Wamid("wamid.HBgLMTU1NTAwMDk4NzYVAgARGBI")
    throttled = GraphError(code=130429, message=f"{WORDS} to {PHONE}", subcode=7, fbtrace_id=TRACE)
    await tried(api, command, Answer(429, error=throttled), Answer(200, wamid=wamid))
    contact = Identity(wa_id=PHONE, user_id=BSUID)
    at_ms = now_ms()
    await api.happens(SendAccepted(**own(command, at_ms), message_id=command.message_id, wamid=wamid, contact=contact))
    for status in (Status.SENT, Status.DELIVERED, Status.READ):
        await api.happens(StatusReported(**own(command, at_ms), wamid=wamid, status=status, contact=contact))

    async def is_read() -> bool:
        return names(await ledger(agent, path, command.message_id))[-1] == "read"

    await eventually(is_read)
    told = await ledger(agent, path, command.message_id)

    assert [
        *("clicked", "published", "stored", "announced", "claimed", "answered", "claimed", "answered"),
        *("accepted", "sent", "delivered", "read"),
    ] == names(told)
    first, second = (step["answer"] for step in told["steps"] if step["name"] == "answered")
    assert {
        "outcome": "throttled", "http_status": 429, "code": 130429, "subcode": 7, "fbtrace_id": TRACE,
        "explanation": "The number sends faster than Meta allows.",
    } == first  # fmt: skip
    assert {"outcome": "accepted", "http_status": 200} == second
    assert all("announced_at" in step for step in told["steps"][-4:])
    assert told["steps"] == (await ledger(agent, path, wamid))["steps"]


async def test_a_refusal_is_told_with_meta_s_numbers_alone(api: Inbox) -> None:
    """Whatever Meta wrote beside them."""
    agent = await api.agent()
    path = await api.connected(agent)
    await api.customer_writes(agent, WORDS, wa_id=PHONE, bsuid=BSUID)
    command = await sent(api, agent, path)
    error = GraphError(code=131026, title=PHONE, message=WORDS, details=f"to {PHONE}", fbtrace_id=TRACE)
    await tried(api, command, Answer(400, error=error))
    await api.happens(SendFailed(**own(command, now_ms()), message_id=command.message_id, error=error))

    async def has_failed() -> bool:
        return names(await ledger(agent, path, command.message_id))[-1] == "failed"

    await eventually(has_failed)
    answer = (await ledger(agent, path, command.message_id))["steps"][-1]["answer"]

    assert (131026, TRACE) == (answer["code"], answer["fbtrace_id"])
    assert {"code", "fbtrace_id", "explanation"} == set(answer)


async def test_what_nothing_has_been_heard_of_yet_was_at_least_asked_for(api: Inbox) -> None:
    """The projector has not come to it: that is what the ledger says."""
    agent = await api.agent()
    path = await api.connected(agent)
    number_id, message_id = NumberId(path.rpartition("/")[2]), MessageId(str(uuid.uuid4()))
    entry = Entry(said="hash", lane="lane", contact_id=PHONE, at_ms=now_ms())
    await Ledger(api.ground.redis).first(agent.workspace_id, number_id, message_id, entry)
    told = await ledger(agent, path, message_id)

    assert ["clicked"] == names(told)
    assert {"not_seen_yet"} == {each["reason"] for each in told["missing"]}
    assert 200 == (await agent.ask("PATCH", path, {"retention_days": 1})).code
    aged = entry.model_copy(update={"at_ms": now_ms() - 2 * 24 * 3600 * 1000})
    old = MessageId(str(uuid.uuid4()))
    await Ledger(api.ground.redis).first(agent.workspace_id, number_id, old, aged)
    assert (404, "no_such_message") == (await agent.ask("GET", f"{path}/messages/{old}/timeline")).problem


async def test_a_message_that_is_not_there_has_no_ledger(api: Inbox) -> None:
    """Nor has one of another workspace, nor one that was erased."""
    agent, other = await api.agent(), await api.agent("Eve")
    path = await api.connected(agent)
    await api.connected(other)
    wamid = await api.customer_writes(agent, WORDS, wa_id=PHONE)
    asked = f"{path}/messages/{quote(wamid, safe='')}/timeline"

    assert (404, "no_such_message") == (await agent.ask("GET", f"{path}/messages/nowhere/timeline")).problem
    assert (404, "no_such_message") == (await other.ask("GET", asked)).problem
    assert 200 == (await agent.ask("GET", asked)).code
    assert 200 == (await agent.ask("DELETE", f"{path}/conversations/{PHONE}")).code

    async def is_gone() -> bool:
        return (await agent.ask("GET", asked)).code == 404

    await eventually(is_gone)


@settings(max_examples=4)
@given(facts=scenario.facts, seed=st.integers(0))
async def test_any_order_any_repeats_any_number_of_projectors_tell_the_same(
    base: Ground, facts: list[Fact], seed: int
) -> None:
    """The ledger of each message is what the facts mean, whoever projected them."""
    at, chance = chat(base), random.Random(seed)
    await race(at, facts, chance)
    memory = Memory()
    memory.project(facts)

    for name, (_, record) in memory.state.messages.items():
        assert timeline.timeline(at.number_id, record, Found(), 0, is_stored=True) == await stored(at, name)
    assert [None] * len(NOWHERE) == [await at.queries.record(at.workspace_id, at.number_id, n) for n in NOWHERE]


NOWHERE: Sequence[MessageId] = (MessageId("nowhere"), MessageId("US.100"))


async def stored(at: Chat, name: MessageId) -> Timeline:
    """The ledger from what is stored of a message."""
    record = await at.queries.record(at.workspace_id, at.number_id, name)
    assert record is not None
    return timeline.timeline(at.number_id, record, Found(), 0, is_stored=True)
