"""The data folder of an installation on one machine: its store and its secret key, where the environment names none."""

import base64
import contextlib
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_settings import BaseSettings

from shared import embedded
from shared.settings import AmqpUrl, Keys, Port, RedisUrl, Settings, SettingsError, load, web_origin
from shared.vault import KEY_BYTES

KEY_FILE = "secret.key"
STORE_FOLDER = "store"
ADDRESS_FILE = "address"  # of the running store, in its folder: for commands beside the running process


class _Environment(BaseSettings):
    """What may be missing here and nowhere else."""

    model_config = Settings.model_config

    port: Port = 8080
    public_url: Annotated[str | None, AfterValidator(lambda url: url and web_origin(url))] = None
    amqp_url: AmqpUrl = None
    redis_url: RedisUrl | None = None
    secret_keys: Keys | None = None
    data_dir: Path = Path(".data")


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[dict[str, Any]]:
    """What `load` has to be given for a process that brings its own store, broker and key where none is set."""
    environment = load(_Environment)
    given = _given(environment)
    if environment.redis_url is not None:
        yield given
        return
    async with _own_store(environment.data_dir / STORE_FOLDER) as url:
        yield {**given, "redis_url": url}


@contextlib.asynccontextmanager
async def reached() -> AsyncIterator[dict[str, Any]]:
    """The same for a command: on the store of the process that runs, or, when none does, on its own for a moment.

    A command makes nothing: where there is neither a setting nor something to stand for it, the setting is missing.
    """
    environment = load(_Environment)
    if environment.secret_keys is None and not (environment.data_dir / KEY_FILE).exists():
        raise SettingsError("INBOX_SECRET_KEYS: is missing")
    if environment.redis_url is not None:
        yield _given(environment)
        return
    async with store_reached() as url:
        yield {**_given(environment), "redis_url": url}


@contextlib.asynccontextmanager
async def store_reached() -> AsyncIterator[str]:
    """The address of the embedded store, for a command that needs no key."""
    folder = load(_Environment).data_dir / STORE_FOLDER
    address = folder / ADDRESS_FILE
    if not address.is_file():
        raise SettingsError("INBOX_REDIS_URL: is missing, and INBOX_DATA_DIR holds no store")
    if await embedded.answers(address.read_text()):
        yield address.read_text()
        return
    async with _own_store(folder) as url:
        yield url


@contextlib.asynccontextmanager
async def _own_store(folder: Path) -> AsyncIterator[str]:
    async with contextlib.AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(embedded.running(folder))
        except (embedded.EmbeddedStoreFailed, OSError) as error:
            raise SettingsError(f"INBOX_DATA_DIR: {_reason(error)}") from None
        (folder / ADDRESS_FILE).write_text(url)
        yield url


def secret_key(folder: Path) -> bytes:
    """The key of this installation, made at the first start and readable by its owner only."""
    path = folder / KEY_FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        key = base64.urlsafe_b64decode(path.read_text().strip() + "==")
    except (OSError, ValueError) as error:
        raise SettingsError(f"INBOX_DATA_DIR: {path} cannot be used: {_reason(error)}") from None
    if len(key) != KEY_BYTES:
        raise SettingsError(f"INBOX_DATA_DIR: {path} does not hold a key of {KEY_BYTES} bytes")
    return key


def _make(path: Path) -> None:
    """Written aside and linked into place, so that no crash leaves half a key and no second process another one."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=") + "\n")
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(aside, path)
    aside.unlink()


def _given(environment: _Environment) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if environment.secret_keys is None:
        given["secret_keys"] = (secret_key(environment.data_dir),)
    if environment.amqp_url is None:
        given["amqp_url"] = None
    if environment.public_url is None:
        given["public_url"] = f"http://127.0.0.1:{environment.port}"
    return given


def _reason(error: Exception) -> str:
    return (error.strerror or "it cannot be used") if isinstance(error, OSError) else str(error)
