"""A sender on a real broker and a real Redis, with the simulator for Graph, and everything it tells."""

import asyncio
import base64
import contextlib
import os
import secrets
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import SecretStr

from services.sender import keys, worker
from services.sender.books import Books
from services.sender.pace import Rates
from services.sender.settings import SenderSettings
from shared.broker import Broker, Delivery, Poison
from shared.contract import commands, events
from shared.contract.commands import Command, SendMessage
from shared.contract.events import NumberRefused, SendAccepted, SendFailed, SendUncertain
from shared.contract.ids import MessageId, NumberId, WorkspaceId
from shared.crowd import Ways
from shared.graph import Graph
from shared.number_record import NumberRecord
from shared.process import Ground, ground, now_ms
from shared.topology import COMMANDS, PROJECTOR
from simulator.number import Number
from simulator.settings import Settings as SimulatorSettings
from simulator.simulator import Simulator
from tests.real.brokers import Brokers
from tests.real.waiting import S_MAX, until, until_ready, until_taken

TOKEN = "simulated-access-token"
CUSTOMER = "+4915112345678"


@dataclass
class Rig:
    """One number in one workspace, a Graph that knows it, and what was published."""

    simulator: Simulator
    settings: dict[str, Any]
    broker: Broker
    ground: Ground
    workspace_id: WorkspaceId
    number_id: NumberId
    ways: Ways
    told: list[events.Event] = field(default_factory=list)
    senders: list[asyncio.subprocess.Process] = field(default_factory=list)

    def message(self, body: str, **given: Any) -> SendMessage:
        """A command to send a text; to one customer unless told otherwise."""
        fields = {
            "workspace_id": self.workspace_id,
            "number_id": self.number_id,
            "at_ms": now_ms(),
            "message_id": str(uuid.uuid4()),
            "contact_id": "c",
            "lane": "ada",
            "address": {"to": CUSTOMER},
            "content": {"type": "text", "text": {"body": body}},
            **given,
        }
        return SendMessage.model_validate(fields)

    async def ask(self, *asked: Command) -> None:
        """Publish commands as the api does, one after the other, each until the broker has it."""
        for command in asked:
            if isinstance(command, SendMessage):
                await until_taken(partial(self.ways.publish, command))
            else:
                await until_taken(partial(self.broker.publish, COMMANDS, commands.encode(command)))

    async def has_arrived(self, message: SendMessage) -> bool:
        """Whether a sender has taken it in hand: from then on its place in the conversation is known to all."""
        claim = keys.claim(self.workspace_id, self.number_id, message.message_id)
        placed = await self.ground.redis.zscore(keys.lane(message)[0], message.message_id)
        return placed is not None or bool(await self.ground.redis.exists(claim))

    def calls(self) -> list[dict[str, Any]]:
        """What Graph was asked to send for this number."""
        calls = self.simulator.ledger.records("call")
        return [call for call in calls if call["node"] == self.number_id and call["method"] == "POST"]

    def received(self) -> list[str]:
        """The texts that Graph has accepted for customers of this number, in order."""
        records = self.simulator.ledger.records("received")
        return [r["content"]["text"]["body"] for r in records if r.get("number_id") == self.number_id]

    def of(self, message: SendMessage) -> list[events.Event]:
        """What was told of a message."""
        return [told for told in self.told if getattr(told, "message_id", None) == message.message_id]

    def accepted(self) -> set[MessageId]:
        """Which messages were told to be accepted."""
        return {told.message_id for told in self.told if isinstance(told, SendAccepted)}

    def ends(self, kind: type[SendAccepted | SendFailed | SendUncertain]) -> list[MessageId]:
        """The messages that ended so, in the order of the telling."""
        return [told.message_id for told in self.told if isinstance(told, kind)]

    def refusals(self) -> list[NumberRefused]:
        """When the number was told to be refused."""
        return [told for told in self.told if isinstance(told, NumberRefused)]

    async def until_ended(self, *messages: SendMessage, s_max: float = S_MAX) -> None:
        """Return when something was told of each."""
        await until(lambda: all(self.of(message) for message in messages), s_max)

    async def connect(self, version: int = 1, token: str = TOKEN, **given: Any) -> None:
        """Write the number's settings as the api does."""
        record = NumberRecord(
            workspace_id=self.workspace_id,
            number_id=self.number_id,
            connected=True,
            credential_version=version,
            access_token=SecretStr(token),
        )
        await self.ground.registry.save_number(record.model_copy(update=given))

    async def elsewhere(self, body: str) -> SendMessage:
        """A message of another number, connected and unheard of until now: pacing is by number, whoever's it is."""
        number_id = NumberId(str(secrets.randbelow(10**15)))
        self.simulator.add_number(Number(number_id, "1", "15550000001", "Other shop"))
        await self.connect(number_id=number_id)
        return self.message(body, number_id=number_id)

    async def renew(self, version: int, **given: Any) -> None:
        """New credentials, and the command that tells of them."""
        await self.connect(version, **given)
        await self.ask(
            commands.CredentialsChanged(
                workspace_id=self.workspace_id, number_id=self.number_id, at_ms=now_ms(), credential_version=version
            )
        )

    @asynccontextmanager
    async def sending(self, **given: Any) -> AsyncIterator[Ground]:
        """One more sender in this process."""
        settings = SenderSettings(**{**self.settings, **given})
        async with ground(settings) as base, worker.running(base, settings):
            try:
                yield base
            finally:
                base.stopping.set()

    @asynccontextmanager
    async def hands(self, **given: Any) -> AsyncIterator[Callable[..., Coroutine[Any, Any, None]]]:
        """A sender without a queue: what it does with the delivery that the test hands over."""
        settings = SenderSettings(**{**self.settings, **given})
        async with (
            ground(settings) as base,
            Graph(settings.graph_url, "v25.0", deadline_s=settings.graph_deadline_s) as graph,
        ):
            await until_ready(base.broker)
            own = worker.assembled(base, settings, graph)

            async def hand(command: Command, attempt: int = 1, **headers: int) -> None:
                await own.handle(Delivery(commands.encode(command), headers, attempt))

            yield hand

    def books(self) -> Books:
        """What the senders keep, as another of them sees it."""
        return Books.opened(self.ground.redis, Rates(), self.settings["broker_namespace"])

    async def start_process(self, **given: Any) -> asyncio.subprocess.Process:
        """A sender as a process of its own, which can be killed."""
        told = {f"INBOX_{name.upper()}": str(value) for name, value in {**self.settings, **given}.items() if value}
        environment = {"PATH": os.environ["PATH"], "INBOX_AMQP_URL": "streams", "INBOX_PORT": "0", **told}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.sender"), env=environment, stderr=asyncio.subprocess.DEVNULL
        )
        self.senders.append(process)
        return process

    async def hear(self, deliveries: Sequence[Delivery]) -> list[Poison]:
        """Keep what the projectors would get."""
        for delivery in deliveries:
            for line in delivery.body.split(b"\n"):
                with contextlib.suppress(ValueError):
                    self.told.append(events.decode(line))
        return []


