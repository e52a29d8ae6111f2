"""A chunk of the past, as a coexistence number shares it after onboarding (webhooks/reference/history)."""

from typing import Any

from simulator.chance import Chance
from simulator.customer import Customer
from simulator.errors import reported
from simulator.identifiers import INBOUND, OUTBOUND, bsuid, wamid
from simulator.number import Number
from simulator.webhooks.envelope import Update

STATES = ("DELIVERED", "READ", "READ", "READ", "SENT", "ERROR", "PENDING", "PLAYED")
LINES = ("Hello", "Are you open today?", "Yes, until six", "שלום", "مرحبا", "Two loaves please 🥖", "Thank you!", "👍")
MESSAGES_MAX = 20_000


def chunk(
    number: Number,
    customers: list[Customer],
    messages: int,
    now: float,
    chance: Chance,
    *,
    phase: int = 0,
    chunk_order: int = 1,
    progress: int = 100,
    days: float = 180.0,
) -> tuple[Update, list[str]]:
    """One update with this many messages spread over these customers, and their wamids, oldest first in each thread."""
    if not 1 <= messages <= MESSAGES_MAX:
        raise ValueError(f"a chunk has 1 to {MESSAGES_MAX} messages")
    wamids: list[str] = []
    threads = []
    for place, customer in enumerate(customers):
        share = messages // len(customers) + (place < messages % len(customers))
        if share:
            threads.append(_thread(number, customer, share, now, days, chance, wamids))
    metadata = {"phase": phase, "chunk_order": chunk_order, "progress": progress}
    value = {
        "messaging_product": "whatsapp",
        "metadata": number.metadata(),
        "history": [{"metadata": metadata, "threads": threads}],
    }
    return Update(number.account_id, "history", value, number.id), wamids


def _thread(
    number: Number, customer: Customer, share: int, now: float, days: float, chance: Chance, wamids: list[str]
) -> dict[str, Any]:
    luck = chance.choices
    times = sorted(now - luck.uniform(86_400, days * 86_400) for _ in range(share))
    messages = []
    for at in times:
        ours = luck.random() < 0.45
        found = wamid(customer.address, OUTBOUND if ours else INBOUND, chance.ids)
        wamids.append(found)
        message: dict[str, Any] = {"from": number.display_number if ours else customer.phone or customer.address}
        if ours and customer.phone:
            message["to"] = customer.phone
        message |= {"id": found, "timestamp": str(int(at)), **_content(luck.random(), luck.choice(LINES))}
        message["history_context"] = {"status": luck.choice(STATES) if ours else "READ"}
        messages.append(message)
    thread: dict[str, Any] = {"id": customer.phone or customer.address, "messages": messages}
    if customer.bsuid:
        thread["context"] = {"user_id": customer.bsuid, "username": customer.username}
    return thread


def _content(luck: float, line: str) -> dict[str, Any]:
    if luck < 0.05:
        return {"type": "media_placeholder"}
    return {"type": "text", "text": {"body": line}}


def declined(number: Number) -> Update:
    """The business chose not to share its history (error 2593109)."""
    history = [{"errors": [reported(2593109)]}]
    value = {"messaging_product": "whatsapp", "metadata": number.metadata(), "history": history}
    return Update(number.account_id, "history", value, number.id)


def past_customers(count: int, chance: Chance) -> list[Customer]:
    """People who appear in history only."""
    return [
        Customer(
            id=f"past-{place}",
            name=f"Past customer {place}",
            phone=f"49151{chance.choices.randrange(10**8):08d}",
            bsuid=bsuid("DE", chance.ids),
        )
        for place in range(count)
    ]
