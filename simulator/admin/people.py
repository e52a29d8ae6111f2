"""Customers by HTTP: who they are, and what they do."""

from typing import Any

from aiohttp import web
from pydantic import Field

from simulator import phone
from simulator.admin.doors import Asked, asked, door
from simulator.controls import Controls
from simulator.customer import Customer, Habit
from simulator.steps import Step


class NewCustomer(Asked):
    """A person; without a phone they need a BSUID."""

    id: str = Field(min_length=1, max_length=100)
    name: str = Field(default="A customer", max_length=200)
    phone: str | None = Field(default=None, pattern=r"^\d{7,15}$")
    bsuid: str | None = Field(default=None, pattern=r"^[A-Z]{2}\.[A-Za-z0-9.]{1,132}$")
    parent_bsuid: str | None = None
    username: str | None = None
    language: str = "en"
    shares_phone: bool = True
    online: bool = True
    reads: bool = True
    habit: Habit = "plain"
    script: tuple[Step, ...] = Field(default=(), max_length=1_000)
    small_talk: tuple[str, ...] = Field(default=(), max_length=1_000)


class Patch(Asked):
    """What is given changes; going online delivers what waited."""

    name: str | None = None
    username: str | None = None
    online: bool | None = None
    reads: bool | None = None
    shares_phone: bool | None = None
    habit: Habit | None = None
    script: tuple[Step, ...] | None = None
    small_talk: tuple[str, ...] | None = None


class Writing(Asked):
    """One of text, sample and content."""

    text: str | None = None
    sample: str | None = None
    content: dict[str, Any] | None = None
    number_id: str | None = None
    context_wamid: str | None = None
    hours_ago: float = 0.0
    field: str = "messages"


class Gesture(Asked):
    """A reaction, edit or removal; without a wamid the last message it can be about."""

    emoji: str = "👍"
    text: str = ""
    wamid: str | None = None
    number_id: str | None = None


class Echo(Asked):
    """What the business types on its own phone."""

    text: str = "From the shop's phone"
    content: dict[str, Any] | None = None
    number_id: str | None = None
    hours_ago: float = 0.0


class Move(Asked):
    """Another phone, or only another BSUID."""

    phone: str | None = None
    announce: str = Field(default="system", pattern="^(system|system_short|legacy|field|nothing)$")


class Aging(Asked):
    """How much older the last message becomes for the window check."""

    hours: float
    number_id: str | None = None


class People:
    """Endpoints below /simulator/customers."""

    def __init__(self, sim: Controls) -> None:
        self._sim = sim

    def routes(self) -> list[web.RouteDef]:
        """Their paths."""
        one = "/simulator/customers/{customer}"
        return [
            web.get("/simulator/customers", door(self.list)),
            web.post("/simulator/customers", door(self.create)),
            web.get(one, door(self.show)),
            web.patch(one, door(self.patch)),
            web.delete(one, door(self.remove)),
            web.get(f"{one}/phone", door(self.phone)),
            web.post(f"{one}/write", door(self.write)),
            web.post(f"{one}/react", door(self.react)),
            web.post(f"{one}/edit", door(self.edit)),
            web.post(f"{one}/revoke", door(self.revoke)),
            web.post(f"{one}/echo", door(self.echo)),
            web.post(f"{one}/move", door(self.move)),
            web.post(f"{one}/age", door(self.age)),
            web.post(f"{one}/play", door(self.play)),
            web.post(f"{one}/stop", door(self.stop)),
        ]

    def _named(self, request: web.Request) -> str:
        return request.match_info["customer"]

    async def list(self, _request: web.Request) -> Any:
        """The first thousand."""
        people = list(self._sim.parts.world.customers.values())
        return {"customers": [c.shown() for c in people[:1_000]], "total": len(people)}

    async def create(self, request: web.Request) -> Any:
        """One more person."""
        wanted = await asked(request, NewCustomer)
        if wanted.phone is None and wanted.bsuid is None:
            raise ValueError("a customer needs a phone or a bsuid")
        fields = {name: getattr(wanted, name) for name in NewCustomer.model_fields}
        return self._sim.add_customer(Customer(**fields)).shown()

    async def show(self, request: web.Request) -> Any:
        """One customer, with what they and each number have between them."""
        return self._sim.customer(self._named(request)).shown()

    async def patch(self, request: web.Request) -> Any:
        """Change habits; lose or find signal."""
        wanted = await asked(request, Patch)
        customer = self._sim.customer(self._named(request))
        for name in wanted.model_fields_set - {"online"}:
            setattr(customer, name, getattr(wanted, name))
            self._sim.ledger.add("note", what="customer.patched", customer_id=customer.id, field=name)
        if wanted.online is not None and wanted.online != customer.online:
            self._sim.set_online(customer.id, wanted.online)
        return customer.shown()

    async def remove(self, request: web.Request) -> None:
        """Forget a person."""
        self._sim.remove_customer(self._named(request))

    async def phone(self, request: web.Request) -> Any:
        """The conversation as this customer's phone shows it; ?number_id= names another number than the first."""
        number = self._sim.number(request.query.get("number_id"))
        return phone.shown(self._sim.customer(self._named(request)), number, self._sim.parts.clock.now())

    async def write(self, request: web.Request) -> Any:
        """A message from this customer."""
        wanted = await asked(request, Writing)
        return {"wamid": self._sim.write(self._named(request), **wanted.model_dump())}

    async def react(self, request: web.Request) -> Any:
        """An emoji on a message of the business."""
        wanted = await asked(request, Gesture)
        return {"wamid": self._sim.react(self._named(request), wanted.emoji, wanted.wamid, wanted.number_id)}

    async def edit(self, request: web.Request) -> Any:
        """Another text for an own message."""
        wanted = await asked(request, Gesture)
        return {"wamid": self._sim.edit(self._named(request), wanted.text, wanted.wamid, wanted.number_id)}

    async def revoke(self, request: web.Request) -> Any:
        """An own message taken back."""
        wanted = await asked(request, Gesture)
        return {"wamid": self._sim.revoke(self._named(request), wanted.wamid, wanted.number_id)}

    async def echo(self, request: web.Request) -> Any:
        """A message of the business, typed on its phone."""
        wanted = await asked(request, Echo)
        return {"wamid": self._sim.echo(self._named(request), **wanted.model_dump())}

    async def move(self, request: web.Request) -> Any:
        """Another phone number and BSUID."""
        wanted = await asked(request, Move)
        before = self._sim.change_number(self._named(request), wanted.phone, wanted.announce)
        return {"before": before, "now": self._sim.customer(self._named(request)).shown()}

    async def age(self, request: web.Request) -> Any:
        """An older last message."""
        wanted = await asked(request, Aging)
        self._sim.age_window(self._named(request), wanted.hours, wanted.number_id)
        return self._sim.customer(self._named(request)).shown()

    async def play(self, request: web.Request) -> Any:
        """Start the script."""
        self._sim.play(self._named(request), request.query.get("number_id"))
        return {"playing": self._sim.parts.player.playing}

    async def stop(self, request: web.Request) -> Any:
        """End the script."""
        self._sim.parts.player.stop(self._sim.customer(self._named(request)).id)
        return {"playing": self._sim.parts.player.playing}
