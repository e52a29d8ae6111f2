"""How a number is doing, as events tell it; with its settings it makes the public `Number`. Pure."""

from collections.abc import Callable

from pydantic import SecretStr

from services.api import habit
from services.api.gaps import Missing
from services.api.records import Record
from shared.contract import chat, events
from shared.contract.advice import explained
from shared.contract.errors import GraphError
from shared.registry import NumberRecord

MINUTE_MS = 60_000

Fingerprint = Callable[[str], str]  # enough of a secret to recognise it by (Vault.fingerprint)


class NumberStatus(Record):
    """What joins over all events of a number."""

    last_webhook_ms: int | None = None  # whole minutes, so that it is not a change with every message
    refused_version: int = 0  # the newest credentials that Graph refused
    refused_ms: int = 0
    error: GraphError | None = None
    unrecognised: int = 0  # derived at commit: how many parts are kept raw
    hours: dict[int, str] = {}  # in which webhooks came: the number's habit
    missing: Missing = Missing()  # derived at each look
    silent_ms: int = 0  # the last webhook of the silence that a look found; a later webhook has ended it


def join(status: NumberStatus, fact: events.Event) -> NumberStatus:
    """The status with one more fact of the number in it; ours (what the sender says) are no webhooks."""
    match fact:
        case events.NumberRefused():
            refused = (fact.credential_version, fact.at_ms, fact.error.model_dump_json())
            known = (status.refused_version, status.refused_ms, status.error.model_dump_json() if status.error else "")
            if refused <= known:
                return status
            return status.model_copy(
                update={
                    "refused_version": fact.credential_version,
                    "refused_ms": fact.at_ms,
                    "error": fact.error,
                }
            )
        case events.SendAccepted() | events.SendFailed() | events.SendUncertain() | events.NumberChanged():
            return status
        case events.ContactErased() | events.NumberErased():
            return status
    last_ms = max(status.last_webhook_ms or 0, fact.received_ms - fact.received_ms % MINUTE_MS)
    if last_ms == status.last_webhook_ms and habit.is_noted(status.hours, fact.received_ms):
        return status
    return status.model_copy(update={"last_webhook_ms": last_ms, "hours": habit.noted(status.hours, fact.received_ms)})


def looked(status: NumberStatus, missing: Missing, now_ms: int) -> NumberStatus:
    """The status with what a look has found; the same look again is the same status."""
    last_ms = status.last_webhook_ms or 0
    silent = last_ms > 0 and habit.is_silent(status.hours, last_ms, now_ms)
    return status.model_copy(update={"missing": missing, "silent_ms": last_ms if silent else 0})


def view(record: NumberRecord, status: NumberStatus, fingerprint: Fingerprint) -> chat.Number:
    """The number as people see it: refused only while the refused credentials are the present ones."""
    refused = record.credential_version <= status.refused_version
    app_secret = next((s for s in record.app_secrets if s.until_ms is None), None)
    return chat.Number(
        id=record.number_id,
        display_number=record.display_number,
        verified_name=record.verified_name,
        state="disconnected" if not record.connected else "token_refused" if refused else "connected",
        enabled=record.enabled,
        send_read_receipts=record.send_read_receipts,
        retention_days=record.retention_days,
        quality_rating=record.quality_rating,
        last_webhook_at=status.last_webhook_ms,
        token_checked_at=record.token_checked_ms,
        access_token=_secret(record.access_token, fingerprint),
        app_secret=_secret(app_secret.secret if app_secret else None, fingerprint),
        verify_token=_secret(record.verify_token, fingerprint),
        error=explained(status.error) if refused and record.connected and status.error else None,
        unrecognised=status.unrecognised,
        gaps=_gaps(record, status),
    )


def _gaps(record: NumberRecord, status: NumberStatus) -> chat.Gaps | None:
    missing, last_ms = status.missing, status.last_webhook_ms or 0
    # Nobody expects webhooks of a number that is not connected or switched off: they are parked.
    silent = record.takes_events and 0 < last_ms <= status.silent_ms
    found = chat.Gaps(
        unknown_statuses=missing.ours,
        elsewhere_statuses=missing.elsewhere,
        unseen_quotes=missing.quoted,
        unseen_targets=missing.named,
        latest_at=missing.latest_ms - missing.latest_ms % MINUTE_MS or None,
        silent_since=last_ms if silent else None,
    )
    return found if found != chat.Gaps() else None


def _secret(value: SecretStr | None, fingerprint: Fingerprint) -> chat.Secret:
    if value is None:
        return chat.Secret(set=False)
    return chat.Secret(set=True, fingerprint=fingerprint(value.get_secret_value()))
