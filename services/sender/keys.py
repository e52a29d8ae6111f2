"""Every Redis key of the sender, by name."""

import hashlib

from shared.attempts import claim_key
from shared.contract.commands import Address, SendMessage
from shared.contract.ids import MessageId, NumberId, WorkspaceId, tag
from shared.crowd import pending_key
from shared.erased_sends import mark_key


def parked_numbers(namespace: str) -> str:
    """Which numbers have parked sends: one small index for the sweep, of those who share a broker's queues."""
    return f"sender:parked:{namespace}"


def lane(command: SendMessage) -> tuple[str, str]:
    """The conversation's sends in order, and when each is expected back."""
    own = f"{tag(command.workspace_id, command.number_id)}:send:lane:{command.lane}"
    return own, f"{own}:due"


def claim(workspace_id: WorkspaceId, number_id: NumberId, message_id: MessageId) -> str:
    """How far the one attempt at a time has got."""
    return claim_key(workspace_id, number_id, message_id)


def pending(command: SendMessage) -> str:
    """The number's sends that have not ended."""
    return pending_key(command.workspace_id, command.number_id)


def erased(command: SendMessage) -> str:
    """Until when what was asked for in this lane is erased, if its customer was."""
    return mark_key(command.workspace_id, command.number_id, command.lane)


def born(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """Since when this store has held the number's claims."""
    return f"{tag(workspace_id, number_id)}:send:born"


def parked(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """Sends that wait for other credentials."""
    return f"{tag(workspace_id, number_id)}:send:parked"


def refused(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """The version of the credentials that Graph refused last."""
    return f"{tag(workspace_id, number_id)}:send:refused"


def number(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """The number's settings, which are the registry's; its plain `credential_version` is read here."""
    return f"{tag(workspace_id, number_id)}:number"


def pace(number_id: NumberId, address: Address) -> tuple[tuple[str, str, str, str], str]:
    """A number's clock, slots, those in front and last sends; and the customer's: whoever's workspace it is in."""
    own = clock(number_id)
    customer = hashlib.sha256((address.to or address.recipient or "").encode()).hexdigest()[:24]
    return (own, f"{own}:slots", f"{own}:front", f"{own}:gone"), f"{own}:pair:{customer}"


def clock(number_id: NumberId) -> str:
    """When the number may send next; keyed by the number alone, because Meta's limits are."""
    return f"{{{number_id}}}:pace"
