"""How each side of a stage of push is started: ours as an operator does, the comparators as their best users would."""

import os
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import orjson

from bench.audience import SOCKETS_PER_ADDRESS
from bench.changes import change
from bench.program import PYTHON, Program
from bench.servers import Servers
from bench.sides import COMPARATORS, connected, settings
from bench.webhooks import NUMBER_ID
from shared import redis
from shared.auth import Credentials
from shared.contract.feed import SUBPROTOCOL
from shared.contract.ids import NumberId, WorkspaceId
from shared.feed import Feed
from shared.process import now_ms
from tests.real.server import free_port

NGINX, NCHAN = Path(shutil.which("nginx") or "/usr/sbin/nginx"), Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
BUN = next(iter((COMPARATORS / "node_modules" / "@oven").glob("bun-*/bin/bun")), None)


@dataclass(frozen=True)
class Return:
    """How a socket comes back to where it was."""

    path: str
    protocol: str
    hellos: list[str]


@dataclass(frozen=True)
class Hall:
    """Running; `miss` publishes changes of these serials to nobody, and tells how to come back from before them."""

    name: str
    port: int
    path: str
    pid: int
    press: Mapping[str, str | int]  # where a publisher finds it
    miss: Callable[[range], Awaitable[Return]]
    protocol: str = ""
    ready: str = ""
    hellos: list[str] = field(default_factory=list)
    with_it: Mapping[str, int] = field(default_factory=dict)  # servers whose processor time is its own too


Opened = Callable[[Servers, Path, int], AbstractAsyncContextManager[Hall]]


@asynccontextmanager
async def inbox(servers: Servers, folder: Path, sockets: int) -> AsyncIterator[Hall]:
    """`python -m services.push`, every setting but the addresses at its default; a token for each hundred sockets."""
    key, port, number_id = secrets.token_bytes(32), free_port(), NumberId(NUMBER_ID)
    workspace_id, _ = await connected(servers, key)
    told = settings(servers, key, f"bench-{secrets.token_hex(6)}", port)
    log = folder / "push.log"
    async with (
        redis.connect(servers.redis.url) as store,
        Program([PYTHON, "-m", "services.push"], port, told, log) as push,
    ):
        feed = Feed(store)
        tokens = [await _token(Credentials(store, now_ms), workspace_id) for _ in _addresses(sockets)]

        async def miss(serials: range) -> Return:
            begin = await feed.head(workspace_id, number_id)
            for serial in serials:
                await feed.append(workspace_id, number_id, [change(serial)], now_ms())
            return Return("/v1/live", SUBPROTOCOL, [_hello(token, begin) for token in tokens])

        yield Hall(
            name="ours",
            port=port,
            path="/v1/live",
            pid=push.pid,
            press={"redis_url": servers.redis.url, "workspace_id": workspace_id},
            miss=miss,
            protocol=SUBPROTOCOL,
            ready='"changes":[]',
            hellos=[_hello(token, None) for token in tokens],
            with_it={"redis": servers.redis.pid},
        )


def _addresses(sockets: int) -> range:
    return range(-(-sockets // SOCKETS_PER_ADDRESS))


async def _token(credentials: Credentials, workspace_id: WorkspaceId) -> str:
    token, _ = await credentials.create_token(workspace_id, "bench", ("read", "live"))
    return token


def _hello(token: str, cursor: str | None) -> str:
    return orjson.dumps({"type": "hello", "token": token, "numbers": {NUMBER_ID: cursor}}).decode()


@asynccontextmanager
async def nchan(_: Servers, folder: Path, __: int) -> AsyncIterator[Hall]:
    """nginx with Nchan, one worker, in a folder of its own."""
    port, home = free_port(), folder / f"nchan-{secrets.token_hex(4)}"
    home.mkdir()
    written = (COMPARATORS / "nchan.conf").read_text().replace("@PORT@", str(port))
    if os.geteuid() == 0:
        written = f"user root;\n{written}"
    (home / "nginx.conf").write_text(written)
    command: list[str | Path] = [NGINX, "-p", home, "-e", "stderr", "-c", home / "nginx.conf"]
    async with Program(command, port, {}, folder / "nchan.log") as running:
        name = secrets.token_hex(4)

        async def miss(serials: range) -> Return:
            place = f"http://127.0.0.1:{port}/publish?id={name}"
            async with aiohttp.ClientSession(
                headers={"Accept": "text/json", "Content-Type": "application/json"}
            ) as http:
                begin = ""
                for serial in range(serials.start - 1, serials.stop):
                    async with http.post(place, data=change(max(0, serial))) as answer:
                        told = orjson.loads(await answer.read())
                        begin = begin or str(told["last_message_id"])
            return Return(f"/live?id={name}&last_event_id={begin}", "ws+meta.nchan", [])

        press: dict[str, str | int] = {"port": port, "path": f"/publish?id={name}"}
        yield Hall("nchan", port, f"/live?id={name}", running.pid, press, miss)


@asynccontextmanager
async def bun(_: Servers, folder: Path, __: int) -> AsyncIterator[Hall]:
    """Bun's own server, which cannot resume."""
    assert BUN is not None
    port = free_port()

    async def miss(_: range) -> Return:
        raise NotImplementedError

    async with Program([BUN, COMPARATORS / "fanout.js"], port, {"PORT": str(port)}, folder / "bun.log") as running:
        press: dict[str, str | int] = {"port": port, "path": f"/publish?id={NUMBER_ID}"}
        yield Hall("bun", port, f"/live?id={NUMBER_ID}", running.pid, press, miss)


@asynccontextmanager
async def prepared(_: Servers, folder: Path, __: int) -> AsyncIterator[Hall]:
    """Nobody's product: what is posted is written to every socket, which is the least that a delivery can cost."""
    port = free_port()

    async def miss(_: range) -> Return:
        raise NotImplementedError

    log = folder / "prepared.log"
    async with Program([PYTHON, "-m", "bench.prepared", str(port)], port, {}, log) as running:
        press: dict[str, str | int] = {"port": port, "path": "/publish"}
        yield Hall("prepared", port, "/live", running.pid, press, miss)


def missing(side: Opened, nginx: Path = NGINX, module: Path = NCHAN, program: Path | None = BUN) -> str:
    """Why this side cannot be had on this machine; empty when it can."""
    if side is nchan and not (nginx.exists() and module.exists()):
        return "nginx with Nchan is not on this machine (Debian: nginx-light, libnginx-mod-nchan); skipped"
    if side is bun and program is None:
        return "there is no Bun for this machine; skipped"
    return ""
