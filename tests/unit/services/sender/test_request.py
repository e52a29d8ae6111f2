"""The JSON that Graph gets."""

from typing import Any

import pytest

from services.sender import request
from shared.contract import commands
from shared.contract.commands import Address, MarkRead, SendMessage
from shared.contract.ids import ContactId, MessageId, NumberId, Wamid, WorkspaceId

TEXT = {"type": "text", "text": {"body": "Grüß Gott 👋"}}


def send(content: dict[str, Any], **given: Any) -> SendMessage:
    """A command as it comes from the broker."""
    command = {
        "type": "message.send",
        "workspace_id": "w",
        "number_id": "106540352242922",
        "at_ms": 1,
        "message_id": "7f0c1c5e-0000-4000-8000-000000000001",
        "contact_id": "c",
        "lane": "l",
        "address": {"to": "+16505551234"},
        "content": content,
        **given,
    }
    decoded = commands.decode(commands.encode(SendMessage.model_validate(command)))
    assert isinstance(decoded, SendMessage)
    return decoded


def test_a_text_carries_our_id() -> None:
    """The whole body of a plain text, our id verbatim in biz_opaque_callback_data."""
    assert {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+16505551234",
        "type": "text",
        "text": {"body": "Grüß Gott 👋"},
        "biz_opaque_callback_data": "7f0c1c5e-0000-4000-8000-000000000001",
    } == request.message(send(TEXT))


@pytest.mark.parametrize("preview", [True, False])
def test_a_link_preview_is_as_asked(preview: bool) -> None:
    """preview_url goes out when it was said, either way."""
    body = request.message(send({"type": "text", "text": {"body": "https://example.org", "preview_url": preview}}))
    assert {"body": "https://example.org", "preview_url": preview} == body["text"]


def test_a_reply_names_the_message_it_answers() -> None:
    """The context is Meta's id of the quoted message, not ours."""
    body = request.message(send(TEXT, context_message_id="ours", context_wamid="wamid.A"))
    assert {"message_id": "wamid.A"} == body["context"]


def test_a_reaction_names_its_target_by_wamid_and_never_has_a_context() -> None:
    """A reaction points at Meta's id; Meta knows no reaction that is also a reply."""
    content = {"type": "reaction", "reaction": {"message_id": "ours", "emoji": "👍"}}
    body = request.message(send(content, target_wamid="wamid.T", context_wamid="wamid.A"))
    assert ({"message_id": "wamid.T", "emoji": "👍"}, False) == (body["reaction"], "context" in body)


def test_a_reaction_is_taken_back_with_an_empty_emoji() -> None:
    """An absent emoji is sent as the empty text that removes a reaction."""
    body = request.message(send({"type": "reaction", "reaction": {"message_id": "ours"}}, target_wamid="wamid.T"))
    assert "" == body["reaction"]["emoji"]


def test_a_phone_has_its_plus_exactly_once() -> None:
    """Without a plus Meta would add the business's own country code."""
    sent = {request.message(send(TEXT, address={"to": to}))["to"] for to in ("16505551234", "+16505551234")}
    assert {"+16505551234"} == sent


def test_a_customer_without_a_phone_is_addressed_by_bsuid() -> None:
    """A BSUID goes into `recipient`, and a phone wins over it."""
    bsuid = "US.13491208655302741918"
    alone = request.message(send(TEXT, address={"recipient": bsuid}))
    both = request.message(send(TEXT, address={"recipient": bsuid, "to": "+1650"}))
    assert (bsuid, False, "+1650", False) == (alone["recipient"], "to" in alone, both["to"], "recipient" in both)


@pytest.mark.parametrize(
    "command",
    [
        send(TEXT, address={}),
        send({"type": "reaction", "reaction": {"message_id": "ours", "emoji": "👍"}}),
        send({"type": "image", "image": {"id": "1"}}),
        send({"type": "hologram of tomorrow"}),
    ],
)
def test_what_cannot_be_said_is_not_attempted(command: SendMessage) -> None:
    """No address, no target or a type we do not send: nothing is written that means something else."""
    with pytest.raises(request.CannotBeWritten):
        request.message(command)


def test_a_read_receipt_names_the_last_message() -> None:
    """Marking as read is a status on Meta's id."""
    command = MarkRead(
        workspace_id=WorkspaceId("w"),
        number_id=NumberId("n"),
        at_ms=1,
        contact_id=ContactId("c"),
        up_to="k",
        wamid=Wamid("wamid.R"),
        tell_meta=True,
    )
    assert {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.R"} == request.read_receipt(command)


def test_ids_are_taken_verbatim() -> None:
    """Our id is opaque: nothing about it is changed on its way."""
    command = send(TEXT).model_copy(update={"message_id": MessageId("~A_b.c-9"), "address": Address(to="+1")})
    assert "~A_b.c-9" == request.message(command)["biz_opaque_callback_data"]
