"""The changes that every side of push gets: messages of customers as the projector writes them into a feed."""

from bench.webhooks import NUMBER_ID, wamid
from shared.contract.chat import Message
from shared.contract.content import Text, TextContent
from shared.contract.ids import ContactId, MessageId, NumberId

_BEGAN_MS = 1_785_000_000_000
_CUSTOMERS = 1_000


def change(serial: int) -> bytes:
    """The change of this serial, the same whenever it is asked for."""
    sent_ms = _BEGAN_MS + serial
    message = Message(
        id=MessageId(wamid(serial)),
        number_id=NumberId(NUMBER_ID),
        contact_id=ContactId(f"US.{13491208655302741918 + serial % _CUSTOMERS}"),
        wamid=wamid(serial),
        direction="inbound",
        origin="customer",
        sent_at=sent_ms,
        received_at=sent_ms + 700,
        content=TextContent(type="text", text=Text(body=f"Is the blue one still there? I saw it (change {serial})")),
    )
    return b'{"kind":"message","value":%b}' % message.json_bytes()
