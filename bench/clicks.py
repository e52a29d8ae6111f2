"""The sends that every side gets: one text each, to a customer of its own, told apart by a serial."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from shared.contract.commands import Address, SendMessage
from shared.contract.content import TextContent
from shared.contract.ids import ContactId, MessageId, NumberId, WorkspaceId

TOKEN = "EAAbenchmarksonly" + "0" * 180
_FIRST_NUMBER = 106_540_352_243_000


def numbers(count: int) -> list[NumberId]:
    """So many numbers of one business."""
    return [NumberId(str(_FIRST_NUMBER + n)) for n in range(count)]


def message_id(serial: int) -> MessageId:
    """What comes back from Graph, and names the serial."""
    return MessageId(f"00000000-0000-4000-8000-{serial:012x}")


def text(serial: int) -> str:
    """Of the length of an ordinary answer."""
    return f"Yes, the blue one is still there. Shall we keep it for you until Saturday? ({serial})"


def commands(workspace_id: WorkspaceId, of: Sequence[NumberId], serials: range, at_ms: int) -> Iterator[SendMessage]:
    """What the api publishes, in turn of each number."""
    for serial in serials:
        customer = f"{serial % 10_000_000:07d}"
        yield SendMessage(
            workspace_id=workspace_id,
            number_id=of[serial % len(of)],
            at_ms=at_ms,
            message_id=message_id(serial),
            contact_id=ContactId(f"1555{customer}"),
            lane=f"t{customer}",
            address=Address(to=f"+1555{customer}"),
            content=TextContent.model_validate({"type": "text", "text": {"body": text(serial)}}),
        )


def calls(of: Sequence[NumberId], serials: range) -> bytes:
    """The same for those who only call: one line each, number and body."""
    return b"\n".join(orjson.dumps([of[serial % len(of)], body(serial)]) for serial in serials)


def body(serial: int) -> dict[str, Any]:
    """What Graph is asked to send."""
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": f"+1555{serial % 10_000_000:07d}",
        "type": "text",
        "text": {"body": text(serial)},
        "biz_opaque_callback_data": message_id(serial),
    }
