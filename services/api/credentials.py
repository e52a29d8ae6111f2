"""What may be written about a number, and what becomes of its record: connected, changed, disconnected. Pure."""

import hmac
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, SecretStr

from services.api.fields import Credential, Given, Line, VerifyToken
from services.api.route import Body
from shared.contract.ids import NUMBER_ID_PATTERN, NumberId, WorkspaceId
from shared.registry import AppSecret, NumberRecord

# Meta may still sign with the old secret for a while after it was reset in the dashboard.
REPLACED_MS = 24 * 60 * 60 * 1000
APP_SECRETS_MAX = 5  # the newest and those replaced within a day; more than that is a guessing game
RETENTION_DAYS_MAX = 3650


class Connect(Body):
    """What the settings page asks for; all of it stands in Meta's app dashboard."""

    phone_number_id: Annotated[str, Field(pattern=NUMBER_ID_PATTERN)]
    access_token: Credential
    verify_token: VerifyToken
    app_secret: Annotated[Credential | None, Given()] = None
    display_number: Annotated[Line | None, Given()] = None


class NumberPatch(Body):
    """What is left out stays; null removes, for the app secret only; 0 days of retention keeps for ever."""

    access_token: Annotated[Credential | None, Given()] = None
    app_secret: Credential | None = None
    verify_token: Annotated[VerifyToken | None, Given()] = None
    display_number: Annotated[Line | None, Given()] = None
    send_read_receipts: Annotated[bool | None, Given()] = None
    enabled: Annotated[bool | None, Given()] = None
    retention_days: Annotated[Annotated[int, Field(ge=0, le=RETENTION_DAYS_MAX)] | None, Given()] = None

    @property
    def credentials_given(self) -> bool:
        """Whether it writes any secret."""
        return bool(self.model_fields_set & {"access_token", "app_secret", "verify_token"})


def fresh(workspace_id: WorkspaceId, number_id: NumberId, erased_ms: int = 0) -> NumberRecord:
    """A number that nobody has connected yet, or not since all of it was erased."""
    ids = {"workspace_id": workspace_id, "number_id": number_id}
    return NumberRecord.model_validate({**ids, "connected": False, "credential_version": 0, "erased_ms": erased_ms})


def erasing(record: NumberRecord, erasure_id: str, at_ms: int) -> NumberRecord:
    """Without credentials, and soon not there; an erasure that is under way goes on."""
    if record.erasing is not None:
        return record
    return disconnected(record).model_copy(update={"erasing": erasure_id, "erasing_ms": at_ms})


def connected(record: NumberRecord, asked: Connect, facts: Mapping[str, Any], now_ms: int) -> NumberRecord:
    """Connected with these credentials; an app secret that is left out stays, because the form cannot show it."""
    update: dict[str, Any] = {"connected": True, "verify_token": SecretStr(asked.verify_token)}
    if asked.display_number is not None:
        update["display_number"] = asked.display_number
    record = _accepted(record.model_copy(update=update), asked.access_token, facts, now_ms)
    return record if asked.app_secret is None else _app_secret(record, asked.app_secret, now_ms)


def patched(record: NumberRecord, patch: NumberPatch, facts: Mapping[str, Any], now_ms: int) -> NumberRecord:
    """With what the patch gives; `facts` are Graph's about the number when there is a new access token."""
    plain = {"display_number", "send_read_receipts", "enabled"} & patch.model_fields_set
    update: dict[str, Any] = {name: getattr(patch, name) for name in plain}
    if patch.verify_token is not None:
        update["verify_token"] = SecretStr(patch.verify_token)
    if patch.retention_days is not None:
        update["retention_days"] = patch.retention_days or None
    record = record.model_copy(update=update)
    if patch.access_token is not None:
        record = _accepted(record, patch.access_token, facts, now_ms)
    return _app_secret(record, patch.app_secret, now_ms) if "app_secret" in patch.model_fields_set else record


def disconnected(record: NumberRecord) -> NumberRecord:
    """The credentials are forgotten, the number stays with its conversations; versions never go back."""
    update = {
        "connected": False,
        "access_token": None,
        "app_secrets": (),
        "app_secret_set_ms": None,
        "verify_token": None,
        "token_checked_ms": None,
    }
    return record.model_copy(update=update)


def _accepted(record: NumberRecord, token: str, facts: Mapping[str, Any], now_ms: int) -> NumberRecord:
    """Graph has just accepted the token: what waits for newer credentials may go, even if its text is the same."""
    update: dict[str, Any] = {
        "access_token": SecretStr(token),
        "credential_version": record.credential_version + 1,
        "token_checked_ms": now_ms,
    }
    told = {name: facts[name] for name in ("verified_name", "quality_rating") if isinstance(facts.get(name), str)}
    display = facts.get("display_phone_number")
    # What an agent wrote as the display number stays.
    if record.display_number is None and isinstance(display, str):
        told["display_number"] = display
    return record.model_copy(update=update | told)


def _app_secret(record: NumberRecord, secret: str | None, now_ms: int) -> NumberRecord:
    """A new secret goes in front and those before it verify for a day more; None turns verification off at once."""
    if secret is None:
        return record.model_copy(update={"app_secrets": (), "app_secret_set_ms": None})
    known = record.app_secrets[0] if record.app_secrets else None
    if known is not None and known.until_ms is None and _is_same(known, secret):
        return record  # pasted once more: what it has proved still counts
    older = [
        old if old.until_ms is not None else old.model_copy(update={"until_ms": now_ms + REPLACED_MS})
        for old in record.app_secrets
        if not _is_same(old, secret) and (old.until_ms is None or old.until_ms > now_ms)
    ]
    newest = AppSecret(secret=SecretStr(secret), until_ms=None)
    held = (newest, *older)[:APP_SECRETS_MAX]
    return record.model_copy(update={"app_secrets": held, "app_secret_set_ms": now_ms})


def _is_same(held: AppSecret, secret: str) -> bool:
    # In a time that tells nothing: whoever may write a secret may not read it.
    return hmac.compare_digest(held.secret.get_secret_value().encode(), secret.encode())
