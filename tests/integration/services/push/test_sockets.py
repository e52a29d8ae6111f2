"""How many sockets there may be, how they are kept alive, and how soon a revoked token is cut off."""

import asyncio

from aiohttp import WSMsgType

from tests.integration.services.push.live import NUMBER, Push, pushing
from tests.real.waiting import until, until_answered


async def test_too_many_sockets_of_a_token_are_4429(redis_url: str) -> None:
    """One token's sockets are bounded, another's are not touched; a place that is left is free again."""
    async with pushing(redis_url, sockets_per_token_max=2) as push:
        token = await push.token()
        async with push.browser() as one, push.browser() as three:
            await one.hello(token)
            async with push.browser() as two:
                await two.hello(token)
                await three.send(type="hello", token=token, numbers={})
                assert 4429 == await three.closed()
                async with push.browser() as other:
                    await other.hello(await push.token())
            await until_answered(lambda: welcome(push, token), bool)


async def welcome(push: Push, token: str) -> bool:
    """Whether a socket of this token is let in; the place of another is free once the server has seen it go."""
    async with push.browser() as browser:
        await browser.send(type="hello", token=token, numbers={})
        return (await browser.socket.receive()).type is WSMsgType.TEXT


async def test_too_many_sockets_of_a_process_are_4429(redis_url: str) -> None:
    """Greeted or not: whoever comes too late is told so and may come again elsewhere."""
    async with pushing(redis_url, sockets_max=2) as push, push.browser() as one, push.browser():
        await one.hello(await push.token())
        async with push.browser() as late:
            assert 4429 == await late.closed()


async def test_a_revoked_token_is_cut_off(push: Push) -> None:
    """All of its sockets, with 4401, and nobody else's; it opens no new one."""
    secret, token = await push.ground.credentials.create_token(push.workspace_id, "test", ("read", "live"))
    async with push.browser() as one, push.browser() as two, push.greeted() as other:
        await one.hello(secret, {NUMBER: None})
        await two.hello(secret)
        await other.begin()
        assert await push.ground.credentials.revoke_token(push.workspace_id, token.id)
        assert 4401 == await one.closed()
        assert 4401 == await two.closed()
        await push.append(1)
        assert [1] == await other.hear(1)
    async with push.browser() as again:
        await again.send(type="hello", token=secret, numbers={})
        assert 4401 == await again.closed()


async def test_every_socket_hears_a_ping_each_heartbeat(redis_url: str) -> None:
    """At about the rate that the welcome names, whether or not there is anything else to say."""
    async with pushing(redis_url, heartbeat_s=0.4) as push, push.greeted() as browser:
        await browser.begin()
        began_s = asyncio.get_running_loop().time()

        async def listen() -> None:
            await browser.next()

        listening = asyncio.create_task(listen())
        await until(lambda: browser.pings >= 5)
        took_s = asyncio.get_running_loop().time() - began_s
        assert took_s > 4 * 0.4 * 0.9
        await push.append(1)
        await listening


async def test_a_dead_peer_is_found_by_protocol_pings(redis_url: str) -> None:
    """One that answers no ping is cut off; one that answers pings but never says pong stays."""
    async with (
        pushing(redis_url, heartbeat_s=0.2) as push,
        push.browser(autoping=False) as dead,
        push.greeted() as living,
    ):
        await living.begin()
        await dead.send(type="hello", token=await push.token(), numbers={})
        reading = asyncio.create_task(living.next())
        assert await dead.closed() in (None, 1006)
        await until(lambda: living.pings >= 8)
        await push.append(1)
        assert "changes" == (await reading)["type"]


async def test_a_browser_that_leaves_takes_everything_with_it(redis_url: str) -> None:
    """Many sockets come and go, in whatever state, and nothing of them stays."""
    async with pushing(redis_url, sockets_max=10, sockets_per_token_max=10) as push:
        token = await push.token()
        for turn in range(30):
            async with push.browser() as browser:
                if turn % 3:
                    await browser.send(type="hello", token=token, numbers={NUMBER: None})
                if turn % 3 == 2:
                    await browser.next()
                if turn % 2:
                    browser.socket._response.connection.transport.abort()  # type: ignore[union-attr]
            await asyncio.sleep(0.01)
        async with push.browser() as browser:
            await browser.hello(token)
