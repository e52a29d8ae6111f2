"""What agents ask for: messages and read markers. Checked, then published; the projector makes it chat state."""

import time
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from services.api import spans, views
from services.api.awaited import Awaited
from services.api.fields import Given, Uuid
from services.api.intake import Intake
from services.api.ledger import Entry, Ledger, said
from services.api.queries import Queries, SendTarget, StoredMessage
from services.api.reading import no_such_contact
from services.api.records import MessageRecord, Said
from services.api.route import Answer, Body, Call, Nothing, route
from shared import tracing
from shared.broker.door import Headers, Publishes
from shared.contract import commands
from shared.contract.chat import Message
from shared.contract.content import Content, OutboundContent, OutboundReactionContent
from shared.contract.events import Context
from shared.contract.ids import MessageId
from shared.contract.order import arrival_key
from shared.contract.status import Status
from shared.contract.trusted import trusted
from shared.crowd import Way, Ways
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

    def __init__(
        self, queries: Queries, ledger: Ledger, awaited: Awaited, intake: Intake, ways: Ways, broker: Publishes
    ) -> None:
        self._queries = queries
        self._intake = intake
        self._ledger = ledger
        self._awaited = awaited
        self._ways = ways
        self._broker = broker

    @route(
        "POST",
        f"{_CONVERSATION}/messages",
        summary="Send a message; the same id again is the same message",
        access="send",
        body=SendRequest,
        answers={202: Message},
        refusals={404: _MISSING, 409: ("id_reused", "not_sent_yet", "disconnected"), 503: ("rebuilding",)},
    )
    async def send_message(self, call: Call[Nothing, SendRequest]) -> Answer:
        """Free text is never refused for a closed window: Meta decides."""
        began_ns = time.time_ns() if tracing.on else 0
        number, asked = call.number, call.body
        if not number.takes_events:
            raise ProblemError(409, "disconnected", "This number is not connected")
        if not await self._awaited.takes():
            raise _rebuilding()
        reaction = asked.content.reaction if isinstance(asked.content, OutboundReactionContent) else None
        if reaction is not None and asked.context is not None:
            raise ProblemError(422, "invalid", "A reaction cannot be a reply")
        quoted = await self._target(call, asked.context.message_id) if asked.context is not None else None
        reacted = await self._target(call, reaction.message_id) if reaction is not None else None
        message_id = MessageId(asked.id)
        entry = Entry(
            said=said(asked.content, quoted.id if quoted else None),
            contact_id=call.contact_id,
            at_ms=now_ms(),
            agent=call.caller.agent,
        )
        taken = await self._intake.take(number.workspace_id, number.number_id, call.contact_id, message_id, entry)
        if taken is None:
            raise await self._no_such_contact()
        to, first = taken.to, taken.first or entry
        if taken.first is not None and not first.same_request(entry.said, to.lane, to.names):
            raise ProblemError(409, "id_reused", "This id was used for another message; a new message needs a new id")
        command = trusted(
            commands.SendMessage,
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
        headers = {commands.REPEATED: 1} if first is not entry else {}
        if first.recalled:
            headers |= {commands.RECALLED: 1}
        if began_ns:
            with spans.clicked(command, f"{_CONVERSATION}/messages", began_ns, is_first=first is entry):
                await self._publish(command, taken.way, headers)
        else:
            await self._publish(command, taken.way, headers)
        return Answer(202, queued(command))

    @route(
        "POST",
        f"{_CONVERSATION}/read",
        summary="Mark as read up to a message",
        access="send",
        body=ReadUpTo,
        answers={202: None},
        refusals={404: _MISSING, 503: ("rebuilding",)},
    )
    async def mark_read(self, call: Call[Nothing, ReadUpTo]) -> Answer:
        """What arrived later stays unread. Meta is told if the number is set so."""
        number = call.number
        to = await self._to(call)
        up_to = await self._message(number, to, call.body.up_to)
        seen = commands.MarkRead(
            workspace_id=number.workspace_id,
            number_id=number.number_id,
            at_ms=now_ms(),
            contact_id=to.contact_id,
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
        refusals={404: ("no_such_contact",), 503: ("rebuilding",)},
    )
    async def mark_unread(self, call: Call[Nothing, Nothing]) -> Answer:
        """The conversation stands out again until somebody reads it."""
        number = call.number
        to = await self._to(call)
        unread = commands.MarkUnread(
            workspace_id=number.workspace_id, number_id=number.number_id, at_ms=now_ms(), contact_id=to.contact_id
        )
        await self._broker.publish(COMMANDS, commands.encode(unread))
        return Answer(202)

    async def _to(self, call: Call[Nothing, Any]) -> SendTarget:
        """The contact of the path."""
        number = call.number
        to = await self._queries.target(number.workspace_id, number.number_id, call.contact_id)
        if to is None:
            raise await self._no_such_contact()
        return to

    async def _no_such_contact(self) -> ProblemError:
        return _rebuilding() if await self._awaited.stage() else no_such_contact()

    async def _publish(self, command: commands.SendMessage, way: Way | None, headers: Headers) -> None:
        if way is not None:
            await self._ways.follow(way, command, headers)
        else:
            await self._ways.publish(command, headers)

    async def _message(self, number: NumberRecord, to: SendTarget, name: str) -> StoredMessage:
        """A message of this conversation, also one that was asked for a moment ago and is not projected yet."""
        message_id = MessageId(name)
        found = await self._queries.message(number.workspace_id, number.number_id, message_id)
        if found is None:
            asked = await self._ledger.entry(number.workspace_id, number.number_id, message_id)
            if asked is not None and asked.is_to(to.lane, to.names):
                return StoredMessage(
                    message_id, None, arrival_key(asked.at_ms, 0, message_id), to.contact_id, "outbound"
                )
        if found is None and await self._awaited.stage():
            raise _rebuilding()
        if found is None or found.contact_id != to.contact_id:
            raise ProblemError(404, "no_such_message", "This conversation has no such message")
        return found

    async def _target(self, call: Call[Nothing, Any], name: str) -> StoredMessage:
        """What is answered or reacted to: WhatsApp has to know it."""
        found = await self._message(call.number, await self._to(call), name)
        if found.wamid is None:
            raise ProblemError(
                409, "not_sent_yet", "WhatsApp does not know that message yet; ask again once it is sent"
            )
        return found


def _rebuilding() -> ProblemError:
    return ProblemError(503, "rebuilding", "What was said and asked for before is not all known again; ask again soon")


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
