"""Compares what Meta knows, what the inbox shows, and what a browser has followed: nothing lost, nothing doubled."""

import asyncio
from typing import Any

from demo.state import Value
from shared.contract.status import Status, furthest
from tests.real.waiting import S_MAX
from tests.system.browser import Browser
from tests.system.shop import Shop

NO_ROWS = frozenset(("reaction", "edit", "revoke"))
UNSETTLED = ("queued", "unknown")


async def balance(shop: Shop, browser: Browser | None = None, s_max: float = S_MAX) -> None:
    """Return when all agree; fail with what does not."""
    await shop.until_settled()
    deadline_s = asyncio.get_running_loop().time() + s_max
    while found := await differences(shop, browser):
        assert asyncio.get_running_loop().time() < deadline_s, "\n".join(found[:20])
        await asyncio.sleep(0.1)
    if browser is not None:
        cursors = [change["cursor"] for change in browser.heard]
        assert len(cursors) == len(set(cursors)), "a change came twice"
        assert cursors == sorted(cursors, key=_place), "changes came out of order"


async def differences(shop: Shop, browser: Browser | None) -> list[str]:
    """What does not agree now, in words."""
    snapshot = await shop.agent.ask("GET", f"{shop.path}/snapshot?limit=200")
    threads = {each["contact_id"]: await shop.messages(each["contact_id"]) for each in snapshot["conversations"]}
    shown = {message_id: each for thread in threads.values() for message_id, each in thread.items()}
    found = _inbound(shop, shown) + _outbound(shop, shown)
    if sum(map(len, threads.values())) != len(shown):
        found.append("a message is in two conversations")
    if browser is not None and not found:
        found += _followed(browser, snapshot, threads)
    return found


def _inbound(shop: Shop, shown: dict[str, Value]) -> list[str]:
    written = {each["wamid"] for each in _records(shop, "inbound") if each["type"] not in NO_ROWS}
    held = {message_id for message_id, each in shown.items() if each["direction"] == "inbound"}
    return [f"lost: {wamid}" for wamid in written - held] + [f"never written: {wamid}" for wamid in held - written]


def _outbound(shop: Shop, shown: dict[str, Value]) -> list[str]:
    accepted = shop.stack.simulator.ledger.accepted_by_callback
    found = []
    for message_id in shop.asked:
        times, message = accepted.get(message_id, 0), shown.get(message_id, {})
        if times > 1:
            found.append(f"sent {times} times: {message_id}")
        if not message:
            found.append(f"asked for and not shown: {message_id}")
        elif message["status"] != (expected := _furthest(shop, message_id, message["status"])):
            found.append(f"shown as {message['status']} and not {expected}: {message_id}")
    return found


def _furthest(shop: Shop, message_id: str, shown: str) -> str:
    """How far Meta says it has got; a message that never reached Graph is `unknown`, for a person to look at."""
    told = [Status(each["status"]) for each in _records(shop, "status") if each["callback_token"] == message_id]
    reached = shop.stack.simulator.ledger.accepted_by_callback.get(message_id, 0)
    if not reached:
        return shown if shown in ("unknown", "failed") else "unknown"
    return furthest(told) or shown


def _followed(browser: Browser, snapshot: Value, threads: dict[str, dict[str, Value]]) -> list[str]:
    """Snapshot and changes are a fresh snapshot."""
    state = browser.state
    fresh = {each["contact_id"]: each for each in snapshot["conversations"]}
    found = [
        f"conversation: {state.conversations.get(key)} is not {each}"
        for key, each in fresh.items()
        if state.conversations.get(key) != each
    ]
    found += [f"conversation too many: {key}" for key in state.conversations.keys() - fresh.keys()]
    for contact_id, thread in threads.items():
        held = state.messages.get(contact_id, {})
        # A browser that began with a snapshot holds only the messages that changed since.
        found += [f"message: {each} is not {thread.get(key)}" for key, each in held.items() if each != thread.get(key)]
    if state.number != snapshot["number"]:
        found.append(f"number: {state.number} is not {snapshot['number']}")
    return found


def _records(shop: Shop, kind: Any) -> list[dict[str, Any]]:
    return [each for each in shop.stack.simulator.ledger.records(kind) if each["number_id"] == shop.number_id]


def _place(cursor: str) -> tuple[int, int]:
    at_ms, _, sequence = cursor.partition(".")[0].partition("-")
    return int(at_ms), int(sequence)
