"""The three accounts of what happened: what Meta knows, what chat state says, what a browser has followed."""

from collections import defaultdict
from dataclasses import dataclass, field

from demo.state import Value
from simulator.simulator import Simulator
from tests.chaos.witness import Tick, Witness
from tests.system.shop import PAGE, Shop

NO_ROWS = frozenset(("reaction", "edit", "revoke"))


@dataclass(frozen=True, slots=True)
class Click:
    """Something an agent asked for: a text, or a reaction to a message."""

    id: str
    contact_id: str
    at_s: float
    text: str | None = None
    target: str | None = None
    emoji: str | None = None


@dataclass(frozen=True, slots=True)
class Meta:
    """What customers sent and received, by wamid or by the id of a click."""

    written: dict[str, Value] = field(default_factory=dict)  # content, as it was written
    edited: dict[str, str] = field(default_factory=dict)
    revoked: frozenset[str] = frozenset()
    reacted: dict[str, str] = field(default_factory=dict)  # emoji of customers, by wamid of the business's message
    accepted: dict[str, list[str]] = field(default_factory=dict)  # wamids, by click
    told: dict[str, list[str]] = field(default_factory=dict)  # statuses, by click


@dataclass(frozen=True, slots=True)
class Shown:
    """Chat state by HTTP: every page of every conversation, as it came."""

    number: Value
    conversations: dict[str, Value]
    messages: list[Value]


@dataclass(frozen=True, slots=True)
class Followed:
    """What a browser holds, and how it came to it."""

    name: str
    number: Value
    conversations: dict[str, Value]
    messages: list[Value]
    ticks: list[Tick]
    cursors: list[list[str]]  # one list for each snapshot it began with


def of_meta(simulator: Simulator, number_id: str) -> Meta:
    """From the simulator's ledger."""

    def records(kind: str) -> list[Value]:
        return [each for each in simulator.ledger.records(kind) if each["number_id"] == number_id]  # type: ignore[arg-type]

    written = [each for each in records("inbound") if each["type"] not in NO_ROWS]
    about = [each["content"] for each in records("inbound") if each["type"] in NO_ROWS]
    accepted, told = defaultdict(list), defaultdict(list)
    for each in records("received"):
        accepted[str(each["callback_token"])].append(str(each["wamid"]))
    for each in records("status"):
        told[str(each["callback_token"])].append(str(each["status"]))
    return Meta(
        written={str(each["wamid"]): each["content"] for each in written},
        edited={c["edit"]["original_message_id"]: c["edit"]["message"]["text"]["body"] for c in about if "edit" in c},
        revoked=frozenset(c["revoke"]["original_message_id"] for c in about if "revoke" in c),
        reacted={c["reaction"]["message_id"]: c["reaction"].get("emoji", "") for c in about if "reaction" in c},
        accepted=dict(accepted),
        told=dict(told),
    )


async def of_state(shop: Shop) -> Shown:
    """By the public API, page by page; nothing is put together on the way, so that what comes twice is seen twice."""
    snapshot = await shop.agent.ask("GET", f"{shop.path}/snapshot?limit={PAGE}")
    messages: list[Value] = []
    for conversation in snapshot["conversations"]:
        before = ""
        while True:
            path = f"{shop.path}/conversations/{conversation['contact_id']}/messages?limit={PAGE}{before}"
            page = await shop.agent.ask("GET", path)
            messages += page["messages"]
            if not page.get("next"):
                break
            before = f"&before={page['next']}"
    conversations = {each["contact_id"]: each for each in snapshot["conversations"]}
    return Shown(snapshot["number"], conversations, messages)


def of_browser(witness: Witness) -> Followed:
    """As it stands."""
    state = witness.state
    messages = [message for thread in state.messages.values() for message in thread.values()]
    return Followed(witness.name, state.number, dict(state.conversations), messages, witness.ticks, witness.cursors)
