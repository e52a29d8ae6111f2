"""The five processes on servers of their own, with a proxy on every way between any two parts."""

import base64
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from shared.settings import addresses
from simulator.settings import Settings
from simulator.simulator import Simulator
from tests.chaos.logs import dumps_allowed
from tests.chaos.names import ADDRESS, Names
from tests.chaos.names import missing as names_are_missing
from tests.chaos.process import Process
from tests.chaos.scene import Scene
from tests.real.proxy import Proxy, proxied
from tests.real.server import Server, free_port
from tests.system.shop import shop
from tests.system.stack import DIALS, GRAPH_DEADLINE_S, MODULES, Stack

# Who is called from outside, and by whom.
FRONTS = {"ingest": "meta", "api": "browser", "push": "browser"}
CALL_GRAPH = ("sender", "api")
ROUGH = {"duplicate_rate": 0.1, "disorder_rate": 0.1, "disorder_delay_s": 1.0, "batch_max": 20}
RECORDS_MAX = 500_000  # more than a long run makes: a forgotten record would pass for a lost message


@asynccontextmanager
async def installation(rabbitmq: Server, redis: Server, folder: Path, **settings: str) -> AsyncIterator[Scene]:
    """Running, with one shop open in it; the servers are the caller's to remove."""
    async with AsyncExitStack() as opened:
        opened.enter_context(dumps_allowed())
        dials = Settings(port=free_port(), seed=None, cast="none", ledger_length_max=RECORDS_MAX, **DIALS, **ROUGH)  # type: ignore[arg-type]
        simulator = await opened.enter_async_context(Simulator(dials).running())
        http = await opened.enter_async_context(aiohttp.ClientSession())
        names = None if names_are_missing() else Names(folder / "hosts")
        links: dict[str, Proxy] = {}

        async def linked(ends: str, url: str) -> str:
            if len(addresses(url)) > 1:
                return url  # the nodes of a cluster are reached at their own addresses, which they tell each other
            server = ends.rpartition("-")[2]
            if names is None or server in FRONTS:
                links[ends] = await opened.enter_async_context(proxied(url))
                return links[ends].url
            links[ends] = await opened.enter_async_context(proxied(url, ADDRESS))
            return names.named(links[ends].url, server)

        ports = {name: free_port() for name in MODULES}
        fronts = {
            name: await linked(f"{who}-{name}", f"http://127.0.0.1:{ports[name]}") for name, who in FRONTS.items()
        }
        told = {
            "INBOX_GRAPH_URL": simulator.url,
            "INBOX_GRAPH_DEADLINE_S": str(GRAPH_DEADLINE_S),
            "INBOX_PARKED_SWEEP_S": "1",
            "INBOX_SIGNUP": "open",
            "INBOX_LOG_LEVEL": "info",
            "INBOX_BROKER_NAMESPACE": f"chaos-{uuid.uuid4().hex[:12]}",
            "INBOX_SECRET_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "INBOX_PUBLIC_URL": fronts["ingest"],
            **(names.environment if names else {}),
            **settings,
        }
        processes: dict[str, Process] = {}
        for name, module in MODULES.items():
            own = {
                **told,
                "INBOX_AMQP_URL": await linked(f"{name}-rabbitmq", rabbitmq.url),
                "INBOX_REDIS_URL": await linked(f"{name}-redis", redis.url),
            }
            if name in CALL_GRAPH:
                own["INBOX_GRAPH_URL"] = await linked(f"{name}-graph", simulator.url)
            processes[name] = Process(module, ports[name], own, folder / f"{name}.log")
            processes[name].reached_at(fronts.get(name, processes[name].url))
        stack = Stack({**processes}, simulator, http)
        opened.push_async_callback(stack.end)
        await stack.start()
        scene = Scene(processes, rabbitmq, redis, links, simulator, stack, folder, names)
        scene.open(await opened.enter_async_context(shop(stack)))
        yield scene
