"""What a process is told at start: environment variables that begin with INBOX_, read once into one frozen thing."""

import base64
import binascii
import os
import re
import warnings
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretBytes, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError

from shared.topology import ARCHIVE_WEEKS
from shared.vault import KEY_BYTES

PREFIX = "INBOX_"
SECRETS_DIR = f"{PREFIX}SECRETS_DIR"
STREAMS = "streams"  # INBOX_AMQP_URL=streams: no RabbitMQ; the queues live in Redis
KEYS_MAX = 16

S = TypeVar("S", bound=BaseSettings)


class SettingsError(Exception):
    """Why the process cannot start: one clear line that names the setting, and never a secret value."""


def _listed(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _keys(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(_key(part) for part in _listed(value) or ("",))


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("needs a comma list of base64url keys of 32 bytes, newest first")
    return key


def _split(value: str) -> SplitResult:
    """The parts of an address; the standard library's own errors quote it, password and all."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    if "," in (parts.hostname or ""):
        raise ValueError("is not an address; in a list each one needs its own scheme")
    return parts


def addresses(value: str) -> tuple[str, ...]:
    """The nodes of one cluster, from a comma list; a comma that begins no address is part of a password."""
    return tuple(re.split(r"\s*,\s*(?=[a-z+]+://)", value.strip()))


def _amqp(value: str | None) -> str | None:
    if value is None or value == STREAMS:
        return None
    for parts in map(_split, addresses(value)):
        if parts.scheme not in ("amqp", "amqps") or not parts.hostname:
            raise ValueError(f"needs amqp://... or amqps://... (a comma list for a cluster), or the word `{STREAMS}`")
    return value


def _redis(value: str) -> str:
    nodes = [_split(address) for address in addresses(value)]
    if len(nodes) > 1:
        if any(node.scheme != "redis+cluster" or not node.hostname for node in nodes):
            raise ValueError("needs redis+cluster:// in front of each of several addresses")
        return value
    parts = nodes[0]
    if parts.scheme == "unix" and parts.path:
        return value
    if parts.scheme not in ("redis", "rediss", "redis+cluster") or not parts.hostname:
        raise ValueError("needs redis://..., rediss://..., unix://... or redis+cluster://...")
    return value


def _origin(value: str) -> str:
    parts = _split(value.rstrip("/"))
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*", parts.scheme) or not parts.netloc:
        raise ValueError("needs an origin such as https://inbox.example.org")
    if parts.username is not None or parts.path or parts.query or parts.fragment:
        raise ValueError("needs an origin alone: scheme, host and port, without a path")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def web_origin(value: str) -> str:
    """An origin that browsers and Meta can call."""
    return _origin(_web(value))


def _web(value: str) -> str:
    parts = _split(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("needs an address such as https://inbox.example.org")
    return value.rstrip("/")


Port = Annotated[int, Field(ge=0, le=65_535)]
Keys = Annotated[tuple[SecretBytes, ...], NoDecode, BeforeValidator(_keys), Field(min_length=1, max_length=KEYS_MAX)]
AmqpUrl = Annotated[str | None, AfterValidator(_amqp)]
RedisUrl = Annotated[str, AfterValidator(_redis)]
Origins = Annotated[
    tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_listed), Field(max_length=100)
]
ExtensionIds = Annotated[
    tuple[Annotated[str, Field(pattern=r"^([a-p]{32}|\*)$")], ...],
    NoDecode,
    BeforeValidator(_listed),
    Field(max_length=100),
]

# Every unpacked copy of web/extension has this id in Chrome: it follows from the public key in its manifest.
OUR_EXTENSION = "kbcmghejkkenlokcjlmlidbcglhhocmm"


class Settings(BaseSettings):
    """What every process knows; each process derives its own in its settings.py. Empty counts as absent."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    name: ClassVar[str] = "inbox"  # of the process, where it is told: in traces

    host: str = Field(default="127.0.0.1", min_length=1)
    port: Port = 8080
    reuse_port: bool = False

    # Required, so that no process ever falls back to another broker than its neighbours use.
    amqp_url: AmqpUrl = Field(repr=False)
    redis_url: RedisUrl = Field(repr=False)
    broker_namespace: str = Field(default="", pattern=r"^[A-Za-z0-9_.-]{0,64}$")
    archive_weeks: int = Field(default=ARCHIVE_WEEKS, ge=1, le=520)
    redis_fsync_s_max: float = Field(default=3.0, ge=0, le=4)

    public_url: Annotated[str, AfterValidator(web_origin)] = "http://127.0.0.1:8080"
    allowed_origins: Origins = ()
    extension_ids: ExtensionIds = (OUR_EXTENSION,)

    graph_url: Annotated[str, AfterValidator(_web)] = "https://graph.facebook.com"
    graph_version: str = Field(default="v25.0", pattern=r"^v\d{1,3}\.\d{1,2}$")

    secret_keys: Keys
    secrets_dir: Path | None = None
    data_dir: Path = Path(".data")
    signup: Literal["open", "key"] = "key"
    join_key: SecretStr | None = Field(default=None, min_length=8, max_length=512)

    # An address as OTEL_EXPORTER_OTLP_ENDPOINT has it: without one nothing is traced.
    traces_url: Annotated[str, AfterValidator(_web)] | None = Field(default=None, repr=False)
    traces_ratio: float = Field(default=1.0, ge=0, le=1)

    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(lambda v: str(v).lower())] = (
        "info"
    )
    log_format: Literal["json", "console"] = "json"

    def keys(self) -> list[bytes]:
        """The secret keys themselves, newest first."""
        return [key.get_secret_value() for key in self.secret_keys]


def load(cls: type[S], **given: Any) -> S:
    """Read the environment and the secrets folder (one file per setting, as Kubernetes mounts them).

    What is `given` wins over both. Raises SettingsError with every refused setting in one line.
    """
    folder = os.environ.get(SECRETS_DIR) or None
    if folder is not None and not Path(folder).is_dir():
        raise SettingsError(f"{SECRETS_DIR}: there is no such folder")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cls(_secrets_dir=folder, **given)
    except ValidationError as error:
        raise SettingsError(refusals(error)) from None
    except SourceError as error:
        field = re.search(r'field "(\w+)"', str(error))
        raise SettingsError(f"{PREFIX}{(field[1] if field else '?').upper()}: cannot be read") from None


def refusals(error: ValidationError) -> str:
    """One line that names each refused setting, without any value."""
    reasons: dict[str, str] = {}
    for refusal in error.errors(include_url=False, include_context=False, include_input=False):
        name = PREFIX + str(refusal["loc"][0] if refusal["loc"] else "?").upper()
        text = "is missing" if refusal["type"] == "missing" else refusal["msg"].removeprefix("Value error, ")
        reasons.setdefault(name, text)
    return "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
