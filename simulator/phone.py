"""What a customer's phone shows of one business number, oldest first. Pure."""

from collections.abc import Iterator
from typing import Any

from simulator import window
from simulator.customer import Customer, Sent, Thread, Written
from simulator.number import Number


def shown(customer: Customer, number: Number, now: float) -> dict[str, Any]:
    """The conversation, and the reply window as Graph counts it at `now`."""
    thread = customer.threads.get(number.id) or Thread()
    last = thread.last_inbound_at
    return {
        "customer": customer.shown(),
        "number": {"id": number.id, "verified_name": number.verified_name, "display_number": number.display_number},
        "now": now,
        "window": {
            "last_inbound_at": last,
            "closes_at": None if last is None else last + window.WINDOW_S,
            "is_open": window.is_open(last, now),
        },
        "bubbles": sorted(_bubbles(thread), key=lambda bubble: bubble["at"]),
    }


def _bubbles(thread: Thread) -> Iterator[dict[str, Any]]:
    waiting = {sent.wamid for sent in thread.waiting}
    # A reaction of the business is no bubble but a chip on one; the last word counts, an empty one takes it away.
    reactions = {
        sent.content["reaction"]["message_id"]: sent.content["reaction"].get("emoji", "")
        for sent in thread.received
        if sent.type == "reaction"
    }
    for written in thread.written:
        yield _own(written, reactions.get(written.wamid, ""))
    for sent in thread.received:
        if sent.type != "reaction":
            yield _answer(sent, sent.wamid in waiting, reactions.get(sent.wamid, ""))


def _own(written: Written, reaction: str) -> dict[str, Any]:
    return {
        "wamid": written.wamid,
        "by": "customer",
        "at": written.at,
        "content": None if written.is_revoked else written.content,
        "context_wamid": written.context_wamid,
        "is_edited": written.is_edited,
        "is_revoked": written.is_revoked,
        "is_read": written.is_read,
        "reactions": [reaction] if reaction else [],
    }


def _answer(sent: Sent, is_waiting: bool, reaction: str) -> dict[str, Any]:
    return {
        "wamid": sent.wamid,
        "by": "shop" if sent.is_echo else "business",
        "at": sent.at,
        "content": sent.content,
        "context_wamid": sent.context_wamid,
        "status": sent.status,
        # Accepted by Graph, but this phone has no signal to get it with.
        "is_waiting": is_waiting,
        "reactions": [emoji for emoji in (sent.reaction, reaction) if emoji],
    }
