"""The stack of docker-compose.yml under a name and ports of its own, and how its gateway is spoken to."""

import asyncio
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from tests.real.server import free_port

ROOT = Path(__file__).parents[2]
NUMBER = "106540352242922"  # the simulator's, which make up DEMO=1 connects
UP_S_MAX = 600
HEARD_S_MAX = 60.0


class Place(Protocol):
    """Where there is an inbox to talk through."""

    @property
    def url(self) -> str:
        """Of the API."""

    @property
    def simulator(self) -> str:
        """Of Meta's stand-in."""

    @property
    def session(self) -> str:
        """Of the agent who was there first."""


@dataclass
class Installation:
    """Running. `environ` is what every command about it needs."""

    name: str
    port: int
    simulator_port: int
    environ: dict[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        """Of the gateway."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulator(self) -> str:
        """Of Meta's stand-in."""
        return f"http://127.0.0.1:{self.simulator_port}/simulator"

    @property
    def session(self) -> str:
        """Of the agent who was there first."""
        return (ROOT / ".data" / "stack" / self.name / "demo.session").read_text().strip()

    def stack(self, *arguments: str) -> str:
        """What `make up` and its like run; the text that it says."""
        return self._run(sys.executable, "-m", "tools.stack", *arguments)

    def compose(self, *arguments: str) -> str:
        """A command of Docker Compose."""
        return self._run("docker", "compose", "--profile", "demo", *arguments)

    def _run(self, *command: str) -> str:
        ran = subprocess.run(
            command, cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=UP_S_MAX, check=False
        )
        assert ran.returncode == 0, (ran.stdout + ran.stderr)[-4000:]
        return ran.stdout


@contextmanager
def installed() -> Iterator[Installation]:
    """Built, started and introduced to the simulator; nothing of it is left afterwards."""
    name = f"inbox-test-{uuid.uuid4().hex[:8]}"
    port, simulator_port = free_port(), free_port()
    told = {
        "STACK_NAME": name,
        "STACK_PORT": str(port),
        "STACK_ADDRESS": "127.0.0.1",
        "STACK_SIMULATOR_PORT": str(simulator_port),
        "STACK_TAG": "local",
        "INBOX_GRAPH_URL": "http://simulator:8090",
        "SIMULATOR_CAST": "quiet",
    }
    made = Installation(name, port, simulator_port, {**os.environ, **told})
    try:
        made.stack("up", "--demo")
        yield made
    finally:
        made.stack("down", "--forget")
        shutil.rmtree(ROOT / ".data" / "stack" / name, ignore_errors=True)  # a session, and backups of nothing


class Talk:
    """One agent and one new customer, through the gateway."""

    def __init__(self, installation: Place, http: aiohttp.ClientSession) -> None:
        self._at = installation
        self._http = http
        self._headers = {"Authorization": f"Bearer {installation.session}"}
        digits = str(uuid.uuid4().int)[:9]
        self._customer = {"id": uuid.uuid4().hex, "name": "Ada", "phone": f"4915{digits}", "bsuid": f"DE.{digits}"}
        self._path = f"/v1/numbers/{NUMBER}/conversations/DE.{digits}"

    async def begin(self) -> None:
        """The customer exists."""
        await self._simulated("POST", "/customers", self._customer)

    async def writes(self, text: str) -> None:
        """The customer writes."""
        await self._simulated("POST", f"/customers/{self._customer['id']}/write", {"text": text})

    async def answers(self, text: str) -> str:
        """The agent does, again and again with the same id until it was taken, as a browser does; the id."""
        message_id = str(uuid.uuid4())
        body = {"id": message_id, "content": {"type": "text", "text": {"body": text}}}
        async with asyncio.timeout(HEARD_S_MAX):
            while True:
                try:
                    status, _ = await self.ask("POST", f"{self._path}/messages", body)
                except (aiohttp.ClientError, TimeoutError):
                    status = 503
                if status != 503:
                    assert 202 == status
                    return message_id
                await asyncio.sleep(0.2)

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Of the API."""
        async with self._http.request(method, self._at.url + path, json=body, headers=self._headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def token(self) -> str:
        """For the socket."""
        status, made = await self.ask("POST", "/v1/tokens", {"name": "test", "scopes": ["read", "live"]})
        assert 201 == status
        return str(made["token"])

    async def texts(self) -> list[tuple[str, str]]:
        """What the inbox shows, oldest first, each with how far it got."""
        try:
            status, found = await self.ask("GET", f"{self._path}/messages?limit=200")
        except (aiohttp.ClientError, TimeoutError):
            return []
        if status != 200:
            return []
        return [(each["content"]["text"]["body"], each.get("status", "")) for each in reversed(found["messages"])]

    async def phone(self) -> list[str]:
        """What the customer's phone shows of the business."""
        found = await self._simulated("GET", f"/customers/{self._customer['id']}/phone")
        return [bubble["content"]["text"]["body"] for bubble in found["bubbles"] if bubble["by"] != "customer"]

    async def until_shown(self, *texts: str) -> None:
        """The inbox shows exactly these, once each, and what the agent said was read or delivered."""

        async def fits() -> bool:
            found = await self.texts()
            return list(texts) == [text for text, _ in found] and all(
                status in ("", "delivered", "read") for _, status in found
            )

        async with asyncio.timeout(HEARD_S_MAX):
            while not await fits():  # noqa: ASYNC110
                await asyncio.sleep(0.2)

    async def _simulated(self, method: str, path: str, body: Any = None) -> Any:
        async with self._http.request(method, self._at.simulator + path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json(content_type=None)
