"""What customers do with their phones: write, react, edit, delete, change number, lose and find signal."""

from collections.abc import Callable
from typing import Any

from simulator import samples
from simulator.chance import Chance
from simulator.clock import Clock
from simulator.customer import Customer, Sent, Thread, Written
from simulator.identifiers import INBOUND, OUTBOUND, bsuid, digits, wamid
from simulator.ledger import Ledger
from simulator.number import Number
from simulator.statuses import Statuses
from simulator.tuning import Tuning
from simulator.webhooks import updates
from simulator.webhooks.deliverer import Deliverer
from simulator.webhooks.envelope import Update
from simulator.world import World

# A window is not opened by what Meta says about a customer, only by what the customer says.
OPENS_NO_WINDOW = frozenset({"system"})


class Pen:
    """Everything here becomes a webhook, and a line in the ledger."""

    def __init__(
        self,
        world: World,
        deliverer: Deliverer,
        statuses: Statuses,
        clock: Clock,
        chance: Chance,
        ledger: Ledger,
        tuning: Tuning,
        shelve: samples.Shelve,
    ) -> None:
        self._world = world
        self._deliverer = deliverer
        self._statuses = statuses
        self._clock = clock
        self._chance = chance
        self._ledger = ledger
        self._tuning = tuning
        self._shelve = shelve

    def write(
        self,
        customer: Customer,
        number: Number,
        content: dict[str, Any],
        *,
        context_wamid: str | None = None,
        hours_ago: float = 0.0,
        field: str = "messages",
    ) -> str:
        """Send any content to a number, dated back if asked for; answers its wamid."""
        update, found = self.prepared(
            customer, number, content, context_wamid=context_wamid, hours_ago=hours_ago, field=field
        )
        self._deliverer.put(update)
        return found

    def prepared(
        self,
        customer: Customer,
        number: Number,
        content: dict[str, Any],
        *,
        context_wamid: str | None = None,
        hours_ago: float = 0.0,
        field: str = "messages",
    ) -> tuple[Update, str]:
        """The update of a written message, recorded as written but not yet delivered, and its wamid."""
        at = self._clock.now() - hours_ago * 3600
        dated = self._clock.dated(at, self._tuning.webhook_time)
        found = wamid(customer.address, INBOUND, self._chance.ids)
        body = {**updates.sender(customer), "id": found, "timestamp": str(dated), **content}
        if context_wamid:
            body["context"] = {"from": number.display_number, "id": context_wamid}
        elif (context := body.get("context")) is not None and "from" in context:
            body["context"] = {**context, "from": number.display_number}
        thread = customer.thread(number.id)
        if content["type"] not in OPENS_NO_WINDOW:
            thread.last_inbound_at = max(thread.last_inbound_at or 0.0, at)
            # Meta counts what comes in towards a number's throughput as well.
            if rate := self._tuning.throughput_per_s:
                number.throughput.count(self._clock.monotonic(), 1 / rate)
        if _on_the_phone(thread, content):
            quoted = context.get("id") if isinstance(context := body.get("context"), dict) else None
            thread.written.append(Written(found, content, at, quoted))
            self._world.remember_inbound(found, customer, number, at)
        self._ledger.add(
            "inbound",
            wamid=found,
            type=content["type"],
            customer_id=customer.id,
            number_id=number.id,
            timestamp=dated,
            field=field,
            content=content,
        )
        return updates.message(number, customer, body, field), found

    def sample(self, customer: Customer, number: Number, name: str) -> dict[str, Any]:
        """The content of a sample, aimed at something that exists in this thread."""
        thread = customer.thread(number.id)
        if name in {"edit", "revoke"}:
            target = thread.written[-1].wamid if thread.written else "wamid.unknown"
        else:
            target = thread.received[-1].wamid if thread.received else "wamid.unknown"
        return samples.content(name, self._shelve, target)

    def react(self, customer: Customer, number: Number, emoji: str, target_wamid: str | None = None) -> str:
        """Put an emoji on a message of the business; an empty one is left out, as Meta does on removal."""
        received = customer.thread(number.id).received
        if target_wamid is None and not received:
            raise LookupError(f"{customer.id} has received nothing to react to")
        reaction = {"message_id": target_wamid or received[-1].wamid}
        if emoji:
            reaction["emoji"] = emoji
        return self.write(customer, number, {"type": "reaction", "reaction": reaction})

    def edit(self, customer: Customer, number: Number, text: str, target_wamid: str | None = None) -> str:
        """Change an own message (webhooks/reference/messages, edit)."""
        original = target_wamid or self._last_written(customer, number)
        message = {"context": {"id": original}, "type": "text", "text": {"body": text}}
        return self.write(
            customer, number, {"type": "edit", "edit": {"original_message_id": original, "message": message}}
        )

    def revoke(self, customer: Customer, number: Number, target_wamid: str | None = None) -> str:
        """Delete an own message for everyone."""
        original = target_wamid or self._last_written(customer, number)
        return self.write(customer, number, {"type": "revoke", "revoke": {"original_message_id": original}})

    def echo(self, customer: Customer, number: Number, content: dict[str, Any], hours_ago: float = 0.0) -> str:
        """The business writes from its own phone app (coexistence)."""
        at = self._clock.now() - hours_ago * 3600
        found = wamid(customer.address, OUTBOUND, self._chance.ids)
        self._ledger.add("note", what="echo", wamid=found, customer_id=customer.id, number_id=number.id)
        sent = Sent(found, number.id, customer.id, content, content["type"], at, by_phone=True, is_echo=True)
        customer.thread(number.id).received.append(sent)
        body = {"id": found, "timestamp": str(self._clock.dated(at, self._tuning.webhook_time)), **content}
        self._deliverer.put(updates.echo(number, customer, body))
        return found

    def change_number(
        self, customer: Customer, phone: str | None = None, *, announce: str = "system", numbers: list[Number]
    ) -> dict[str, Any]:
        """Move to a new phone, which makes a new BSUID too (business-scoped-user-ids).

        `announce`: `system` tells both old and new ids, `system_short` only the new ones, `legacy` the older
        customer_changed_number, `field` the separate user_id_update, `nothing` leaves it to the next message.
        """
        old = {"phone": customer.phone, "bsuid": customer.bsuid}
        sender = updates.sender(customer)
        if phone and (taken := self._world.find(phone)) is not None and taken is not customer:
            raise ValueError(f"{phone} is someone already")
        if customer.bsuid:
            customer.aliases.append(customer.bsuid)
            customer.bsuid = bsuid(customer.bsuid.partition(".")[0], self._chance.ids)
        if phone and customer.phone:
            customer.aliases.append(customer.phone)
            self._world.unindex(customer.phone)
        if phone:
            customer.phone = digits(phone)
        self._world.index(customer)
        for number in numbers:
            if announce == "field" and old["bsuid"]:
                at = self._clock.dated(self._clock.now(), self._tuning.webhook_time)
                self._deliverer.put(updates.user_id_update(number, customer, old["bsuid"], at))
            elif announce != "nothing":
                self.write(customer, number, _changed(customer, old, announce) | sender)
        self._ledger.add("note", what="customer.changed", customer_id=customer.id, **old)
        return old

    def lose_signal(self, customer: Customer) -> None:
        """What the business sends from now on waits."""
        customer.online = False
        self._ledger.add("note", what="customer.offline", customer_id=customer.id)

    def find_signal(self, customer: Customer, number_of: Callable[[str], Number]) -> None:
        """What waited arrives."""
        customer.online = True
        self._ledger.add("note", what="customer.online", customer_id=customer.id)
        for number_id in customer.threads:
            self._statuses.back_online(number_of(number_id), customer)

    def _last_written(self, customer: Customer, number: Number) -> str:
        written = customer.thread(number.id).written
        if not written:
            raise LookupError(f"{customer.id} has written nothing")
        return written[-1].wamid


