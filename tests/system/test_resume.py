"""A browser that was away misses nothing, and hears nothing twice."""

import asyncio

import aiohttp

from tests.real.waiting import S_MAX, until
from tests.system.books import balance
from tests.system.browser import Browser, frames, socket_of
from tests.system.shop import Shop, shop
from tests.system.stack import Stack

RESTARTING = 1012


async def test_what_happened_while_a_browser_was_away_comes_when_it_is_back(opened: Shop) -> None:
    """From its cursor on, without a new snapshot."""
    ada, ben = opened.customer("Ada"), opened.customer("Ben")
    async with Browser(opened) as browser:
        first = opened.writes(ada, "before")
        await browser.until_shown(first)
        await browser.offline()
        while_away = [opened.writes(customer, f"{count}") for count in range(20) for customer in (ada, ben)]
        answer = await opened.posts(ada, "meanwhile")
        await opened.until_shown(ada, answer, "read")
        assert not browser.message(answer)
        await browser.online()
        await browser.until_shown(while_away[-1])
        await balance(opened, browser)
    assert 1 == browser.snapshots
    assert [22, 20] == [len(browser.state.thread(each.bsuid or "")) for each in (ada, ben)]


async def test_a_cursor_of_another_history_starts_over(opened: Shop) -> None:
    """`resync`, and never a silent hole."""
    ada = opened.customer()
    await opened.hears(ada)
    cursor = (await opened.agent.ask("GET", f"{opened.path}/snapshot"))["cursor"]
    async with socket_of(opened, cursor.partition(".")[0] + ".elsewhere") as socket:
        heard = [frame["type"] async for frame in first(socket, "resync")]
    assert ["welcome", "resync"] == heard


async def test_push_stops_and_comes_back_while_messages_come_in(five: Stack) -> None:
    """It says 1012 to whoever listens; the browser goes on from its cursor as if nothing had been."""
    async with shop(five) as opened, Browser(opened) as browser:
        ada = opened.customer()
        writing = asyncio.create_task(written(opened, ada, 60))
        await browser.until(lambda _: len(browser.heard) > 10)
        opening = asyncio.Event()
        closed = asyncio.create_task(closing(opened, opening))
        await opening.wait()
        assert 0 == await five.part("push").stop()
        assert RESTARTING == await closed
        await five.start("push")
        last = (await writing)[-1]
        await browser.until_shown(last)
        await balance(opened, browser)
        assert 1 == browser.snapshots


async def test_push_is_killed_and_comes_back(five: Stack) -> None:
    """Nothing in it is lost by killing it."""
    async with shop(five) as opened, Browser(opened) as browser:
        ada = opened.customer()
        writing = asyncio.create_task(written(opened, ada, 60))
        await browser.until(lambda _: len(browser.heard) > 10)
        await five.part("push").kill()
        await until(writing.done)
        await five.start("push")
        await browser.until_shown(writing.result()[-1])
        await balance(opened, browser)
        assert 1 == browser.snapshots


async def test_a_revoked_token_is_cut_off(opened: Shop) -> None:
    """With 4401."""
    (token,) = (await opened.agent.ask("GET", "/v1/tokens"))["tokens"]
    opening = asyncio.Event()
    closed = asyncio.create_task(closing(opened, opening))
    await opening.wait()
    await opened.agent.ask("DELETE", f"/v1/tokens/{token['id']}")
    async with asyncio.timeout(S_MAX):
        assert 4401 == await closed


async def closing(opened: Shop, opening: asyncio.Event) -> int | None:
    """The close code of a socket that listens until the end; the event tells that it was made welcome."""
    async with socket_of(opened, None) as socket:
        async for _ in frames(socket):
            opening.set()
        return socket.close_code


async def written(opened: Shop, customer: object, count: int) -> list[str]:
    """So many messages, a few hundredths of a second apart."""
    wamids = []
    for place in range(count):
        wamids.append(opened.writes(customer, f"{place}"))  # type: ignore[arg-type]
        await asyncio.sleep(0.02)
    return wamids


async def first(socket: aiohttp.ClientWebSocketResponse, last: str):  # type: ignore[no-untyped-def]
    """Frames up to one of this type."""
    async for frame in frames(socket):
        yield frame
        if frame["type"] == last:
            return
