"""What agents ask for: messages and read markers. Checked, then published; the projector makes it chat state."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from services.api import views
from services.api.fields import Given, Uuid
from services.api.ledger import Entry, Ledger, said
from services.api.queries import Queries, SendTarget, StoredMessage
from services.api.reading import no_such_contact
from services.api.records import MessageRecord, Said
from services.api.route import Answer, Body, Call, Nothing, route
from shared.broker.door import Broker
from shared.contract import commands
from shared.contract.chat import Message
from shared.contract.content import Content, OutboundContent, OutboundReactionContent
from shared.contract.events import Context
from shared.contract.ids import ContactId, MessageId
from shared.contract.status import Status
from shared.problem import ProblemError
from shared.process import now_ms
from shared.registry import NumberRecord
from shared.topology import COMMANDS

_CONVERSATION = "/v1/numbers/{number_id}/conversations/{contact_id}"
_CONTENT: TypeAdapter[Content] = TypeAdapter(Content)
_MISSING = ("no_such_contact", "no_such_message")

MessageName = Annotated[str, Field(min_length=1, max_length=512)]


class Reply(Body):
    """The message that this one answers."""

    message_id: MessageName


class SendRequest(Body):
    """A message to send; `id` is made by the browser, so that asking twice sends once."""

    id: Uuid
    content: OutboundContent
    context: Annotated[Reply | None, Given()] = None


class ReadUpTo(Body):
    """The last message that an agent has seen."""

    up_to: MessageName


class Asking:
    """Answers what agents ask for."""

    def __init__(self, queries: Queries, ledger: Ledger, broker: Broker) -> None:
        self._queries = queries
        self._ledger = ledger
        self._broker = broker

    @route(
        "POST",
        f"{_CONVERSATION}/messages",
        summary="Send a message; the same id again is the same message",
        access="send",
        body=SendRequest,
        answers={202: Message},
        refusals={404: _MISSING, 409: ("id_reused", "not_sent_yet", "disconnected")},
    )
    async def send_message(self, call: Call[Nothing, SendRequest]) -> Answer:
        """Free text is never refused for a closed window: Meta decides."""
        number, asked = call.number, call.body
        if not (number.connected and number.enabled):
            raise ProblemError(409, "disconnected", "This number is not connected")
        to = await self._queries.target(number.workspace_id, number.number_id, call.contact_id)
        if to is None:
            raise no_such_contact()
        is_reaction = isinstance(asked.content, OutboundReactionContent)
        if is_reaction and asked.context is not None:
            raise ProblemError(422, "invalid", "A reaction cannot be a reply")
        quoted = await self._target(number, to, asked.context.message_id) if asked.context else None
        reacted = (
            await self._target(number, to, asked.content.reaction.message_id)
            if isinstance(asked.content, OutboundReactionContent)
            else None
        )
        message_id = MessageId(asked.id)
        entry = Entry(
            said=said(asked.content, quoted.id if quoted else None),
            lane=to.lane,
            contact_id=to.contact_id,
            at_ms=now_ms(),
            agent=call.caller.agent,
        )
        first = await self._ledger.first(number.workspace_id, number.number_id, message_id, entry)
        if not first.same_request(entry):
            raise ProblemError(409, "id_reused", "This id was used for another message; a new message needs a new id")
        command = commands.SendMessage(
            workspace_id=number.workspace_id,
            number_id=number.number_id,
            at_ms=first.at_ms,
            message_id=message_id,
            contact_id=to.contact_id,
            lane=to.lane,
            address=to.address,
            content=_CONTENT.validate_python(asked.content.model_dump(exclude_none=True)),
            context_message_id=quoted.id if quoted else None,
            context_wamid=quoted.wamid if quoted else None,
            target_message_id=reacted.id if reacted else None,
            target_wamid=reacted.wamid if reacted else None,
            agent=first.agent,
        )
        # A repeat is published again: the first may have been lost on its way, and everything behind it is idempotent.
        await self._broker.publish(COMMANDS, commands.encode(command))
        return Answer(202, queued(command))

    @route(
        "POST",
        f"{_CONVERSATION}/read",
        summary="Mark as read up to a message",
        access="send",
        body=ReadUpTo,
        answers={202: None},
        refusals={404: _MISSING},
    )
    async def mark_read(self, call: Call[Nothing, ReadUpTo]) -> Answer:
        """What arrived later stays unread. Meta is told if the number is set so."""
        number = call.number
        contact_id = await self._known(number, call.contact_id)
        up_to = await self._queries.message(number.workspace_id, number.number_id, MessageId(call.body.up_to))
        if up_to is None or up_to.contact_id != contact_id:
            raise no_such_message()
        seen = commands.MarkRead(
            workspace_id=number.workspace_id,
            number_id=number.number_id,
            at_ms=now_ms(),
            contact_id=contact_id,
            up_to=up_to.arrival,
            wamid=up_to.wamid if up_to.direction == "inbound" else None,
            tell_meta=number.send_read_receipts and up_to.direction == "inbound",
        )
        await self._broker.publish(COMMANDS, commands.encode(seen))
        return Answer(202)

    @route(
        "DELETE",
        f"{_CONVERSATION}/read",
        summary="Mark as unread",
        access="send",
        answers={202: None},
        refusals={404: ("no_such_contact",)},
    )
    async def mark_unread(self, call: Call[Nothing, Nothing]) -> Answer:
        """The conversation stands out again until somebody reads it."""
        number = call.number
        contact_id = await self._known(number, call.contact_id)
        unread = commands.MarkUnread(
            workspace_id=number.workspace_id, number_id=number.number_id, at_ms=now_ms(), contact_id=contact_id
        )
        await self._broker.publish(COMMANDS, commands.encode(unread))
        return Answer(202)

    async def _known(self, number: NumberRecord, contact_id: ContactId) -> ContactId:
        """The contact's present id, for any that it ever had."""
        to = await self._queries.target(number.workspace_id, number.number_id, contact_id)
        if to is None:
            raise no_such_contact()
        return to.contact_id

    async def _target(self, number: NumberRecord, to: SendTarget, message_id: str) -> StoredMessage:
        """The message that is answered or reacted to: in the same conversation, and known to WhatsApp."""
        found = await self._queries.message(number.workspace_id, number.number_id, MessageId(message_id))
        if found is None or found.contact_id != to.contact_id:
            raise no_such_message()
        if found.wamid is None:
            raise ProblemError(
                409, "not_sent_yet", "WhatsApp does not know that message yet; ask again once it is sent"
            )
        return found


def queued(command: commands.SendMessage) -> Message:
    """The message as it will appear: what the projector makes of the same command."""
    words = Said(
        origin="agent",
        content=command.content,
        sent_ms=command.at_ms,
        received_ms=command.at_ms,
        agent=command.agent,
        context=Context(message_id=command.context_message_id) if command.context_message_id else None,
    )
    record = MessageRecord(id=command.message_id, said=words, statuses={Status.QUEUED: command.at_ms})
    return views.message(command.number_id, command.contact_id, record)


def no_such_message() -> ProblemError:
    """The conversation has no message with this id."""
    return ProblemError(404, "no_such_message", "This conversation has no such message")
