"""How a number is doing, as events tell it; with its settings it makes the public `Number`. Pure."""

from collections.abc import Callable

from pydantic import SecretStr

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
    minute_ms = fact.received_ms - fact.received_ms % MINUTE_MS
    if minute_ms <= (status.last_webhook_ms or 0):
        return status
    return status.model_copy(update={"last_webhook_ms": minute_ms})


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
    )


def _secret(value: SecretStr | None, fingerprint: Fingerprint) -> chat.Secret:
    if value is None:
        return chat.Secret(set=False)
    return chat.Secret(set=True, fingerprint=fingerprint(value.get_secret_value()))
