"""Asking for messages: what is published, what is refused, and what asking twice does."""

import uuid
from typing import Any

import pytest

from services.api.ledger import Entry, Ledger
from shared.contract.commands import Agent, SendMessage
from shared.contract.events import Identity, SendAccepted
from shared.contract.ids import AgentId, MessageId, NumberId, Wamid
from shared.process import now_ms
from tests.real.asking import WA_ID, conversation, known, reaction, text, unread_is
from tests.real.inbox import Caller, Inbox, eventually, inbox
from tests.real.server import Server


@pytest.fixture
async def agent(api: Inbox) -> Caller:
    """An agent with a connected number, to whom Grace has written."""
    caller = await api.agent()
    await api.connected(caller)
    return caller


async def sends(api: Inbox, agent: Caller, count: int) -> list[SendMessage]:
    """What the sender was asked to send, once it is so many."""

    async def came() -> bool:
        return count <= len([c for c in api.asked_by(agent) if isinstance(c, SendMessage)])

    await eventually(came)
    return [c for c in api.asked_by(agent) if isinstance(c, SendMessage)]


async def test_a_message_is_answered_as_it_will_appear(api: Inbox, agent: Caller) -> None:
    """202 with the queued Message; the projector makes the very same of it, and the sender hears the address."""
    await api.customer_writes(agent, "Do you have cake?")
    asked = text("We do!")

    answer = await agent.ask("POST", conversation(api) + "/messages", asked)

    (command,) = await sends(api, agent, 1)
    assert 202 == answer.code
    assert (asked["id"], "queued", "outbound", "agent") == tuple(
        answer.json[name] for name in ("id", "status", "direction", "origin")
    )
    assert {"id": agent.id, "name": "Ada"} == answer.json["agent"]
    assert asked["content"] == answer.json["content"]
    assert f"+{WA_ID}" == command.address.to

    async def appears() -> bool:
        page = (await agent.ask("GET", conversation(api) + "/messages")).json
        return bool(answer.json == page["messages"][0])

    await eventually(appears)


async def test_the_same_id_again_is_the_same_message(api: Inbox, agent: Caller) -> None:
    """202 with the same answer, whoever repeats it; what is published again is the same command, and says so."""
    await api.customer_writes(agent, "Hello?")
    asked = text("Hi!")
    colleague = await api.agent("Bob", invite=(await agent.ask("POST", "/v1/invites")).json["invite"])

    first = await agent.ask("POST", conversation(api) + "/messages", asked)
    again = await agent.ask("POST", conversation(api) + "/messages", asked)
    by_another = await colleague.ask("POST", conversation(api) + "/messages", asked)

    assert (202, first.json) == (again.code, again.json) == (by_another.code, by_another.json)
    commands = await sends(api, agent, 3)
    assert 1 == len({command.model_dump_json() for command in commands})
    assert 2 == sum(command.workspace_id == agent.workspace_id for command in api.repeated)


@pytest.mark.parametrize("other", ["content", "context", "contact"])
async def test_the_same_id_with_anything_else_is_refused(api: Inbox, agent: Caller, other: str) -> None:
    """409 id_reused for other words, another reply, or another contact; nothing is published."""
    quoted = await api.customer_writes(agent, "Hello?")
    await api.customer_writes(agent, "Anybody?", wa_id="15550002222")
    asked = text("Hi!")
    await agent.ask("POST", conversation(api) + "/messages", asked)
    changed = {"content": text("Ho!")["content"]} if other == "content" else {}
    changed |= {"context": {"message_id": quoted}} if other == "context" else {}
    path = conversation(api, "15550002222" if other == "contact" else WA_ID)

    answer = await agent.ask("POST", path + "/messages", {**asked, **changed})

    assert (409, "id_reused") == answer.problem
    assert 1 == len(await sends(api, agent, 1))


async def test_an_unknown_contact_is_404(api: Inbox, agent: Caller) -> None:
    """Who has never written and was never written to cannot be written to here."""
    assert (404, "no_such_contact") == (
        await agent.ask("POST", conversation(api, "15559999999") + "/messages", text("Hi!"))
    ).problem


async def test_a_reply_names_what_it_answers(api: Inbox, agent: Caller) -> None:
    """`context.message_id` is our Message.id; the sender hears its wamid."""
    quoted = await api.customer_writes(agent, "Which cake?")

    asked = text("This one", context={"message_id": quoted})
    answer = await agent.ask("POST", conversation(api) + "/messages", asked)

    (command,) = await sends(api, agent, 1)
    assert {"message_id": quoted} == answer.json["context"]
    assert (quoted, quoted) == (command.context_message_id, command.context_wamid)