@asynccontextmanager
async def rig(brokers: Brokers, redis_url: str, **tuning: Any) -> AsyncIterator[Rig]:
    """All but the sender itself; the number is connected."""
    number_id = NumberId(str(secrets.randbelow(10**15)))
    tuning = {"window": "off", "speed": 1000.0, **tuning}
    async with Simulator(SimulatorSettings(port=0, seed=7, cast="none", **tuning)).running() as simulator:
        simulator.add_number(Number(number_id, "1", "15550000000", "Shop"))
        settings: dict[str, Any] = {
            "amqp_url": brokers.url if brokers.is_amqp else None,
            "redis_url": redis_url,
            "broker_namespace": brokers.namespace,
            "secret_keys": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "graph_url": simulator.url,
            "graph_deadline_s": 10.0,
            "parked_sweep_s": 0.5,
        }
        async with ground(SenderSettings(**settings)) as base, brokers.make() as broker:
            await until_ready(broker)
            workspace_id = WorkspaceId(f"w{uuid.uuid4().hex[:12]}")
            made = Rig(simulator, settings, broker, base, workspace_id, number_id, Ways(base.redis, broker))
            await made.connect()
            async with broker.consuming_batches(PROJECTOR, made.hear, deliveries_max=100):
                try:
                    yield made
                finally:
                    for process in made.senders:
                        if process.returncode is None:
                            process.kill()
                            await process.wait()


async def until_async(true: Callable[[], Awaitable[object]], s_max: float = S_MAX) -> None:
    """Return as soon as it is so; for what has to be asked over a connection."""
    async with asyncio.timeout(s_max):
        while not await true():  # noqa: ASYNC110 (what is asked cannot say when it has come)
            await asyncio.sleep(0.02)
