"""Backup, restore and sealing again as an operator runs them: one line for each end, and never a secret in it."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.api.backup import keeping
from services.api.settings import ApiSettings
from shared.contract.ids import NumberId
from shared.registry import NumberRecord
from tests.integration.services.api.test___main__ import run
from tests.real.server import Server, free_port

OLD, NEW = b"o" * 32, b"n" * 32
NUMBER = NumberId("106540352242922")
SECRET = "EAAG-the-access-token"


def told(url: str, *keys: bytes) -> dict[str, str]:
    """The environment of the command."""
    words = ",".join(base64.urlsafe_b64encode(key).decode() for key in keys)
    return {"INBOX_REDIS_URL": url, "INBOX_AMQP_URL": "streams", "INBOX_SECRET_KEYS": words}


@pytest.fixture
async def url(real_redis: Server) -> AsyncIterator[str]:
    """A store with one number, sealed with the old key."""
    given = {"redis_url": real_redis.url, "amqp_url": None, "secret_keys": (OLD,)}
    async with keeping(ApiSettings.model_validate(given)) as kept:
        await kept.redis.flushall()
        workspace_id = await kept.registry.create_workspace()
        number = NumberRecord(workspace_id=workspace_id, number_id=NUMBER, connected=True)
        await kept.registry.save_number(number.model_copy(update={"access_token": SecretStr(SECRET)}))
        yield real_redis.url
        await kept.redis.flushall()


async def test_an_operator_backs_up_and_restores(url: str, tmp_path: Path) -> None:
    """Both say what they have taken; a store that holds settings is overwritten only when told."""
    path = str(tmp_path / "kept")
    code, out, errors = await run("backup", path, **told(url, OLD))
    assert (0, "") == (code, errors)
    assert "1 workspaces, 1 numbers" in out

    refused = await run("restore", path, **told(url, OLD))
    assert (1, "") == refused[:2]
    assert "with --overwrite" in refused[2]
    code, out, errors = await run("restore", path, "--overwrite", **told(url, OLD))
    assert (0, "") == (code, errors)
    assert "restored: 1 workspaces, 1 numbers" in out


async def test_what_cannot_be_restored_is_one_line(url: str, tmp_path: Path) -> None:
    """Another key, a file that is cut, none at all, a folder that is not there, a store that is away."""
    path = tmp_path / "kept"
    await run("backup", str(path), **told(url, OLD))
    (tmp_path / "cut").write_bytes(path.read_bytes()[:-1])
    nowhere = f"redis://:the-password@127.0.0.1:{free_port()}"
    for arguments, environment, words in (
        (("restore", str(path)), told(url, NEW), "which INBOX_SECRET_KEYS does not hold"),
        (("restore", str(tmp_path / "cut")), told(url, OLD), "damaged or was cut short"),
        (("restore", str(tmp_path / "none")), told(url, OLD), "No such file"),
        (("backup", str(tmp_path / "no" / "kept")), told(url, OLD), "No such file"),
        (("backup", str(tmp_path / "away")), told(nowhere, OLD), "Redis does not answer"),
    ):
        code, out, errors = await run(*arguments, **environment)
        assert (1, "") == (code, out), arguments
        assert words in errors
        assert 1 == len(errors.strip().splitlines())
        assert not any(secret in errors for secret in (SECRET, "the-password", "Traceback"))


async def test_an_operator_seals_again_and_drops_the_old_key(url: str, tmp_path: Path) -> None:
    """Before it the old key is needed, after it no more."""
    code, _, errors = await run("backup", str(tmp_path / "one"), **told(url, NEW))
    assert 1 == code
    assert "which INBOX_SECRET_KEYS does not hold" in errors

    code, out, errors = await run("reencrypt", **told(url, NEW, OLD))
    assert (0, "") == (code, errors)
    assert "all credentials of 1 workspaces are sealed with the newest key" in out
    assert 0 == (await run("backup", str(tmp_path / "two"), **told(url, NEW)))[0]


async def test_a_credential_that_is_lost_is_named_by_its_number(url: str) -> None:
    """So that it can be given anew; the exit code says that the old key may still be missed."""
    code, _, errors = await run("reencrypt", **told(url, NEW))
    assert 1 == code
    assert f"a credential of number {NUMBER} of w" in errors
