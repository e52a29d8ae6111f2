"""The only place that writes the JSON of Meta's send API (META: cloud-api/reference/messages)."""

from typing import Any

from shared.contract.commands import Address, MarkRead, SendMessage
from shared.contract.content import ReactionContent, TextContent

_FOR_WHATSAPP = {"messaging_product": "whatsapp"}


class CannotBeWritten(Exception):
    """Nothing that could be sent to Graph would mean what was asked."""


def message(command: SendMessage) -> dict[str, Any]:
    """The body of one send; our id rides in biz_opaque_callback_data and comes back in every status."""
    return {
        **_FOR_WHATSAPP,
        "recipient_type": "individual",
        **_recipient(command.address),
        **_content(command),
        "biz_opaque_callback_data": command.message_id,
    }


def read_receipt(command: MarkRead) -> dict[str, Any]:
    """The body that marks a message, and those before it, as read on the customer's phone."""
    return {**_FOR_WHATSAPP, "status": "read", "message_id": command.wamid}


def _recipient(address: Address) -> dict[str, str]:
    # Without its `+` Meta would put the business's own country code in front.
    if address.to:
        return {"to": "+" + address.to.lstrip("+")}
    if address.recipient:
        return {"recipient": address.recipient}
    raise CannotBeWritten("no address")


def _content(command: SendMessage) -> dict[str, Any]:
    match command.content:
        case TextContent(text=text):
            words: dict[str, Any] = {"body": text.body}
            if text.preview_url is not None:
                words["preview_url"] = text.preview_url
            return {**_context(command), "type": "text", "text": words}
        case ReactionContent(reaction=reaction):
            if not command.target_wamid:
                raise CannotBeWritten("no target")
            # Never with a context: a reaction cannot be a reply (META: messages/contextual-replies).
            return {"type": "reaction", "reaction": {"message_id": command.target_wamid, "emoji": reaction.emoji}}
        case other:
            raise CannotBeWritten(other.type if other.type.isidentifier() else "type")


def _context(command: SendMessage) -> dict[str, Any]:
    return {"context": {"message_id": command.context_wamid}} if command.context_wamid else {}
