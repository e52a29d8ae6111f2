"""RabbitMQ is short of memory and reads no more from publishers: ingest says 503, and holds little meanwhile."""

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import orjson
from pydantic import SecretStr

from shared import redis as stores
from shared.contract.ids import NumberId
from shared.registry import AppSecret, NumberRecord, Registry
from shared.topology import PROJECTOR
from shared.vault import Vault
from tests.real.brokers import Brokers
from tests.real.footprint import peak_mib, rss_mib
from tests.real.server import Server, free_port
from tests.real.waiting import S_MAX, until_answered, until_ready
from tests.system.part import Part

MIB = 1024 * 1024
KEY = secrets.token_bytes(32)
NUMBER = NumberId("106540352242922")
APP_SECRET = "the app secret"
ROOM_MIB = 16
CALLERS = 160
BODY_BYTES = MIB // 2  # all callers together hold five times out to the door what it has room for
# What is in the room is held several times on its way (as sent, as read, as an event), and each connection has a buffer
# of its own. Without the limit it is above 250.
GROWTH_MIB_MAX = 12 * ROOM_MIB
HAMMERED_S = 5.0
PATIENT = aiohttp.ClientTimeout(total=S_MAX)  # the broker does not come back by itself: who waits for it ends here


def webhook(length: int) -> bytes:
    """About the number, of a kind that nobody here knows."""
    value = {"metadata": {"phone_number_id": NUMBER}, "filling": "x" * length}
    entry = {"id": "1", "changes": [{"field": "messages_of_tomorrow", "value": value}]}
    return orjson.dumps({"object": "whatsapp_business_account", "entry": [entry]})


SMALL, LARGE = webhook(10), webhook(BODY_BYTES)
SIGNATURES = {body: hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest() for body in (SMALL, LARGE)}


@dataclass
class Crowd:
    """Many who knock at once, again and again."""

    http: aiohttp.ClientSession
    address: str
    codes: Counter[int] = field(default_factory=Counter)

    async def knock(self, body: bytes = SMALL) -> int:
        """One webhook; 0 when the door was shut before all of it was told."""
        headers = {"X-Hub-Signature-256": f"sha256={SIGNATURES[body]}"}
        code = 0
        try:
            async with self.http.post(self.address, data=body, headers=headers) as answer:
                code = answer.status
        except aiohttp.ClientError:
            pass
        self.codes[code] += 1
        return code

    async def hammer(self, until_s: float) -> None:
        """All of them until then, each again soon after it was refused."""

        async def one() -> None:
            while time.monotonic() < until_s:
                await self.knock(LARGE)
                await asyncio.sleep(0.5)

        await asyncio.gather(*(one() for _ in range(CALLERS)))


@asynccontextmanager
async def ingest(amqp_url: str, redis_url: str, namespace: str, log: Path) -> AsyncIterator[tuple[Part, Crowd]]:
    """The process with a narrow door, and a connected number behind it."""
    async with stores.connect(redis_url) as store:
        registry = Registry(store, Vault([KEY]))
        workspace_id = await registry.create_workspace()
        held = (AppSecret(secret=SecretStr(APP_SECRET)),)
        number = NumberRecord(workspace_id=workspace_id, number_id=NUMBER, connected=True)
        await registry.save_number(number.model_copy(update={"app_secrets": held}))
        key = (await registry.callback(workspace_id)).key
    told = {
        "INBOX_AMQP_URL": amqp_url,
        "INBOX_REDIS_URL": redis_url,
        "INBOX_BROKER_NAMESPACE": namespace,
        "INBOX_SECRET_KEYS": base64.urlsafe_b64encode(KEY).decode(),
        "INBOX_WEBHOOK_ROOM_BYTES": str(ROOM_MIB * MIB),
    }
    part = Part("services.ingest", free_port(), told, log)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CALLERS), timeout=PATIENT) as http:
        await part.start()
        try:
            await part.ready(http)
            yield part, Crowd(http, f"{part.url}/webhooks/{key}")
        finally:
            await part.end()


async def test_a_blocked_publisher_is_a_503_and_no_memory(rabbitmq: Server, redis_url: str, tmp_path: Path) -> None:
    """However many knock meanwhile: each is answered, what is in hand is little, and afterwards all is taken."""
    brokers = Brokers(rabbitmq.url, namespace=f"test-{uuid.uuid4().hex[:12]}")
    async with ingest(rabbitmq.url, redis_url, brokers.namespace, tmp_path / "log") as (part, crowd):
        assert 200 == await crowd.knock()
        usual_mib = rss_mib(part.running.pid)
        await asyncio.to_thread(rabbitmq.control, "set_vm_memory_high_watermark", "0.000001")
        try:
            await until_answered(lambda: crowd.knock(), lambda code: code == 503)
            crowd.codes.clear()
            await crowd.hammer(time.monotonic() + HAMMERED_S)
            refused = Counter(crowd.codes)
            growth_mib = peak_mib(part.running.pid) - usual_mib
        finally:
            await asyncio.to_thread(rabbitmq.control, "set_vm_memory_high_watermark", "0.6")
        await until_answered(lambda: crowd.knock(), lambda code: code == 200)
        assert part.running.returncode is None
        async with brokers.make() as broker:
            await until_ready(broker)
            await until_answered(lambda: broker.backlog(PROJECTOR.name), lambda count: count >= 2)
    await brokers.forget()
    assert {503, 0} >= refused.keys()
    assert refused[503] > 0
    assert growth_mib < GROWTH_MIB_MAX
