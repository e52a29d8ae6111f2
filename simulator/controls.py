"""What tests and people may do to the simulator; the admin API calls exactly these methods."""

import asyncio
from abc import abstractmethod
from typing import Any

from simulator.cues import Cues
from simulator.customer import Customer
from simulator.faults import Fault
from simulator.number import Number
from simulator.tokens import SCOPES, Token
from simulator.traffic import Stream
from simulator.tuning import Tuning


class Controls(Cues):
    """Customers are named by id, phone or BSUID; a phone nobody has makes a stranger. Numbers default to the first."""

    @abstractmethod
    async def reset(self) -> None:
        """Begin again, callbacks kept."""

    @abstractmethod
    def refuse_connections(self, for_s: float, after_s: float = 0.0) -> None:
        """Stop listening for a while."""

    def customer(self, address: str) -> Customer:
        """A customer by id, phone or BSUID."""
        return self.parts.world.customer(address)

    def add_number(self, number: Number) -> Number:
        """One more business number."""
        self.ledger.add("note", what="number.added", number_id=number.id)
        return self.parts.world.add_number(number)

    def add_customer(self, customer: Customer) -> Customer:
        """One more person."""
        added = self.parts.world.add_customer(customer)
        self.ledger.add("note", what="customer.added", customer_id=customer.id)
        return added

    def remove_customer(self, customer: str) -> None:
        """Forget a person."""
        known = self.customer(customer).id
        self.parts.player.stop(known)
        self.parts.world.remove_customer(known)
        self.ledger.add("note", what="customer.removed", customer_id=known)

    def write(
        self,
        customer: str,
        text: str | None = None,
        *,
        sample: str | None = None,
        content: dict[str, Any] | None = None,
        number_id: str | None = None,
        context_wamid: str | None = None,
        hours_ago: float = 0.0,
        field: str = "messages",
    ) -> str:
        """A customer writes a text, a sample (samples.py) or any content, dated back if asked for; its wamid."""
        person, number = self.customer(customer), self.number(number_id)
        if sample is not None:
            content = self.parts.pen.sample(person, number, sample)
        elif content is None:
            content = {"type": "text", "text": {"body": text if text is not None else "Hello"}}
        return self.parts.pen.write(
            person, number, content, context_wamid=context_wamid, hours_ago=hours_ago, field=field
        )

    def react(self, customer: str, emoji: str, wamid: str | None = None, number_id: str | None = None) -> str:
        """An emoji on a message of the business (the last one); empty takes it away."""
        return self.parts.pen.react(self.customer(customer), self.number(number_id), emoji, wamid)

    def edit(self, customer: str, text: str, wamid: str | None = None, number_id: str | None = None) -> str:
        """The customer changes an own message (the last one)."""
        return self.parts.pen.edit(self.customer(customer), self.number(number_id), text, wamid)

    def revoke(self, customer: str, wamid: str | None = None, number_id: str | None = None) -> str:
        """The customer deletes an own message (the last one) for everyone."""
        return self.parts.pen.revoke(self.customer(customer), self.number(number_id), wamid)

    def echo(
        self,
        customer: str,
        text: str = "From the shop's phone",
        *,
        content: dict[str, Any] | None = None,
        number_id: str | None = None,
        hours_ago: float = 0.0,
    ) -> str:
        """The business writes from its own phone app; its wamid."""
        body = content or {"type": "text", "text": {"body": text}}
        return self.parts.pen.echo(self.customer(customer), self.number(number_id), body, hours_ago)

    def change_number(self, customer: str, phone: str | None = None, announce: str = "system") -> dict[str, Any]:
        """The customer moves to another phone and gets another BSUID; what they were called before."""
        person = self.customer(customer)
        numbers = [self.number(n) for n in person.threads] or [self.number()]
        return self.parts.pen.change_number(person, phone, announce=announce, numbers=numbers)

    def set_online(self, customer: str, online: bool) -> None:
        """Lose or find signal."""
        person = self.customer(customer)
        if online:
            self.parts.pen.find_signal(person, self.number)
        else:
            self.parts.pen.lose_signal(person)

    def age_window(self, customer: str, hours: float, number_id: str | None = None) -> None:
        """Make the customer's last message this much older for Graph's window check, without touching the clock."""
        thread = self.customer(customer).thread(self.number(number_id).id)
        if thread.last_inbound_at is not None:
            thread.last_inbound_at -= hours * 3600
            self.ledger.add("note", what="window.aged", customer_id=self.customer(customer).id, hours=hours)

    def emit_status(self, wamid: str, state: str, code: int | None = None, at: float | None = None) -> None:
        """A status of a message a customer received, now, whatever came before."""
        for customer in self.parts.world.customers.values():
            for number_id, thread in customer.threads.items():
                for sent in thread.received:
                    if sent.wamid == wamid:
                        self.parts.statuses.emit(self.number(number_id), customer, sent, state, code, at=at)
                        return
        raise LookupError(f"{wamid} was not received by anyone")

    def play(self, customer: str | None = None, number_id: str | None = None) -> None:
        """Start the script of one customer, or of all."""
        people = [self.customer(customer)] if customer else list(self.parts.world.customers.values())
        for person in people:
            if person.script or person.small_talk:
                self.parts.player.start(person, self.number(number_id))

    def pause(self, webhooks: bool = True, scripts: bool = True) -> None:
        """Hold back webhooks, customers, or both."""
        if webhooks:
            self.parts.deliverer.pause()
        if scripts:
            self.parts.player.pause()
        self.ledger.add("note", what="paused", webhooks=webhooks, scripts=scripts)

    def resume(self) -> None:
        """Let both go on."""
        self.parts.deliverer.resume()
        self.parts.player.resume()
        self.ledger.add("note", what="resumed")

    def add_fault(self, fault: Fault) -> Fault:
        """Something goes wrong from now on (faults.py)."""
        if fault.recipient is not None:
            fault = fault.model_copy(update={"recipient": self.customer(fault.recipient).id})
        added = self.parts.faults.add(fault)
        self.ledger.add("note", what="fault.added", fault=added.kind, code=added.code, call=added.call)
        return added

    def lift(self, fault_id: int | None = None) -> bool:
        """Take back a fault, or all of them; whether there was such a one."""
        if fault_id is None:
            self.parts.faults.clear()
        elif not self.parts.faults.remove(fault_id):
            return False
        self.ledger.add("note", what="fault.lifted")
        return True

    def add_token(
        self,
        secret: str,
        numbers: list[str] | None = None,
        scopes: tuple[str, ...] = SCOPES,
        expires_in_s: float | None = None,
    ) -> Token:
        """A token that is good from now on, for all numbers or some."""
        expires_at = 0.0 if expires_in_s is None else self.parts.clock.now() + expires_in_s
        known = None if numbers is None else frozenset(numbers)
        return self.parts.world.tokens.add(Token(secret, known, scopes, expires_at=expires_at))

    def refuse(self, code: int = 190, *, token: str | None = None, number_id: str | None = None) -> None:
        """Refuse a token, or every call about a number; without either, the settings' token."""
        if number_id is not None:
            self.number(number_id).refused_code = code
        else:
            self.parts.world.tokens.refuse(token or self.settings.access_token.get_secret_value(), code)
        self.ledger.add("note", what="access.refused", number_id=number_id, code=code)

    def allow(self, *, token: str | None = None, number_id: str | None = None) -> None:
        """Take back a refusal."""
        if number_id is not None:
            self.number(number_id).refused_code = None
        else:
            self.parts.world.tokens.accept(token or self.settings.access_token.get_secret_value())
        self.ledger.add("note", what="access.given", number_id=number_id)

    @property
    def token_refused_code(self) -> int | None:
        """What the settings' token is refused with now, if it is."""
        token = self.parts.world.tokens.get(self.settings.access_token.get_secret_value())
        return token.refusal(self.parts.clock.now()) if token else None

    def wind(self, hours: float) -> None:
        """Wind the clock forward."""
        self.parts.clock.wind(hours * 3600)
        self.ledger.add("note", what="clock.wound", hours=hours, offset_s=self.parts.clock.offset_s)

    def tune(self, **dials: Any) -> Tuning:
        """Turn dials (tuning.py), all or none of them; `profile="top_tier"` turns those of Meta's fastest number."""
        if (profile := dials.pop("profile", None)) is not None:
            if profile != "top_tier":
                raise ValueError("the only profile is top_tier")
            dials = Tuning.top_tier(**dials).model_dump(exclude_unset=True)
        checked = Tuning(**{**self.parts.tuning.model_dump(), **dials})
        for dial, value in checked:
            setattr(self.parts.tuning, dial, value)
        self.parts.deliverer.pump()
        self.ledger.add("note", what="tuned", dials=sorted(dials))
        return self.parts.tuning

    def stream(
        self, per_s: float, for_s: float, customers: int = 100, number_ids: list[str] | None = None, text: str = ""
    ) -> Stream:
        """Customers write steadily, for load tests."""
        numbers = [self.number(n) for n in number_ids] if number_ids else [self.number()]
        begun = self.parts.traffic.start(per_s, for_s, customers, numbers, text)
        self.ledger.add("note", what="traffic.began", per_s=per_s, for_s=for_s, customers=customers)
        return begun

    async def dry_up(self) -> None:
        """End all streams."""
        await self.parts.traffic.stop_all()
        self.ledger.add("note", what="traffic.ended")

    async def settled(self, timeout_s: float = 10.0) -> bool:
        """Wait until no status is pending and every webhook was answered with 200; whether that came in time."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while not (self.parts.deliverer.idle and not self.parts.statuses.pending):
            if asyncio.get_running_loop().time() >= deadline:
                return False
            await asyncio.sleep(0.01)
        return True
