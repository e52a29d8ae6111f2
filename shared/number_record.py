"""A number's settings as they are stored: JSON in which every credential is sealed for its place."""

from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, SecretStr

from shared.contract.ids import NumberId, WorkspaceId
from shared.vault import Vault


class AppSecret(BaseModel):
    """What Meta signs webhooks with; a replaced one verifies until `until_ms`."""

    model_config = ConfigDict(frozen=True)

    secret: SecretStr
    until_ms: int | None = None


class NumberRecord(BaseModel):
    """A number in a workspace, as the api last wrote it."""

    model_config = ConfigDict(frozen=True)

    workspace_id: WorkspaceId
    number_id: NumberId
    connected: bool
    enabled: bool = True
    display_number: str | None = None
    verified_name: str | None = None
    quality_rating: str | None = None
    send_read_receipts: bool = False
    retention_days: int | None = None
    credential_version: int = 1
    token_checked_ms: int | None = None
    access_token: SecretStr | None = None
    app_secrets: tuple[AppSecret, ...] = ()  # newest first
    app_secret_set_ms: int | None = None  # the newest of them
    verify_token: SecretStr | None = None
    erased_ms: int = 0  # all of it was erased then, before it was connected anew
    erasing: str | None = None  # the erasure that is under way: nobody sees the number, or connects it, until its end
    erasing_ms: int | None = None  # since when

    @property
    def takes_events(self) -> bool:
        """Whether what Meta sends is shown; otherwise it is parked."""
        return self.connected and self.enabled

    def secrets_at(self, now_ms: int) -> list[bytes]:
        """The app secrets under which a webhook may verify now, newest first."""
        return [
            held.secret.get_secret_value().encode()
            for held in self.app_secrets
            if held.until_ms is None or now_ms < held.until_ms
        ]


def sealed(record: NumberRecord, vault: Vault) -> bytes:
    """As JSON for the store."""
    fields = record.model_dump(mode="json", exclude={"access_token", "verify_token", "app_secrets"}, exclude_none=True)
    for name, secret in (("access_token", record.access_token), ("verify_token", record.verify_token)):
        if secret is not None:
            fields[name] = vault.seal(secret.get_secret_value(), _place(record.workspace_id, record.number_id, name))
    place = _place(record.workspace_id, record.number_id, "app_secret")
    fields["app_secrets"] = [
        {"secret": vault.seal(held.secret.get_secret_value(), place), "until_ms": held.until_ms}
        for held in record.app_secrets
    ]
    return orjson.dumps(fields)


def opened(text: bytes, vault: Vault) -> NumberRecord:
    """From the store; VaultError when a credential belongs elsewhere or its key is gone."""
    fields: dict[str, Any] = orjson.loads(text)
    workspace_id, number_id = fields["workspace_id"], fields["number_id"]
    for name in ("access_token", "verify_token"):
        if name in fields:
            fields[name] = vault.open(fields[name], _place(workspace_id, number_id, name))
    place = _place(workspace_id, number_id, "app_secret")
    for held in fields["app_secrets"]:
        held["secret"] = vault.open(held["secret"], place)
    return NumberRecord.model_validate(fields)


def _place(workspace_id: str, number_id: str, field: str) -> str:
    return f"{workspace_id}:{number_id}:{field}"
