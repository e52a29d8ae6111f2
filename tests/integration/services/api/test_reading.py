"""Snapshot, conversations and messages over real HTTP, from what the projector has committed."""

from tests.real.inbox import Inbox, eventually


async def test_a_snapshot_is_known_again_until_something_changes(api: Inbox) -> None:
    """200 with an ETag; with it 304 and no body; 200 again after a change or for another question."""
    agent = await api.agent()
    path = await api.connected(agent)
    await api.customer_writes(agent, "Hello?")
    first = await agent.ask("GET", f"{path}/snapshot")
    held = {"If-None-Match": first.headers["ETag"]}

    same = await agent.ask("GET", f"{path}/snapshot", headers=held)
    weak = await agent.ask("GET", f"{path}/snapshot", headers={"If-None-Match": f'"x", W/{first.headers["ETag"]}'})
    other = await agent.ask("GET", f"{path}/snapshot?limit=1", headers=held)
    await api.customer_writes(agent, "Anybody?")
    later = await agent.ask("GET", f"{path}/snapshot", headers=held)

    assert {"cursor", "number", "conversations", "next"} == set(first.json)
    assert "private, no-cache" == first.headers["Cache-Control"]
    assert (304, b"", first.headers["ETag"]) == (same.code, same.body, same.headers["ETag"])
    assert 304 == weak.code
    assert (200, 200) == (other.code, later.code)
    assert first.headers["ETag"] != later.headers["ETag"]


async def test_snapshot_and_changes_are_a_fresh_snapshot(api: Inbox) -> None:
    """What happens after the snapshot is in the changes since its cursor, whole."""
    agent = await api.agent()
    path = await api.connected(agent)
    await api.customer_writes(agent, "One")
    before = (await agent.ask("GET", f"{path}/snapshot")).json
    await api.customer_writes(agent, "Two")
    fresh = (await agent.ask("GET", f"{path}/snapshot")).json

    page = (await agent.ask("GET", f"{path}/changes?since={before['cursor']}")).json

    changed = {c["value"]["contact_id"]: c["value"] for c in page["changes"] if c["kind"] == "conversation"}
    assert fresh["conversations"] == [changed[c["contact_id"]] for c in before["conversations"]]
    assert fresh["cursor"] == page["cursor"]


async def test_pages_of_conversations_hold_each_once(api: Inbox) -> None:
    """`next` back as `before`, until there is no `next`."""
    agent = await api.agent()
    path = await api.connected(agent)
    contacts = [f"1555000{n}" for n in range(1000, 1005)]
    for contact in contacts:
        await api.customer_writes(agent, "Hello?", wa_id=contact)

    seen: list[str] = []
    before = ""
    while True:
        page = (await agent.ask("GET", f"{path}/conversations?limit=2{before}")).json
        seen += [each["contact_id"] for each in page["conversations"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"

    assert list(reversed(contacts)) == seen


async def test_pages_of_messages_hold_each_once_newest_first(api: Inbox) -> None:
    """The same for a conversation, also when wamids are long."""
    agent = await api.agent()
    path = await api.connected(agent)
    wamids = [await api.customer_writes(agent, f"Message {n}") for n in range(5)]

    seen: list[str] = []
    before = ""
    while True:
        page = (await agent.ask("GET", f"{path}/conversations/15550001111/messages?limit=2{before}")).json
        seen += [each["id"] for each in page["messages"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"

    assert list(reversed(wamids)) == seen


async def test_a_search_finds_names_and_phones(api: Inbox) -> None:
    """`q` in the list of conversations."""
    agent = await api.agent()
    path = await api.connected(agent)
    await api.customer_writes(agent, "Hello?", wa_id="15550003333")

    for q, count in (("grace", 1), ("%2B1555000", 1), ("nobody", 0)):
        page = (await agent.ask("GET", f"{path}/conversations?q={q}")).json
        assert count == len(page["conversations"]), q


async def test_who_never_wrote_has_no_conversation(api: Inbox) -> None:
    """404 for the conversation and for its messages."""
    agent = await api.agent()
    path = await api.connected(agent)

    for below in ("", "/messages"):
        answer = await agent.ask("GET", f"{path}/conversations/15559999999{below}")
        assert (404, "no_such_contact") == answer.problem


async def test_any_id_of_a_contact_will_do(api: Inbox) -> None:
    """The wa_id keeps working when the contact has got a newer name."""
    agent = await api.agent()
    path = await api.connected(agent)
    await api.customer_writes(agent, "Hello?", bsuid="US.13491208655302741918")

    async def both() -> bool:
        return (await agent.ask("GET", f"{path}/conversations/US.13491208655302741918")).code == 200

    await eventually(both)
    found = (await agent.ask("GET", f"{path}/conversations/15550001111")).json
    assert "US.13491208655302741918" == found["contact_id"]
    assert "15550001111" in found["aliases"]
