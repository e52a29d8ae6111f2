"""Read markers: what they leave unread, and when Meta is told."""

import pytest

from shared.contract.commands import MarkRead, MarkUnread
from tests.real.asking import conversation, unread_is
from tests.real.inbox import Caller, Inbox, eventually


@pytest.fixture
async def agent(api: Inbox) -> Caller:
    """An agent with a connected number, to whom Grace has written."""
    caller = await api.agent()
    await api.connected(caller)
    return caller


async def test_reading_up_to_a_message_leaves_what_came_later(api: Inbox, agent: Caller) -> None:
    """202; unread then counts what arrived after `up_to`; DELETE makes the conversation stand out again."""
    first = await api.customer_writes(agent, "One")
    await api.customer_writes(agent, "Two")

    assert 202 == (await agent.ask("POST", conversation(api) + "/read", {"up_to": first})).code
    await eventually(lambda: unread_is(api, agent, 1))
    assert (
        202
        == (
            await agent.ask("POST", conversation(api) + "/read", {"up_to": await api.customer_writes(agent, "Three")})
        ).code
    )
    await eventually(lambda: unread_is(api, agent, 0))
    assert 202 == (await agent.ask("DELETE", conversation(api) + "/read")).code
    await eventually(lambda: unread_is(api, agent, 1))


async def test_meta_is_told_of_reading_only_where_the_number_is_set_so(api: Inbox, agent: Caller) -> None:
    """`send_read_receipts` is off until somebody turns it on."""
    wamid = await api.customer_writes(agent, "Hello?")
    path = f"/v1/numbers/{api.simulator.settings.phone_number_id}"

    await agent.ask("POST", conversation(api) + "/read", {"up_to": wamid})
    await agent.ask("PATCH", path, {"send_read_receipts": True})
    await agent.ask("POST", conversation(api) + "/read", {"up_to": wamid})

    def told() -> list[tuple[bool, str | None]]:
        return [(c.tell_meta, c.wamid) for c in api.asked_by(agent) if isinstance(c, MarkRead)]

    async def both() -> bool:
        return len(told()) == 2

    await eventually(both)
    assert [(False, wamid), (True, wamid)] == told()


async def test_markers_of_nothing_are_404(api: Inbox, agent: Caller) -> None:
    """Neither an unknown message nor one of another conversation can be read up to."""
    await api.customer_writes(agent, "Hello?")
    elsewhere = await api.customer_writes(agent, "Anybody?", wa_id="15550002222")

    for up_to in ("wamid.nobody", elsewhere):
        answer = await agent.ask("POST", conversation(api) + "/read", {"up_to": up_to})
        assert (404, "no_such_message") == answer.problem
    for method, body in (("POST", {"up_to": elsewhere}), ("DELETE", None)):
        answer = await agent.ask(method, conversation(api, "15559999999") + "/read", body)
        assert (404, "no_such_contact") == answer.problem
    assert not [c for c in api.asked_by(agent) if isinstance(c, MarkRead | MarkUnread)]
