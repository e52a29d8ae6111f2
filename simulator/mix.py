"""One body full of everything: all message types, statuses and account fields, and broken ones on request."""

from dataclasses import dataclass, field
from typing import Any

from simulator import account_fields, samples
from simulator.chance import Chance
from simulator.customer import Customer, Sent
from simulator.identifiers import INBOUND, OUTBOUND, wamid
from simulator.number import Number
from simulator.webhooks import updates
from simulator.webhooks.envelope import Update

STATES = ("sent", "delivered", "read", "played", "failed")
COUNT_MAX = 20_000


@dataclass(slots=True)
class Mix:
    """The updates, and what a product must show for them."""

    updates: list[Update] = field(default_factory=list)
    # Messages that should appear, by wamid; reactions, edits and revokes change others and are not among them.
    wamids: list[str] = field(default_factory=list)
    echoes: list[str] = field(default_factory=list)
    standby: list[str] = field(default_factory=list)
    statuses: list[tuple[str, str]] = field(default_factory=list)
    malformed: int = 0

    def shown(self) -> dict[str, Any]:
        """For the admin API."""
        return {
            "updates": len(self.updates),
            "wamids": self.wamids,
            "echoes": self.echoes,
            "standby": self.standby,
            "statuses": [list(s) for s in self.statuses],
            "malformed": self.malformed,
        }


def mixed(
    count: int,
    numbers: list[Number],
    customers: list[Customer],
    now: float,
    chance: Chance,
    shelve: samples.Shelve,
    malformed: int = 0,
) -> Mix:
    """`count` updates, `malformed` of them spread among the rest."""
    if not 1 <= count <= COUNT_MAX:
        raise ValueError(f"a body here has 1 to {COUNT_MAX} updates")
    names = samples.names()
    broken_at = {(2 * i + 1) * count // (2 * malformed) for i in range(min(malformed, count))}
    mix = Mix()
    for place in range(count):
        number = numbers[place % len(numbers)]
        customer = customers[chance.choices.randrange(len(customers))]
        if place in broken_at:
            mix.updates.append(broken(number, mix.malformed))
            mix.malformed += 1
        elif place % 20 == 5:
            mix.updates.append(_echo(number, customer, now, chance, mix))
        elif place % 20 == 15:
            mix.updates.append(_standby(number, customer, now, chance, mix))
        elif place % 10 < 6:
            name = names[place % len(names)]
            mix.updates.append(_message(number, customer, name, now, chance, shelve, mix))
        elif place % 10 < 9:
            mix.updates.append(_status(number, customer, STATES[len(mix.statuses) % len(STATES)], now, chance, mix))
        else:
            name = account_fields.FIELDS[place // 10 % len(account_fields.FIELDS)]
            mix.updates.append(account_fields.update(number, name, now))
    return mix


def _message(
    number: Number, customer: Customer, name: str, now: float, chance: Chance, shelve: samples.Shelve, mix: Mix
) -> Update:
    found = wamid(customer.address, INBOUND, chance.ids)
    target = mix.wamids[-1] if mix.wamids else "wamid.unknown"
    content = samples.content(name, shelve, target)
    body = {**updates.sender(customer), "id": found, "timestamp": str(int(now)), **content}
    if content["type"] not in {"reaction", "edit", "revoke"}:
        mix.wamids.append(found)
    return updates.message(number, customer, body)


def _status(number: Number, customer: Customer, state: str, now: float, chance: Chance, mix: Mix) -> Update:
    found = wamid(customer.address, OUTBOUND, chance.ids)
    sent = Sent(found, number.id, customer.id, {}, "text", now, by_phone=customer.phone is not None)
    mix.statuses.append((found, state))
    return updates.status(number, customer, sent, state, now)


def _echo(number: Number, customer: Customer, now: float, chance: Chance, mix: Mix) -> Update:
    found = wamid(customer.address, OUTBOUND, chance.ids)
    mix.echoes.append(found)
    text = {"type": "text", "text": {"body": "From the shop's phone"}}
    return updates.echo(number, customer, {"id": found, "timestamp": str(int(now)), **text})


def _standby(number: Number, customer: Customer, now: float, chance: Chance, mix: Mix) -> Update:
    found = wamid(customer.address, INBOUND, chance.ids)
    mix.standby.append(found)
    text = {"type": "text", "text": {"body": "To whoever has the thread"}}
    body = {**updates.sender(customer), "id": found, "timestamp": str(int(now)), **text}
    return updates.message(number, customer, body, field="standby")


def broken(number: Number, which: int = 0) -> Update:
    """A message no parser can make sense of: no id and no time, a string, a list, a number for a text."""
    forms: tuple[Any, ...] = (
        {"type": "text", "text": {"body": "I have no id"}, "from": "34600555101"},
        "not even a message",
        {"id": "wamid.broken", "timestamp": "a while ago", "from": ["34600555101"], "type": "text", "text": 7},
        ["wamid.broken"],
    )
    value = {
        "messaging_product": "whatsapp",
        "metadata": number.metadata(),
        "messages": [forms[which % len(forms)]],
    }
    return Update(number.account_id, "messages", value, number.id)
