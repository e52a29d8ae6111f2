"""A stored number: everything comes back, and no credential is readable or portable."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from shared.contract.ids import NumberId, WorkspaceId
from shared.number_record import AppSecret, NumberRecord, opened, sealed
from shared.vault import Vault, VaultError

VAULT = Vault([b"k" * 32])
SECRETS = st.text(min_size=1, max_size=300)


def record(token: str, secrets: list[str], verify_token: str) -> NumberRecord:
    """A number with these credentials."""
    return NumberRecord(
        workspace_id=WorkspaceId("w1"),
        number_id=NumberId("n1"),
        connected=True,
        access_token=SecretStr(token),
        app_secrets=tuple(AppSecret(secret=SecretStr(secret), until_ms=n or None) for n, secret in enumerate(secrets)),
        verify_token=SecretStr(verify_token),
    )


@given(token=SECRETS, secrets=st.lists(SECRETS, max_size=4), verify_token=SECRETS)
def test_what_was_sealed_comes_back_whole(token: str, secrets: list[str], verify_token: str) -> None:
    """Any text, any number of app secrets, in their order."""
    held = record(token, secrets, verify_token)

    assert held == opened(sealed(held, VAULT), VAULT)


def test_a_number_without_credentials_has_none_afterwards() -> None:
    """Absent is not empty."""
    held = NumberRecord(workspace_id=WorkspaceId("w1"), number_id=NumberId("n1"), connected=False)

    assert held == opened(sealed(held, VAULT), VAULT)


@pytest.mark.parametrize(("one", "other"), [("access_token", "verify_token"), ("verify_token", "access_token")])
def test_one_credential_does_not_open_as_another(one: str, other: str) -> None:
    """Each is bound to its field too."""
    fields = orjson.loads(sealed(record("token", ["secret"], "verify"), VAULT))
    fields[one] = fields[other]

    with pytest.raises(VaultError):
        opened(orjson.dumps(fields), VAULT)


def test_a_printed_record_shows_no_credential() -> None:
    """It may end up in a traceback."""
    shown = repr(record("hunter2-token", ["hunter2-secret"], "hunter2-verify"))

    assert "hunter2" not in shown