def _on_the_phone(thread: Thread, content: dict[str, Any]) -> bool:
    """Change what the phone shows; whether this is a message of its own rather than about another one."""
    match content:
        case {"type": "reaction", "reaction": {"message_id": str(target), **more}}:
            thread.react(target, str(more.get("emoji", "")))
        case {"type": "edit", "edit": {"original_message_id": str(target), "message": dict(said)}}:
            thread.edit(target, said)
        case {"type": "revoke", "revoke": {"original_message_id": str(target)}}:
            thread.revoke(target)
    # Whoever tests a product may write anything, also what is not in order.
    return content["type"] not in {"reaction", "edit", "revoke", "system"}


def _changed(customer: Customer, old: dict[str, str | None], announce: str) -> dict[str, Any]:
    if announce == "legacy":
        body = f"User {customer.name} changed from {old['phone']} to {customer.phone}"
        system = {
            "type": "customer_changed_number",
            "body": body,
            "new_wa_id": customer.phone,
            "customer": old["phone"],
        }
        return {"type": "system", "system": system}
    kind = "user_changed_number" if customer.wa_id else "user_changed_user_id"
    system = {"type": kind, "body": f"User {customer.name} changed", "user_id": customer.bsuid}
    if customer.wa_id:
        system["wa_id"] = customer.wa_id
    if announce == "system":
        system["previous_user_id"] = old["bsuid"]
    return {"type": "system", "system": {k: v for k, v in system.items() if v is not None}}
