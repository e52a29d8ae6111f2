"""Commands are one line each and come back as they were."""

import pytest
from pydantic import ValidationError

from shared.contract import commands
from shared.contract.commands import Address, SendMessage
from shared.contract.ids import ContactId, MessageId, NumberId, WorkspaceId

SEND = SendMessage.model_validate(
    {
        "workspace_id": WorkspaceId("w"),
        "number_id": NumberId("n"),
        "at_ms": 1,
        "message_id": MessageId("m"),
        "contact_id": ContactId("15550000001"),
        "lane": "t",
        "address": Address(to="+15550000001"),
        "content": {"type": "text", "text": {"body": "two\nlines"}},
    }
)


def test_a_command_comes_back_as_it_was_in_one_line() -> None:
    """Projector and sender read the same thing."""
    assert SEND == commands.decode(commands.encode(SEND))
    assert b"\n" not in commands.encode(SEND)


def test_a_line_of_no_known_type_is_refused() -> None:
    """A reader never guesses what somebody may have asked for."""
    with pytest.raises(ValidationError):
        commands.decode(b'{"type":"message.burn"}')
