"""Statuses as events: how far WhatsApp says our messages have got, and Meta's words when one failed."""

import re

from pydantic import ValidationError

from services.ingest.contacts import Directory, identity
from services.ingest.document import Fields, Json
from services.ingest.parts import ErrorReport, StatusReport, Unreadable, at_ms
from services.ingest.scene import Scene
from shared.contract.errors import GraphError
from shared.contract.events import AccountReported, Identity, StatusReported
from shared.contract.status import Status

# Ours are the browser's UUIDs. Other apps of the same number put their own strings there, which name nothing here.
OUR_ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_OUR_ID = re.compile(OUR_ID)

_REPORTABLE = {status.value: status for status in (Status.SENT, Status.DELIVERED, Status.READ, Status.PLAYED)}
_REPORTABLE["failed"] = Status.FAILED


def reported(scene: Scene, cards: Directory, part: Fields) -> None:
    """One entry of `statuses`; those of calls and payments say nothing of a message and are kept as they came."""
    report = StatusReport.read(part)
    if report.type not in (None, "message") or scene.change.field == "calls":
        account = scene.change.account_id
        scene.tell(AccountReported, field=scene.change.field, account_id=account, value={"statuses": [part]})
        return
    status = _REPORTABLE.get(report.status)
    if status is None:
        raise Unreadable("status: not known")
    opaque = report.biz_opaque_callback_data
    is_ours = opaque is not None and _OUR_ID.fullmatch(opaque) is not None
    scene.tell(
        StatusReported,
        wamid=report.id,
        message_id=opaque if is_ours else None,
        status=status,
        at_ms=at_ms(report.timestamp, scene.received_ms),
        contact=_recipient(report, cards),
        error=_error(report.errors) if status is Status.FAILED else None,
        raw=_raw(report, is_ours=is_ours),
    )


def graph_error(part: Fields) -> GraphError:
    """Meta's words, untouched; older payloads have the details at the top."""
    told = ErrorReport.read(part)
    details = told.error_data.details if told.error_data is not None else None
    return GraphError(
        code=told.code,
        title=told.title,
        message=told.message or told.title or "",
        details=details or told.details,
    )


def _error(errors: Json) -> GraphError | None:
    try:
        return graph_error(errors[0]) if isinstance(errors, list) and errors else None
    except ValidationError:
        return None  # that it failed matters more than why, and `raw` keeps the reason


def _recipient(report: StatusReport, cards: Directory) -> Identity:
    if report.recipient_type == "group" and report.recipient_id:
        return Identity(user_id=report.recipient_id)  # as in messages: the conversation is with the group
    parent = report.recipient_parent_user_id or report.parent_recipient_user_id
    card = cards.same(report.recipient_id, report.recipient_user_id, parent)
    if card is not None:
        return card
    recipient = identity(report.recipient_id, report.recipient_user_id, parent)
    if not recipient.identifiers:
        return recipient
    return cards.complete(recipient)


def _raw(report: StatusReport, *, is_ours: bool) -> Fields | None:
    raw = dict(report.unknown)
    if report.errors:
        raw["errors"] = report.errors
    if report.recipient_type is not None:
        raw["recipient_type"] = report.recipient_type
    if report.biz_opaque_callback_data is not None and not is_ours:
        raw["biz_opaque_callback_data"] = report.biz_opaque_callback_data
    return raw or None
