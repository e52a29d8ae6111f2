"""Several ingest processes share one port: each gets webhooks, and one that is stopped finishes what it has."""

import asyncio
import base64
import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from shared import redis as stores
from shared.broker import Delivery, Poison
from shared.contract.ids import NumberId
from shared.registry import AppSecret, NumberRecord, Registry
from shared.topology import PROJECTOR
from shared.vault import Vault
from tests.payloads import bodies
from tests.real.brokers import Brokers
from tests.real.server import Server, free_port
from tests.real.waiting import S_MAX, until, until_answered
from tests.system.part import Part

KEY = secrets.token_bytes(32)
SECRET = "the app secret"


class Meta:
    """Comes on a new connection each time, and again when it is not answered 200."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.answered: set[bytes] = set()

    async def tell(self, text: str) -> None:
        """One webhook, until it is taken."""
        body = bodies.texts(text)
        headers = {"X-Hub-Signature-256": bodies.signed(body, SECRET)}
        async with asyncio.timeout(S_MAX):
            while True:
                try:
                    async with (
                        aiohttp.ClientSession() as http,
                        http.post(self._url, data=body, headers=headers) as answer,
                    ):
                        if answer.status == 200:
                            self.answered.add(text.encode())
                            return
                except aiohttp.ClientError:
                    pass  # it knocked at the moment when a process closed its door
                await asyncio.sleep(0.02)


async def taken(http: aiohttp.ClientSession, probe_port: int) -> float:
    """How many events a process has taken in, by its own metrics."""
    async with http.get(f"http://127.0.0.1:{probe_port}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("inbox_ingest_events_total"))


async def test_two_processes_share_a_port_and_one_goes(rabbitmq: Server, redis_url: str, tmp_path: Path) -> None:
    """Both take webhooks; while one is told to stop nothing that was answered is missing, and the other goes on."""
    brokers = Brokers(rabbitmq.url)
    async with stores.connect(redis_url) as store:
        registry = Registry(store, Vault([KEY]))
        workspace_id = await registry.create_workspace()
        held = (AppSecret(secret=SecretStr(SECRET)),)
        await registry.save_number(
            NumberRecord(workspace_id=workspace_id, number_id=NumberId(bodies.NUMBER), connected=True, app_secrets=held)
        )
        key = (await registry.callback(workspace_id)).key
    port, probes = free_port(), (free_port(), free_port())
    told = {
        "INBOX_AMQP_URL": rabbitmq.url,
        "INBOX_REDIS_URL": redis_url,
        "INBOX_BROKER_NAMESPACE": brokers.namespace,
        "INBOX_SECRET_KEYS": base64.urlsafe_b64encode(KEY).decode(),
        "INBOX_REUSE_PORT": "true",
    }
    meta = Meta(f"http://127.0.0.1:{port}/webhooks/{key}")
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        parts = []
        for number, probe in enumerate(probes):
            own = {**told, "INBOX_PROBE_PORT": str(probe)}
            part = Part("services.ingest", port, own, tmp_path / f"log{number}")
            stack.push_async_callback(part.end)
            await part.start()
            part.url = f"http://127.0.0.1:{probe}"
            await part.ready(http)
            parts.append(part)

        await asyncio.gather(*(meta.tell(f"both {number}") for number in range(40)))

        async def shares() -> list[float]:
            return [await taken(http, probe) for probe in probes]

        # A process tells its metrics what it took some ten times a second. The kernel spreads by a hash of the
        # addresses: all 40 on one side are one in 10^12.
        await until_answered(shares, lambda each: all(each) and 40 <= sum(each))

        busy = [asyncio.create_task(meta.tell(f"one goes {number}")) for number in range(60)]
        assert 0 == await parts[0].stop()
        await asyncio.gather(*busy)
        await asyncio.gather(*(meta.tell(f"one stays {number}") for number in range(10)))

    assert 110 == len(meta.answered)
    arrived = b""

    async def take(deliveries: Sequence[Delivery]) -> Sequence[Poison]:
        nonlocal arrived
        arrived += b"\n".join(delivery.body for delivery in deliveries)
        return []

    async with brokers.make() as broker, broker.consuming_batches(PROJECTOR, take, deliveries_max=100):
        await until(lambda: all(b'"body":"%b"' % text in arrived for text in meta.answered))
    await brokers.forget()
