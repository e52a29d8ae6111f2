"""Faults, tokens, numbers, clock and dials by HTTP."""

from typing import Any

from aiohttp import web
from pydantic import Field

from simulator.admin.doors import Asked, answered, asked, door
from simulator.controls import Controls
from simulator.faults import Fault
from simulator.number import Number
from simulator.tokens import SCOPES


class NewNumber(Asked):
    """A business number; the account defaults to the first number's."""

    id: str = Field(pattern=r"^\d{1,32}$")
    display_number: str = Field(pattern=r"^\d{5,15}$")
    account_id: str | None = None
    verified_name: str = "A business"
    quality_rating: str = "GREEN"
    coexistence: bool = False
    status: str = "CONNECTED"
    platform_type: str = "CLOUD_API"
    name_status: str = "APPROVED"
    complaints: dict[str, tuple[int, str]] = Field(default={}, max_length=4)


class NewToken(Asked):
    """A token that is good from now on."""

    token: str = Field(min_length=1, max_length=4_096)
    number_ids: list[str] | None = None
    scopes: tuple[str, ...] = SCOPES
    expires_in_s: float | None = Field(default=None, gt=0)


class Refusal(Asked):
    """A token or a number; neither is the token of the settings."""

    token: str | None = None
    number_id: str | None = None
    code: int = 190


class Subscription(Asked):
    """Which apps get an account's webhooks; the account defaults to the first number's."""

    account_id: str | None = None
    subscribed: bool = True
    other_apps: tuple[str, ...] | None = None
    fields: tuple[str, ...] | None = Field(default=None, max_length=50)


class Winding(Asked):
    """How far forward."""

    hours: float = Field(ge=0, le=24 * 365)


class Absence(Asked):
    """How long connecting is refused."""

    for_s: float = Field(gt=0, le=600)


class Levers:
    """Endpoints that change how Graph behaves."""

    def __init__(self, sim: Controls) -> None:
        self._sim = sim

    def routes(self) -> list[web.RouteDef]:
        """Their paths."""
        return [
            web.get("/simulator/faults", door(self.faults)),
            web.post("/simulator/faults", door(self.add_fault)),
            web.delete("/simulator/faults", door(self.clear_faults)),
            web.delete(r"/simulator/faults/{id:\d+}", door(self.remove_fault)),
            web.post("/simulator/absence", door(self.absence)),
            web.get("/simulator/numbers", door(self.numbers)),
            web.post("/simulator/numbers", door(self.add_number)),
            web.post("/simulator/tokens", door(self.add_token)),
            web.post("/simulator/tokens/refuse", door(self.refuse)),
            web.post("/simulator/tokens/accept", door(self.accept)),
            web.put("/simulator/subscription", door(self.subscribe)),
            web.get("/simulator/clock", door(self.clock)),
            web.post("/simulator/clock/wind", door(self.wind)),
            web.get("/simulator/tuning", door(self.tuning)),
            web.patch("/simulator/tuning", door(self.tune)),
            web.post("/simulator/pause", door(self.pause)),
            web.post("/simulator/resume", door(self.resume)),
            web.post("/simulator/reset", door(self.reset)),
        ]

    async def faults(self, _request: web.Request) -> Any:
        """Faults in force."""
        return {"faults": [f.model_dump() for f in self._sim.parts.faults.all()]}

    async def add_fault(self, request: web.Request) -> Any:
        """One more."""
        return self._sim.add_fault(await asked(request, Fault)).model_dump()

    async def clear_faults(self, _request: web.Request) -> None:
        """All lifted."""
        self._sim.lift()

    async def remove_fault(self, request: web.Request) -> None:
        """One lifted."""
        if not self._sim.lift(int(request.match_info["id"])):
            raise KeyError(request.match_info["id"])

    async def absence(self, request: web.Request) -> Any:
        """No connection to this port, the admin's neither, for a while."""
        wanted = await asked(request, Absence)
        self._sim.refuse_connections(wanted.for_s, after_s=0.1)
        return answered({"away_s": wanted.for_s}, 202)

    async def numbers(self, _request: web.Request) -> Any:
        """Business numbers."""
        numbers = self._sim.parts.world.numbers.values()
        return {
            "numbers": [n.fields({}) | {"account_id": n.account_id, "refused_code": n.refused_code} for n in numbers]
        }

    async def add_number(self, request: web.Request) -> Any:
        """One more business number."""
        wanted = await asked(request, NewNumber)
        account_id = wanted.account_id or self._sim.number().account_id
        number = Number(**{**wanted.model_dump(), "account_id": account_id})
        return self._sim.add_number(number).fields({}) | {"account_id": account_id}

    async def add_token(self, request: web.Request) -> None:
        """One more good token."""
        wanted = await asked(request, NewToken)
        self._sim.add_token(wanted.token, wanted.number_ids, wanted.scopes, wanted.expires_in_s)

    async def refuse(self, request: web.Request) -> None:
        """Expire a token, or take a number away."""
        wanted = await asked(request, Refusal)
        self._sim.refuse(wanted.code, token=wanted.token, number_id=wanted.number_id)

    async def accept(self, request: web.Request) -> None:
        """Good again."""
        wanted = await asked(request, Refusal)
        self._sim.allow(token=wanted.token, number_id=wanted.number_id)

    async def subscribe(self, request: web.Request) -> None:
        """Put the app on an account, or take it off."""
        wanted = await asked(request, Subscription)
        self._sim.subscribe(
            wanted.subscribed, other_apps=wanted.other_apps, account_id=wanted.account_id, fields=wanted.fields
        )

    async def clock(self, _request: web.Request) -> Any:
        """What time it is here."""
        return {"now": self._sim.parts.clock.now(), "offset_s": self._sim.parts.clock.offset_s}

    async def wind(self, request: web.Request) -> Any:
        """Forward."""
        self._sim.wind((await asked(request, Winding)).hours)
        return await self.clock(request)

    async def tuning(self, _request: web.Request) -> Any:
        """The dials."""
        return self._sim.parts.tuning.model_dump()

    async def tune(self, request: web.Request) -> Any:
        """Turn some; `{"profile": "top_tier"}` is Meta's fastest number."""
        body = await request.json()
        if not isinstance(body, dict):
            raise ValueError("the body must be an object of dials")
        return self._sim.tune(**body).model_dump()

    async def pause(self, request: web.Request) -> None:
        """Webhooks and scripts wait; ?only=webhooks or ?only=scripts spares the other."""
        only = request.query.get("only")
        if only not in (None, "webhooks", "scripts"):
            raise ValueError("only is webhooks or scripts")
        self._sim.pause(webhooks=only != "scripts", scripts=only != "webhooks")

    async def resume(self, _request: web.Request) -> None:
        """They go on."""
        self._sim.resume()

    async def reset(self, _request: web.Request) -> None:
        """Begin again, callbacks kept."""
        await self._sim.reset()
