"""Push on a real Redis, in this process, and browsers that keep what they are told."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import WSMsgType

from services.push import app
from services.push.settings import PushSettings
from shared.auth import Scope
from shared.contract.feed import SUBPROTOCOL
from shared.contract.ids import NumberId, WorkspaceId
from shared.feed import Bounds, Feed, feed_key
from shared.http import application, listening
from shared.process import Ground, ground, now_ms
from shared.registry import NumberRecord
from tests.real.brokers import Brokers
from tests.real.waiting import S_MAX, until_answered

NUMBER = NumberId("106540352242922")
OTHER = NumberId("106540352242923")

Told = dict[str, Any]


def change(value: int, padding: int = 0) -> bytes:
    """A change as the projector writes it."""
    return orjson.dumps({"kind": "message", "value": {"count": value, "padding": "x" * padding}})


def counts(frame: Told) -> list[int]:
    """What the changes of a frame carry."""
    return [each["value"]["count"] for each in frame["changes"]]


@dataclass
class Browser:
    """One socket, and everything it was told."""

    socket: aiohttp.ClientWebSocketResponse
    pings: int = 0
    cursors: dict[str, str] = field(default_factory=dict)

    async def send(self, **frame: Any) -> None:
        """Say something."""
        await self.socket.send_json(frame)

    async def hello(self, token: str, numbers: Mapping[NumberId, str | None] | None = None) -> Told:
        """Greet, and be welcome."""
        await self.send(type="hello", token=token, numbers=numbers or {})
        frame = await self.next()
        assert "welcome" == frame["type"], frame
        return frame

    async def next(self, s_max: float = S_MAX) -> Told:
        """The next frame that is no ping."""
        async with asyncio.timeout(s_max):
            while True:
                message = await self.socket.receive()
                assert WSMsgType.TEXT is message.type, (message, self.socket.close_code)
                frame: Told = orjson.loads(message.data)
                if frame["type"] == "ping":
                    self.pings += 1
                    continue
                if frame["type"] == "changes":
                    assert not frame["changes"] or frame["cursor"] == frame["changes"][-1]["cursor"]
                    self.cursors[frame["number_id"]] = frame["cursor"]
                return frame

    async def begin(self, number_id: NumberId = NUMBER) -> str:
        """The cursor of the first frame for a number, which is empty."""
        frame = await self.next()
        assert ("changes", number_id, []) == (frame["type"], frame["number_id"], frame["changes"])
        return str(frame["cursor"])

    async def hear(self, number: int, number_id: NumberId = NUMBER, s_max: float = S_MAX) -> list[int]:
        """The next so many changes of a number."""
        heard: list[int] = []
        while len(heard) < number:
            frame = await self.next(s_max)
            assert ("changes", number_id) == (frame["type"], frame["number_id"])
            heard += counts(frame)
        return heard

    async def closed(self, s_max: float = S_MAX) -> int | None:
        """The close code, whatever else comes before it."""
        async with asyncio.timeout(s_max):
            while (await self.socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR):
                pass
        return self.socket.close_code


@dataclass
class Push:
    """A running push, and a workspace with a number."""

    origin: str
    ground: Ground
    http: aiohttp.ClientSession
    workspace_id: WorkspaceId
    feed: Feed

    async def token(self, *scopes: Scope) -> str:
        """A new token of the workspace, for the socket unless told otherwise."""
        token, _ = await self.ground.credentials.create_token(self.workspace_id, "test", scopes or ("read", "live"))
        return token

    async def connect(self, number_id: NumberId) -> None:
        """Connect a number to the workspace."""
        await self.ground.registry.save_number(
            NumberRecord(workspace_id=self.workspace_id, number_id=number_id, connected=True)
        )

    async def append(self, *values: int, number_id: NumberId = NUMBER, padding: int = 0) -> str:
        """Changes in the feed; the cursor after them."""
        changes = [change(value, padding) for value in values]
        cursor = await self.feed.append(self.workspace_id, number_id, changes, now_ms())
        assert cursor is not None
        return cursor

    async def announce(self, said: str) -> None:
        """Say that the feed has grown, without writing to it."""
        key = feed_key(self.workspace_id, NUMBER)
        await self.ground.redis.eval("return redis.call('SPUBLISH', KEYS[1], ARGV[1])", 1, key, said)

    @asynccontextmanager
    async def browser(self, **more: Any) -> AsyncIterator[Browser]:
        """An open socket that has not said hello."""
        given = {"protocols": [SUBPROTOCOL], **more}
        async with self.http.ws_connect(f"{self.origin}/v1/live", max_msg_size=0, **given) as socket:
            yield Browser(socket)

    @asynccontextmanager
    async def greeted(self, since: str | None = None, number_id: NumberId = NUMBER) -> AsyncIterator[Browser]:
        """A browser that follows a number."""
        async with self.browser() as browser:
            await browser.hello(await self.token(), {number_id: since})
            yield browser


@asynccontextmanager
async def pushing(
    redis_url: str, workspace_id: WorkspaceId | None = None, bounds: Bounds | None = None, **given: Any
) -> AsyncIterator[Push]:
    """Push until left, with a fresh workspace unless one is named."""
    brokers = Brokers(redis_url)
    told = {
        "amqp_url": None,
        "redis_url": redis_url,
        "broker_namespace": brokers.namespace,
        "log_level": "error",
        "public_url": "https://inbox.example.org",
        "secret_keys": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        **given,
    }
    settings = PushSettings(**told)
    async with ground(settings) as base, app.serving(base, settings) as routes:
        web = application(routes, base.health, probes="open", cross_origin=settings)
        async with listening(web, "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
            await until_answered(base.health.problems, lambda problems: not problems)
            known = workspace_id or await base.registry.create_workspace()
            push = Push(f"http://127.0.0.1:{port}", base, http, known, Feed(base.redis, bounds))
            if workspace_id is None:
                await push.connect(NUMBER)
                await push.connect(OTHER)
            yield push
            base.stopping.set()
