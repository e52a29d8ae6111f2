"""Whether a well-formed message is accepted, and what follows when it is."""

from simulator import magic, window
from simulator.chance import Chance
from simulator.clock import Clock
from simulator.customer import Customer, Sent
from simulator.errors import GraphError
from simulator.faults import Fault, Faults
from simulator.graph.sending import Sending
from simulator.identifiers import OUTBOUND, digits, wamid
from simulator.ledger import Ledger
from simulator.number import Number
from simulator.statuses import Statuses
from simulator.tuning import Tuning
from simulator.world import World

# The fixed throughput of numbers that are in the phone app too (limits of coexistence).
COEXISTENCE_PER_S = 20
DAY_S = 86_400.0


class Acceptance:
    """Graph's decision about one message at a time."""

    def __init__(
        self,
        world: World,
        faults: Faults,
        statuses: Statuses,
        clock: Clock,
        tuning: Tuning,
        chance: Chance,
        ledger: Ledger,
    ) -> None:
        self._world = world
        self._faults = faults
        self._statuses = statuses
        self._clock = clock
        self._tuning = tuning
        self._chance = chance
        self._ledger = ledger

    def recipient(self, sending: Sending, number: Number) -> Customer:
        """Whom a message is for; `to` wins over `recipient`."""
        if sending.to is not None:
            if digits(sending.to) == digits(number.display_number):
                raise GraphError(131021)
            return self._world.dialled(sending.to, number)
        found = self._world.find(sending.recipient or "")
        if found is None and magic.is_magic_bsuid(sending.recipient):
            stranger = Customer(id=sending.recipient or "", name="Magic", phone=None, bsuid=sending.recipient)
            return self._world.add_customer(stranger)
        if found is None:
            raise GraphError(131026)
        return found

    def fault(self, sending: Sending, customer: Customer, number: Number) -> Fault | None:
        """What goes wrong with this message on cue: an admin's fault before the recipient's own magic."""
        if self._faults:
            called = (customer.id, customer.phone, customer.bsuid, sending.recipient)
            addresses = frozenset(a for a in called if a)
            if taken := self._faults.take("send", number.id, addresses):
                return taken
        fault = magic.fault(customer.phone, sending.recipient or customer.bsuid, customer.attempts)
        customer.attempts += 1
        return fault

    def check(self, sending: Sending, customer: Customer, number: Number) -> GraphError | None:
        """Speed limits, then the window; the error that comes later instead of now is answered, not raised."""
        now, tuning = self._clock.monotonic(), self._tuning
        rate = min(tuning.throughput_per_s, COEXISTENCE_PER_S) if number.coexistence else tuning.throughput_per_s
        if rate and not number.throughput.take(now, 1 / rate, rate):
            raise GraphError(130429)
        thread = customer.thread(number.id)
        if tuning.pair_interval_s and not thread.pair.take(now, tuning.pair_interval_s, tuning.pair_burst):
            raise GraphError(131056)
        if sending.type == "reaction" and not self._can_react(sending, customer, number):
            return GraphError(131009, "The message to react to is too old, deleted, or not of this conversation.")
        if tuning.window == "off" or magic.is_magic(customer.phone) or magic.is_magic_bsuid(customer.bsuid):
            return None
        if window.allows(sending.type, thread.last_inbound_at, self._clock.now()):
            return None
        closed = GraphError(131047)
        if tuning.window == "refuse":
            raise closed
        return closed

    def accept(self, sending: Sending, customer: Customer, number: Number, failure: GraphError | None = None) -> Sent:
        """The message is on its way; `failure` is what becomes of it when it is not to arrive."""
        sent = Sent(
            wamid=wamid(customer.address, OUTBOUND, self._chance.ids),
            number_id=number.id,
            customer_id=customer.id,
            content=sending.content,
            type=sending.type,
            at=self._clock.now(),
            by_phone=sending.to is not None,
            callback_token=sending.callback_token,
            context_wamid=sending.context_wamid,
        )
        self._ledger.count_accepted(sent.callback_token)
        self._ledger.add(
            "received",
            wamid=sent.wamid,
            type=sent.type,
            number_id=number.id,
            customer_id=customer.id,
            callback_token=sent.callback_token,
            context_wamid=sent.context_wamid,
            fails=failure.code if failure else None,
            content=sent.content,
        )
        if failure is not None:
            self._statuses.fail(number, customer, sent, failure.code, failure.details)
            return sent
        customer.thread(number.id).received.append(sent)
        self._statuses.begin(number, customer, sent)
        if sent.type != "reaction" and customer.online:
            customer.answered.set()
        return sent

    def answer(self, sending: Sending, customer: Customer, sent: Sent) -> dict[str, object]:
        """What Graph says about an accepted message."""
        contact: dict[str, str] = {"input": sending.to or sending.recipient or ""}
        if sending.to is not None and customer.phone:
            contact["wa_id"] = customer.phone
        if customer.bsuid:
            contact["user_id"] = customer.bsuid
        message = {"id": sent.wamid}
        if sent.type == "template":
            message["message_status"] = "accepted"
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]}

    def _can_react(self, sending: Sending, customer: Customer, number: Number) -> bool:
        target = sending.content["reaction"]["message_id"]
        if (inbound := self._world.inbound.get(target)) is not None:
            written_by, number_id, at = inbound
            return written_by == customer.id and number_id == number.id and self._clock.now() - at < 30 * DAY_S
        return any(sent.wamid == target for sent in customer.thread(number.id).received)
