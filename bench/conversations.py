"""A number with many conversations, as facts: half of what is said is the customer's, half an agent's answer."""

from collections.abc import Iterator, Sequence

from bench.webhooks import NUMBER_ID, wamid
from services.api.projection import Fact
from shared.contract import commands, events
from shared.contract.content import Text, TextContent
from shared.contract.ids import AgentId, ContactId, MessageId, NumberId, Wamid, WorkspaceId
from shared.contract.order import arrival_key
from shared.contract.status import Status

MESSAGES = 10  # in a conversation
_PAIR_MS = 60_000  # between one question and the next
_AGENT = commands.Agent(id=AgentId("0000000a"), name="Ann")
_NUMBER = NumberId(NUMBER_ID)
_LATER_MS = {Status.SENT: 900, Status.DELIVERED: 1_500, Status.READ: 9_000}


def facts(workspace_id: WorkspaceId, customers: Sequence[int], began_ms: int) -> Iterator[Fact]:
    """All that happened with these; each customer's last message is still to be read."""
    for customer in customers:
        who = events.Identity(
            user_id=f"US.{13491208655302741918 + customer}", wa_id=f"1556{customer:07d}", name=f"Customer {customer}"
        )
        for pair in range(MESSAGES // 2):
            serial = customer * MESSAGES + 2 * pair
            at_ms = began_ms + pair * _PAIR_MS
            yield from _asked_and_answered(workspace_id, who, serial, at_ms, is_answered=pair < MESSAGES // 2 - 1)
        # The first message of the pair that has no question any more: a business that writes unasked.
        yield from _answered(workspace_id, who, customer * MESSAGES + MESSAGES - 1, began_ms - _PAIR_MS)


def _asked_and_answered(
    workspace_id: WorkspaceId, who: events.Identity, serial: int, at_ms: int, *, is_answered: bool
) -> Iterator[Fact]:
    text = f"Is the blue one still there? I saw it on your page yesterday ({serial})."
    asked = events.MessageReceived(
        workspace_id=workspace_id,
        number_id=_NUMBER,
        received_ms=at_ms + 700,
        wamid=Wamid(wamid(serial)),
        contact=who,
        sent_ms=at_ms,
        content=_text(text),
    )
    yield asked
    if is_answered:
        yield commands.MarkRead(
            workspace_id=workspace_id,
            number_id=_NUMBER,
            at_ms=at_ms + 5_000,
            contact_id=ContactId(who.user_id or ""),
            up_to=arrival_key(asked.received_ms, asked.position, asked.wamid),
        )
        yield from _answered(workspace_id, who, serial + 1, at_ms + 20_000)


def _answered(workspace_id: WorkspaceId, who: events.Identity, serial: int, at_ms: int) -> Iterator[Fact]:
    ours, theirs = MessageId(f"00000000-0000-4000-8000-{serial:012x}"), Wamid(wamid(serial))
    yield commands.SendMessage(
        workspace_id=workspace_id,
        number_id=_NUMBER,
        at_ms=at_ms,
        message_id=ours,
        contact_id=ContactId(who.user_id or ""),
        lane="lane",
        address=commands.Address(to=f"+{who.wa_id}"),
        content=_text(f"It is, and in two more sizes. Shall I put one aside for you until Friday ({serial})?"),
        agent=_AGENT,
    )
    yield events.SendAccepted(
        workspace_id=workspace_id,
        number_id=_NUMBER,
        received_ms=at_ms + 300,
        message_id=ours,
        wamid=theirs,
        contact=who,
        at_ms=at_ms + 300,
    )
    for status, later_ms in _LATER_MS.items():
        yield events.StatusReported(
            workspace_id=workspace_id,
            number_id=_NUMBER,
            received_ms=at_ms + later_ms + 200,
            wamid=theirs,
            message_id=ours,
            status=status,
            at_ms=at_ms + later_ms,
            contact=who,
        )


def _text(body: str) -> TextContent:
    return TextContent(type="text", text=Text(body=body))
