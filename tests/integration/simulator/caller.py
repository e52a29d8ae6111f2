"""Graph as a product calls it."""

from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from simulator import Simulator

TOKEN = "simulated-access-token"


@dataclass
class Answer:
    """What came back."""

    code: int
    body: Any
    headers: Any

    @property
    def error(self) -> int | None:
        """Graph's code, when it refused."""
        found: int | None = self.body["error"]["code"] if "error" in self.body else None
        return found


@dataclass
class Caller:
    """Calls the simulator's Graph and admin paths; `token` None sends none."""

    sim: Simulator
    http: aiohttp.ClientSession
    token: str | None = TOKEN
    version: str = "v25.0"

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """One call to Graph."""
        return await self._ask(method, f"{self.sim.url}/{self.version}{path}", body, **more)

    async def admin(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """One call to the admin API."""
        return await self._ask(method, f"{self.sim.url}/simulator{path}", body, **more)

    async def send(self, to: str | None, text: str | None = "Hi", **more: Any) -> Answer:
        """A text to a phone; keys of `more` are added to the body."""
        body = {"messaging_product": "whatsapp", "to": to, "type": "text", **more}
        if text is not None:
            body["text"] = {"body": text}
        kept = {k: v for k, v in body.items() if v is not None}
        return await self.call("POST", f"/{self.sim.settings.phone_number_id}/messages", kept)

    async def _ask(self, method: str, url: str, body: Any, **more: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            more["data"] = body if isinstance(body, bytes) else orjson.dumps(body)
        async with self.http.request(method, url, headers=headers, **more) as answer:
            raw = await answer.read()
            return Answer(answer.status, orjson.loads(raw) if raw else {}, answer.headers)
