"""A customer or a whole number is erased over HTTP: gone everywhere when the answer comes, with a receipt."""

import secrets

from services.api.credentials import erasing
from shared.contract.commands import SendMessage
from shared.contract.ids import NumberId
from tests.integration.services.api.forgotten import whole
from tests.real.inbox import Inbox, eventually

BSUID = "US.13491208655302741918"


async def test_the_answer_is_a_receipt_and_then_nobody_is_there(api: Inbox) -> None:
    """What was removed where, what remains elsewhere, in plain words; a second time is 404, as for a stranger."""
    agent = await api.agent()
    number = await api.connected(agent)
    phone = f"1555{secrets.randbelow(10**7):07}"
    wamid = await api.customer_writes(agent, "a canary sings", phone)
    await api.customer_writes(agent, "another", "15550009999")
    path = f"{number}/conversations/{phone}"
    sent = {"id": "c0ffee00-0000-4000-8000-000000000000", "content": {"type": "text", "text": {"body": "an answer"}}}
    assert 202 == (await agent.ask("POST", f"{path}/messages", sent)).code

    async def shown() -> bool:
        return 2 == len((await agent.ask("GET", f"{path}/messages")).json["messages"])

    await eventually(shown)
    answer = await agent.ask("DELETE", path)

    assert (200, phone, None) == (answer.code, answer.json["contact_id"], answer.json["archive_until"])
    removed = answer.json["removed"]
    assert (2, 1, 1) == (removed["messages"], removed["conversations"], removed["sends"])
    assert removed["changes"] >= 3
    assert any("Meta" in words for words in answer.json["remains"])
    assert (404, "no_such_contact") == (await agent.ask("DELETE", path)).problem
    assert 404 == (await agent.ask("GET", path)).code
    assert ["15550009999"] == [
        each["contact_id"] for each in (await agent.ask("GET", f"{number}/conversations")).json["conversations"]
    ]
    redis = api.ground.redis
    async for key in redis.scan_iter(match=f"*{agent.workspace_id}*"):
        kept = key + await whole(redis, key)
        assert wamid.encode() not in kept, key
        assert b"canary" not in kept, key
        assert phone.encode() not in kept or key.endswith(b":feed"), key
    assert any(isinstance(command, SendMessage) for command in api.asked_by(agent))


async def test_whoever_writes_again_is_there_again(api: Inbox) -> None:
    """With what was written since."""
    agent = await api.agent()
    number = await api.connected(agent)
    await api.customer_writes(agent, "before", "15550002222", BSUID)
    assert 200 == (await agent.ask("DELETE", f"{number}/conversations/15550002222")).code
    after = await api.customer_writes(agent, "after", "15550002222", BSUID)

    messages = (await agent.ask("GET", f"{number}/conversations/{BSUID}/messages")).json["messages"]
    assert [after] == [message["id"] for message in messages]


async def test_a_token_may_not_erase(api: Inbox) -> None:
    """Not with any scope: it is a person's decision."""
    agent = await api.agent()
    number = await api.connected(agent)
    robot = await api.token(agent, "read", "send", "live")
    await api.customer_writes(agent, "hello", "15550003333")

    assert (403, "scope") == (await robot.ask("DELETE", f"{number}/conversations/15550003333")).problem
    assert 200 == (await agent.ask("GET", f"{number}/conversations/15550003333")).code


async def test_a_stranger_is_not_there(api: Inbox) -> None:
    """Nothing is asked of anybody."""
    agent = await api.agent()
    number = await api.connected(agent)

    assert (404, "no_such_contact") == (await agent.ask("DELETE", f"{number}/conversations/15550004444")).problem


async def test_a_whole_number_is_erased_and_may_begin_anew(api: Inbox) -> None:
    """The receipt says what went; then it is not there, what came while it was away included, and it works again."""
    agent = await api.agent()
    number = await api.connected(agent)
    await api.customer_writes(agent, "a canary sings", "15550007777")
    await api.customer_writes(agent, "another", "15550008888")
    answer = await agent.ask("DELETE", f"{number}?erase=true")

    assert (200, None) == (answer.code, answer.json.get("contact_id"))
    removed = answer.json["removed"]
    assert (2, 2) == (removed["messages"], removed["conversations"])
    assert any("Webhooks" in words for words in answer.json["remains"])
    assert [] == (await agent.ask("GET", "/v1/numbers")).json["numbers"]
    for method, path in (("GET", number), ("DELETE", f"{number}?erase=true"), ("DELETE", number)):
        assert (404, "no_such_number") == (await agent.ask(method, path)).problem
    redis = api.ground.redis
    async for key in redis.scan_iter(match=f"*{agent.workspace_id}*"):
        stored = key + await whole(redis, key)
        assert not [word for word in (b"canary", b"15550007777", b"EAA") if word in stored], key

    assert number == await api.connected(agent)
    assert [] == (await agent.ask("GET", f"{number}/conversations")).json["conversations"]
    anew = await api.customer_writes(agent, "anew", "15550007777")
    messages = (await agent.ask("GET", f"{number}/conversations/15550007777/messages")).json["messages"]
    assert [anew] == [message["id"] for message in messages]


async def test_nobody_sees_or_connects_a_number_while_it_is_erased(api: Inbox) -> None:
    """Only the same request again is answered: it waits for the same erasure."""
    agent = await api.agent()
    number = await api.connected(agent)
    number_id = NumberId(number.rpartition("/")[2])
    registry = api.ground.registry
    record = await registry.number(agent.workspace_id, number_id, fresh=True)
    assert record is not None
    await registry.save_number(erasing(record, "e1", 5))

    assert [] == (await agent.ask("GET", "/v1/numbers")).json["numbers"]
    assert (404, "no_such_number") == (await agent.ask("GET", f"{number}/snapshot")).problem
    assert 200 == (await agent.ask("DELETE", f"{number}?erase=true")).code
    await registry.save_number(erasing(record, "e2", 5))
    assert (409, "erasing") == (await agent.ask("POST", "/v1/numbers", api.credentials)).problem
    found = await registry.number(agent.workspace_id, number_id, fresh=True)
    assert found is None or found.access_token is None

    async def erased() -> bool:
        return await registry.number(agent.workspace_id, number_id, fresh=True) is None

    await eventually(erased)  # who asks to connect it has it gone on


async def test_a_token_may_not_erase_a_number(api: Inbox) -> None:
    """Nor does a number that is only disconnected lose anything."""
    agent = await api.agent()
    number = await api.connected(agent)
    robot = await api.token(agent, "read", "send", "live")
    await api.customer_writes(agent, "hello", "15550003334")

    assert (403, "scope") == (await robot.ask("DELETE", f"{number}?erase=true")).problem
    assert 204 == (await agent.ask("DELETE", number)).code
    assert 200 == (await agent.ask("GET", f"{number}/conversations/15550003334")).code
