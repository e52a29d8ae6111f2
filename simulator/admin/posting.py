"""Callbacks, and webhooks on cue, by HTTP."""

from typing import Any

from aiohttp import web
from pydantic import Field

from simulator import account_fields, samples
from simulator.admin.doors import Asked, asked, door
from simulator.controls import Controls
from simulator.webhooks.callback import Callback
from simulator.webhooks.signature import Mode


class NewCallback(Callback):
    """A callback, and whether the handshake must succeed first."""

    handshake: bool = True
    app_secret: str | None = "simulated-app-secret"  # noqa: S105 - the simulator's own


class Mixture(Asked):
    """One body of `count` updates of every kind, `malformed` of them broken."""

    count: int = Field(default=1_000, ge=1, le=20_000)
    malformed: int = Field(default=0, ge=0)
    number_ids: list[str] | None = None
    callback_id: str | None = None


class Past(Asked):
    """One history chunk."""

    messages: int = Field(default=5_000, ge=1, le=20_000)
    threads: int = Field(default=50, ge=1, le=1_000)
    number_id: str | None = None
    phase: int = 0
    chunk_order: int = 1
    progress: int = 100
    declined: bool = False


class OtherField(Asked):
    """Any webhook field, with its sample or with a value."""

    field: str
    value: dict[str, Any] | None = None
    number_id: str | None = None


class State(Asked):
    """A status out of turn."""

    wamid: str
    status: str
    code: int | None = None
    at: float | None = None


class Trouble(Asked):
    """Meta reports an error of its own."""

    code: int = 131000
    number_id: str | None = None


class Flow(Asked):
    """A steady stream of messages."""

    per_s: float = Field(gt=0, le=10_000)
    for_s: float = Field(gt=0, le=86_400)
    customers: int = Field(default=100, ge=1, le=100_000)
    number_ids: list[str] | None = None
    text: str = ""


class Posting:
    """Endpoints that make webhooks."""

    def __init__(self, sim: Controls) -> None:
        self._sim = sim

    def routes(self) -> list[web.RouteDef]:
        """Their paths."""
        return [
            web.get("/simulator/callbacks", door(self.callbacks)),
            web.put("/simulator/callbacks", door(self.set_callback)),
            web.delete("/simulator/callbacks/{id}", door(self.remove_callback)),
            web.get("/simulator/samples", door(self.samples)),
            web.post("/simulator/webhooks/raw", door(self.raw)),
            web.post("/simulator/webhooks/mix", door(self.mix)),
            web.post("/simulator/webhooks/history", door(self.history)),
            web.post("/simulator/webhooks/field", door(self.field)),
            web.post("/simulator/webhooks/status", door(self.status)),
            web.post("/simulator/webhooks/test", door(self.test)),
            web.post("/simulator/webhooks/errors", door(self.errors)),
            web.post("/simulator/webhooks/hurry", door(self.hurry)),
            web.get("/simulator/traffic", door(self.traffic)),
            web.post("/simulator/traffic", door(self.flow)),
            web.delete("/simulator/traffic", door(self.dry_up)),
        ]

    async def callbacks(self, _request: web.Request) -> Any:
        """Where webhooks go, and how much waits."""
        deliverer = self._sim.parts.deliverer
        return {"callbacks": [c.shown() for c in deliverer.callbacks], "webhooks": deliverer.depths()}

    async def set_callback(self, request: web.Request) -> Any:
        """Set one, as the App Dashboard's Verify and save does."""
        wanted = await asked(request, NewCallback)
        callback = Callback(**wanted.model_dump(exclude={"handshake", "verified"}))
        return (await self._sim.set_callback(callback, wanted.handshake)).shown()

    async def remove_callback(self, request: web.Request) -> None:
        """No more webhooks there."""
        if not await self._sim.remove_callback(request.match_info["id"]):
            raise KeyError(request.match_info["id"])

    async def samples(self, _request: web.Request) -> Any:
        """The names of message samples and of webhook fields."""
        return {"messages": samples.names(), "fields": list(account_fields.FIELDS)}

    async def raw(self, request: web.Request) -> Any:
        """Post exactly these bytes; ?signature=valid|none|wrong|malformed, ?retry=1, ?callback=id."""
        mode = request.query.get("signature")
        if mode not in (None, "valid", "none", "wrong", "malformed"):
            raise ValueError("signature is one of valid, none, wrong, malformed")
        signed: Mode | None = mode  # type: ignore[assignment]
        body = await request.read()
        retry = request.query.get("retry") == "1"
        return {"http_code": await self._sim.post_raw(body, request.query.get("callback"), signed, retry)}

    async def mix(self, request: web.Request) -> Any:
        """A body of everything."""
        wanted = await asked(request, Mixture)
        return self._sim.deliver_mix(**wanted.model_dump()).shown()

    async def history(self, request: web.Request) -> Any:
        """A chunk of the past, or the news that there will be none."""
        wanted = await asked(request, Past)
        if wanted.declined:
            self._sim.decline_history(wanted.number_id)
            return {"wamids": []}
        return {"wamids": self._sim.deliver_history(**wanted.model_dump(exclude={"declined"}))}

    async def field(self, request: web.Request) -> None:
        """An update of another field."""
        wanted = await asked(request, OtherField)
        self._sim.deliver_field(wanted.field, wanted.value, wanted.number_id)

    async def status(self, request: web.Request) -> None:
        """A status now."""
        wanted = await asked(request, State)
        self._sim.emit_status(wanted.wamid, wanted.status, wanted.code, wanted.at)

    async def test(self, _request: web.Request) -> None:
        """The dashboard's Test button."""
        self._sim.deliver_test()

    async def errors(self, request: web.Request) -> None:
        """A value with nothing but errors."""
        wanted = await asked(request, Trouble)
        self._sim.deliver_errors(wanted.code, wanted.number_id)

    async def hurry(self, _request: web.Request) -> None:
        """Try again now what waits for its next attempt."""
        self._sim.parts.deliverer.hurry()

    async def traffic(self, _request: web.Request) -> Any:
        """Streams and how far they are."""
        return {"streams": self._sim.parts.traffic.all()}

    async def flow(self, request: web.Request) -> Any:
        """Begin a stream."""
        wanted = await asked(request, Flow)
        return {"id": self._sim.stream(**wanted.model_dump()).id}

    async def dry_up(self, _request: web.Request) -> None:
        """End all streams."""
        await self._sim.dry_up()