async def test_a_target_without_a_wamid_yet_is_409_until_it_is_sent(api: Inbox, agent: Caller) -> None:
    """Replying and reacting to our own message works as soon as Graph has named it."""
    await api.customer_writes(agent, "Hello?")
    ours = text("Hi!")
    await agent.ask("POST", conversation(api) + "/messages", ours)

    async def refused() -> None:
        for target in (text("And more", context={"message_id": ours["id"]}), reaction(ours["id"])):
            answer = await agent.ask("POST", conversation(api) + "/messages", target)
            assert (409, "not_sent_yet") == answer.problem

    await refused()  # also in the moment before the projector has come to it
    await eventually(lambda: known(api, agent, ours["id"]))
    await refused()

    accepted = SendAccepted(
        workspace_id=agent.workspace_id,
        number_id=NumberId(api.simulator.settings.phone_number_id),
        received_ms=now_ms(),
        message_id=MessageId(ours["id"]),
        wamid=Wamid("wamid.ours"),
        contact=Identity(wa_id=WA_ID),
        at_ms=now_ms(),
    )
    await api.happens(accepted)
    liked = reaction(ours["id"])

    async def goes() -> bool:
        return (await agent.ask("POST", conversation(api) + "/messages", liked)).code == 202

    await eventually(goes)
    command = (await sends(api, agent, 2))[-1]
    assert (ours["id"], "wamid.ours") == (command.target_message_id, command.target_wamid)


async def test_what_was_asked_a_moment_ago_is_known_before_it_is_projected(api: Inbox, agent: Caller) -> None:
    """A reply to it is 409 and no 404, and one can have read up to it; for its own conversation only."""
    await api.customer_writes(agent, "Hello?")
    await api.customer_writes(agent, "Anybody?", wa_id="15550002222")
    asked = MessageId(str(uuid.uuid4()))
    me = Agent(id=AgentId(agent.id))
    entry = Entry(said="", lane="", contact_id=WA_ID, at_ms=now_ms(), agent=me)
    number_id = NumberId(api.simulator.settings.phone_number_id)
    await Ledger(api.ground.redis).first(agent.workspace_id, number_id, asked, entry)
    answers = [
        await agent.ask("POST", conversation(api, wa_id) + below, body)
        for wa_id in (WA_ID, "15550002222")
        for below, body in (("/messages", text("Hi!", context={"message_id": asked})), ("/read", {"up_to": asked}))
    ]

    assert [409, 202, 404, 404] == [answer.code for answer in answers]
    assert (409, "not_sent_yet") == answers[0].problem
    await eventually(lambda: unread_is(api, agent, 0))


async def test_an_unknown_target_is_404(api: Inbox, agent: Caller) -> None:
    """So is one of another conversation: a reply there would quote somebody else's words."""
    await api.customer_writes(agent, "Hello?")
    elsewhere = await api.customer_writes(agent, "A secret", wa_id="15550002222")

    for target in ("wamid.nobody", elsewhere):
        for asked in (text("Hi!", context={"message_id": target}), reaction(target)):
            answer = await agent.ask("POST", conversation(api) + "/messages", asked)
            assert (404, "no_such_message") == answer.problem


async def test_a_reaction_is_no_reply(api: Inbox, agent: Caller) -> None:
    """Meta knows no such thing."""
    target = await api.customer_writes(agent, "Hello?")

    asked = {**reaction(target), "context": {"message_id": target}}
    assert (422, "invalid") == (await agent.ask("POST", conversation(api) + "/messages", asked)).problem


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "not-a-uuid"},
        {"content": {"type": "text", "text": {"body": ""}}},
        {"content": {"type": "text", "text": {"body": "x" * 4097}}},
        {"content": {"type": "image", "image": {"id": "1"}}},
        {"content": {"type": "text", "text": {"body": "x", "preview": True}}},
        {"context": None},
        {"surprise": 1},
    ],
)
async def test_what_cannot_be_sent_is_422(api: Inbox, agent: Caller, wrong: dict[str, Any]) -> None:
    """Unknown fields too; the answer names the field and repeats no value."""
    answer = await agent.ask("POST", conversation(api) + "/messages", {**text("Hi!"), **wrong})

    assert (422, "invalid") == answer.problem
    assert answer.json["errors"]
    assert b"x" * 4097 not in answer.body


async def test_a_disconnected_number_sends_nothing(api: Inbox, agent: Caller) -> None:
    """409, at once: it would only be parked for a day and fail."""
    await api.customer_writes(agent, "Hello?")
    await agent.ask("DELETE", f"/v1/numbers/{api.simulator.settings.phone_number_id}")

    answer = await agent.ask("POST", conversation(api) + "/messages", text("Hi!"))

    assert (409, "disconnected") == answer.problem


async def test_without_the_broker_a_send_is_503_and_then_the_same_message(rabbitmq: Server, redis_url: str) -> None:
    """`try_again` with Retry-After; asked again with the same id it is sent, as the message that it was."""
    async with inbox(redis_url, rabbitmq.url) as api:
        agent = await api.agent()
        await api.connected(agent)
        await api.customer_writes(agent, "Hello?")
        asked = text("Hi!")
        rabbitmq.kill()

        refused = await agent.ask("POST", conversation(api) + "/messages", asked)
        rabbitmq.start()

        async def goes() -> bool:
            return (await agent.ask("POST", conversation(api) + "/messages", asked)).code == 202

        await eventually(goes, s_max=30)
        (entry,) = {(c.message_id, c.at_ms) for c in await sends(api, agent, 1)}

    assert (503, "try_again") == refused.problem
    assert "Retry-After" in refused.headers
    assert asked["id"] == entry[0]
