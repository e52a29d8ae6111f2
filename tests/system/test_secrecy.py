"""Nothing private is ever said: whatever happens, no log, metric, trace or error holds a secret, a text or a person."""

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from shared.broker import connect
from shared.topology import COMMANDS, EVENTS
from simulator.customer import Customer
from tests.canaries import Canaries
from tests.real.collector import Collector, collecting
from tests.real.server import Server
from tests.real.waiting import S_MAX, until, until_answered, until_ready
from tests.system.echo import Echo, Manner, echoing
from tests.system.shop import Shop, shop
from tests.system.stack import Stack, separate

MANNERS: tuple[Manner, ...] = ("refuse", "unknown code", "page", "redirect", "half")
OVER = ("failed", "unknown")
AWAY_S = 1.5
ANSWER_S_MAX = aiohttp.ClientTimeout(total=S_MAX / 2)


@dataclass
class Eavesdropper:
    """Whoever listens: every answer that is no success, and every page of figures."""

    stack: Stack
    heard: list[bytes] = field(default_factory=list)

    async def ask(self, part: str, method: str, path: str, **more: Any) -> int:
        """One request to a part; what it refuses is noted, all of it."""
        url = f"{self.stack.part(part).url}{path}"
        with suppress(aiohttp.ClientError, TimeoutError):
            async with self.stack.http.request(method, url, timeout=ANSWER_S_MAX, **more) as answer:
                body = await answer.read()
                if answer.status >= 400:
                    self.heard += [body, str(answer.headers).encode(), str(answer.reason).encode()]
                return answer.status
        return 0

    async def raw(self, part: str, told: bytes) -> None:
        """Something that is no HTTP."""
        port = int(self.stack.part(part).url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(told)
        with suppress(TimeoutError, ConnectionError):
            self.heard.append(await asyncio.wait_for(reader.read(65_536), 3))
        writer.close()

    async def figures(self) -> None:
        """What each process tells whoever runs it."""
        for name in self.stack.parts:
            for page in ("/metrics", "/readyz", "/livez"):
                url = f"{self.stack.part(name).url}{page}"
                with suppress(aiohttp.ClientError, TimeoutError):
                    async with self.stack.http.get(url, timeout=ANSWER_S_MAX) as answer:
                        self.heard.append(await answer.read())


@asynccontextmanager
async def busy(broker: Server, store: Server, folder: Path) -> AsyncIterator[tuple[Shop, Echo, Collector]]:
    """Five processes at debug level, with a shop in them, a Graph with bad manners, and a collector of traces."""
    async with echoing() as echo, collecting() as collector:
        told = {"INBOX_LOG_LEVEL": "debug", "INBOX_GRAPH_URL": echo.url, "INBOX_GRAPH_DEADLINE_S": "2"}
        told |= {"INBOX_TRACES_URL": collector.url}
        async with separate(broker.url, store.url, folder, INBOX_JOIN_KEY=JOIN_KEY, **told) as stack:
            echo.behind = stack.simulator.url
            async with shop(stack) as opened:
                yield opened, echo, collector


JOIN_KEY = f"join-{secrets.token_urlsafe(18)}"


async def test_nothing_private_is_said(rabbitmq: Server, real_redis: Server, tmp_path: Path) -> None:
    """Through traffic, hostile requests, a Graph that repeats what it was told, broken state and outages."""
    text = f"canary text, quite private {uuid.uuid4().hex}"
    async with busy(rabbitmq, real_redis, tmp_path) as (opened, echo, collector):
        ear = Eavesdropper(opened.stack)
        grace = opened.customer(f"Grace {uuid.uuid4().hex}", username=f"grace.{uuid.uuid4().hex[:12]}")
        wamid = await traffic(opened, grace, text)
        planted = {
            "the access token": opened.access_token,
            "the app secret": opened.app_secret,
            "the verify token": f"verify-{uuid.uuid4().hex}",
            "the join key": JOIN_KEY,
            "the session": str(opened.agent.secret),
            "the API token": opened.token,
            "a text": text,
            "a name": grace.name,
            "a username": str(grace.username),
            "a phone": str(grace.phone),
            "a contact id": str(grace.bsuid),
            "a wamid": wamid,
            "the number": opened.number_id,
            "the webhook key": await webhook_key(opened),
            "an odd header": f"canary-{uuid.uuid4().hex}",
        }
        canaries = Canaries(planted)
        await hostile(ear, opened, planted)
        await manners(ear, echo, opened, grace, text)
        await broken(ear, opened, real_redis, planted)
        await ear.figures()
        await outages(ear, opened, (real_redis, rabbitmq), text)
        await ear.figures()

    assert {"good", *MANNERS} == set(echo.asked)
    assert [] == echo.strayed, "a redirect was followed, with the token"
    logs = list(tmp_path.glob("*.log"))
    assert 5 == len(logs)
    assert all(path.stat().st_size for path in logs)
    assert [] == canaries.in_files(logs)
    assert {"accepted", "unknown", "permanent"} <= {str(span.facts.get("inbox.outcome")) for span in collector.spans}
    assert any(span.has_failed for span in collector.spans)
    assert [] == sorted({found for body in collector.bodies for found in canaries.in_text(body)})
    assert len(ear.heard) > 50
    assert [] == sorted({found for said in ear.heard for found in canaries.in_text(said)})


async def traffic(opened: Shop, grace: Customer, text: str) -> str:
    """A conversation as it should be: both ways, read, with a reaction, and ticks."""
    wamid = await opened.hears(grace, text)
    answer = await opened.posts(grace, f"{text}, answered")
    await opened.posts_reaction(grace, wamid, "👍")
    await opened.reads(grace, wamid)
    await opened.until_shown(grace, answer, "delivered")
    return wamid


async def webhook_key(opened: Shop) -> str:
    """The part of the callback's address that nobody can guess."""
    callback = await opened.agent.ask("GET", "/v1/callback")
    return str(callback["callback_url"]).rpartition("/")[2]


async def hostile(ear: Eavesdropper, opened: Shop, planted: dict[str, str]) -> None:
    """Requests of every wrong kind, each with everything that is private in it."""
    key, everything = planted["the webhook key"], " ".join(planted.values())
    agent = {"Authorization": f"Bearer {opened.agent.secret}"}
    wrong = {"Authorization": f"Bearer {opened.token}x", "X-Odd": planted["an odd header"], "Cookie": everything[:3000]}
    number = {name: [word] for name, word in (("phone_number_id", everything), ("access_token", everything))}
    bodies = (everything.encode(), f'{{"entry": "{everything}"'.encode(), b"[" * 5_000, b'{"entry":' * 500)
    for raw in bodies:
        assert 400 == await ear.ask("ingest", "POST", f"/webhooks/{key}", data=raw)
    signed = {"X-Hub-Signature-256": f"sha256={everything}"}
    change = {"field": "messages", "value": {"metadata": {"phone_number_id": opened.number_id}, "messages": everything}}
    entry = {"entry": [{"id": "1", "changes": [change]}]}
    assert 401 == await ear.ask("ingest", "POST", f"/webhooks/{key}", json=entry, headers=signed)
    assert 404 == await ear.ask("ingest", "POST", f"/webhooks/{key}x", json=entry)
    query = {"hub.mode": "subscribe", "hub.verify_token": planted["the verify token"], "hub.challenge": "1"}
    assert 403 == await ear.ask("ingest", "GET", f"/webhooks/{key}", params=query)
    assert 401 == await ear.ask("api", "GET", f"/v1/numbers/{everything[:500]}", headers=wrong)
    assert 404 == await ear.ask("api", "GET", f"/{everything[:2000]}?token={opened.token}", headers=wrong)
    assert 403 == await ear.ask("api", "POST", "/v1/sessions", json={"invite": everything[:500]})
    for method, path, body in (
        ("POST", "/v1/sessions", everything),
        ("POST", "/v1/numbers", number),
        ("POST", "/v1/numbers", everything),
        ("PATCH", opened.path, {"access_token": [everything], "retention_days": everything}),
        ("PUT", "/v1/callback", {"verify_token": [planted["the verify token"]]}),
        ("POST", f"{opened.path}/conversations/{everything[:300]}/messages", {"id": everything, "content": everything}),
        ("POST", f"{opened.path}/conversations/x/read", {"up_to": [everything]}),
        ("POST", "/v1/tokens", {"name": everything, "scopes": [everything]}),
    ):
        assert 400 <= await ear.ask("api", method, path, json=body, headers=agent) < 500
    for path in (f"changes?since={everything[:500]}", f"conversations?before={everything[:500]}", "snapshot?limit=x"):
        assert 400 <= await ear.ask("api", "GET", f"{opened.path}/{path}", headers=agent) < 500
    for part in opened.stack.parts:
        await ear.raw(part, f"GET /{everything} HTTP/1.1\r\nAuthori zation: {everything}\r\n\r\n".encode())
        await ear.raw(part, f"{everything}\r\n\r\n".encode())
        await ear.raw(part, f"GET / HTTP/1.1\r\nHost: a\r\nX: {opened.access_token * 300}\r\n\r\n".encode())
    for first in (everything, f'{{"type":"hello","token":"{opened.token}x"}}', f'{{"type":"{text_of(planted)}"}}'):
        await talked(opened, first)
    hello = f'{{"type":"hello","token":"{opened.token}","numbers":{{"{opened.number_id}":null}}}}'
    await talked(opened, hello, f'{{"type":"subscribe","numbers":{{"{everything}":"{everything}"}}}}')


def text_of(planted: dict[str, str]) -> str:
    """What the customer wrote."""
    return planted["a text"]


async def talked(opened: Shop, *frames: str) -> None:
    """Say this over a socket, until it is closed."""
    async with opened.stack.http.ws_connect(f"{opened.stack.part('push').url}/v1/live") as socket:
        for frame in frames:
            await socket.send_str(frame)
        with suppress(TimeoutError):
            while (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
                pass


async def manners(ear: Eavesdropper, echo: Echo, opened: Shop, grace: Customer, text: str) -> None:
    """Each send and each check meets a Graph that repeats it; what it said is the agent's to see, and nobody else's."""
    agent = {"Authorization": f"Bearer {opened.agent.secret}"}
    for manner in MANNERS:
        echo.manner, before = manner, len(echo.asked)
        sent = await opened.posts(grace, f"{text} {manner}")
        await until_answered(lambda sent=sent: _status(opened, grace, sent), lambda status: status in OVER)  # type: ignore[misc]
        patch = {"access_token": f"{opened.access_token}"}
        await opened.stack.http.patch(f"{opened.stack.part('api').url}{opened.path}", json=patch, headers=agent)
        await ear.ask("api", "GET", f"{opened.path}/health", headers=agent)
        await until(lambda before=before: len(echo.asked) >= before + 2)  # type: ignore[misc]
    echo.manner = "good"


async def broken(ear: Eavesdropper, opened: Shop, store: Server, planted: dict[str, str]) -> None:
    """Deliveries that nobody can read and state that nobody wrote, with all that is private in them."""
    everything = " ".join(planted.values())
    namespace = opened.stack.part("api").namespace
    environment = opened.stack.part("api")._environment
    async with connect(environment["INBOX_AMQP_URL"], store.url, namespace=namespace) as broker:
        await until_ready(broker)
        for garbage in (everything.encode(), f'{{"type":"{everything}"}}'.encode(), b"\xff\x00"):
            await broker.publish(EVENTS, garbage)
            await broker.publish(COMMANDS, garbage)
        await until_answered(lambda: broker.backlog("projector"), lambda left: left == 0)
    redis = await _redis(store.url)
    try:
        async for key in redis.scan_iter(match=f"*{opened.number_id}*"):
            if await redis.type(key) == b"hash":
                for name in await redis.hkeys(key):
                    await redis.hset(key, name, f'{{"broken": "{everything}"')
            elif await redis.type(key) == b"string":
                await redis.set(key, everything)
    finally:
        await redis.aclose()
    agent = {"Authorization": f"Bearer {opened.agent.secret}"}
    pages = ("", "/snapshot", "/conversations", f"/conversations/{planted['a contact id']}/messages")
    codes = [await ear.ask("api", "GET", f"{opened.path}{page}", headers=agent) for page in pages]
    assert 500 in codes  # a defect, as far as anybody can tell
    opened.writes(opened.customer("Somebody"), planted["a text"])
    await asyncio.sleep(1)


async def outages(ear: Eavesdropper, opened: Shop, servers: tuple[Server, ...], text: str) -> None:
    """The store and then the broker die while things are asked for."""
    agent = {"Authorization": f"Bearer {opened.agent.secret}"}
    said = {"id": str(uuid.uuid4()), "content": {"type": "text", "text": {"body": text}}}
    for server in servers:
        await asyncio.to_thread(server.kill)
        opened.writes(opened.customer("Somebody"), text)
        asked: list[Awaitable[int]] = [
            ear.ask("api", "POST", f"{opened.path}/conversations/{text[:20]}/messages", json=said, headers=agent),
            ear.ask("api", "GET", opened.path, headers=agent),
            ear.ask("ingest", "POST", f"/webhooks/{text[:20]}", json={"entry": text}),
            talked(opened, f'{{"type":"hello","token":"{opened.token}"}}'),  # type: ignore[list-item]
        ]
        await asyncio.gather(*asked)
        await asyncio.sleep(AWAY_S)


async def _status(opened: Shop, customer: Customer, message_id: str) -> str | None:
    status: str | None = (await opened.messages(customer)).get(message_id, {}).get("status")
    return status


async def _redis(url: str) -> Any:
    from redis.asyncio import Redis

    return Redis.from_url(url)
