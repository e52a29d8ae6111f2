"""Without a socket: a snapshot, and changes asked for."""

import asyncio

import pytest

from demo.door import Refused
from tests.real.waiting import until_answered
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import Shop


async def test_pulling_shows_what_the_socket_shows(opened: Shop) -> None:
    """Both browsers agree with a fresh snapshot, and so with each other."""
    ada = opened.customer()
    async with Browser(opened) as live, Browser(opened, pulls=True) as pulling:
        wamids = [opened.writes(ada, f"{count}") for count in range(10)]
        answer = await opened.posts(ada) if await opened.until_shown(ada, wamids[-1]) else ""
        await asyncio.gather(live.until_shown(answer, "read"), pulling.until_shown(answer, "read"))
        await balance(opened, live)
        await balance(opened, pulling)
    assert live.state.messages == pulling.state.messages


async def test_a_long_poll_answers_when_something_happens(opened: Shop) -> None:
    """And with nothing when the time is up."""
    ada = opened.customer()
    await opened.hears(ada)
    await balance(opened)
    await until_answered(lambda: opened.agent.ask("GET", opened.path), lambda number: "last_webhook_at" in number)
    cursor = (await opened.agent.ask("GET", f"{opened.path}/snapshot"))["cursor"]

    empty = await opened.agent.ask("GET", f"{opened.path}/changes?since={cursor}&wait_s=1")
    waiting = asyncio.create_task(opened.agent.ask("GET", f"{opened.path}/changes?since={cursor}&wait_s=25"))
    wamid = opened.writes(ada)
    page = await waiting

    assert ([], cursor) == (empty["changes"], empty["cursor"])
    assert wamid in [change["value"].get("id") for change in page["changes"]]


async def test_an_old_cursor_is_told_to_start_over(opened: Shop) -> None:
    """410, and a nonsensical one is 400."""
    cursor = (await opened.agent.ask("GET", f"{opened.path}/snapshot"))["cursor"]
    elsewhere = cursor.partition(".")[0] + ".elsewhere"
    with pytest.raises(Refused, match="410 resync"):
        await opened.agent.ask("GET", f"{opened.path}/changes?since={elsewhere}")
    with pytest.raises(Refused, match="400 bad_cursor"):
        await opened.agent.ask("GET", f"{opened.path}/changes?since=yesterday")
