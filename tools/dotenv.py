"""The file .env of the stack: what is missing of its secrets is made, what stands in it stays."""

import base64
import os
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")
HEAD = "# Made by `make up`, for its owner alone; .env.example has everything else that can be set here.\n"
KEY_BYTES = 32


def _password() -> str:
    """Letters and digits: it stands in addresses."""
    return secrets.token_hex(24)


def _key() -> str:
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


# Why each is there, and how it is made.
MADE: Mapping[str, tuple[str, Callable[[], str]]] = {
    "INBOX_SECRET_KEYS": ("Seals what is pasted from Meta. Keep a copy elsewhere: a backup opens with it alone.", _key),
    "INBOX_JOIN_KEY": ("Whoever has it may open a workspace.", lambda: secrets.token_urlsafe(24)),
    "RABBITMQ_PASSWORD": ("Of the account `inbox`. RabbitMQ takes it at its first start.", _password),
    "RABBITMQ_COOKIE": ("Of RabbitMQ's own tools and nodes.", _password),
    "REDIS_PASSWORD": ("Taken at every start.", _password),
    "GRAFANA_PASSWORD": ("Of the account `inbox`, with MONITORING=1.", _password),
}


def read(path: Path) -> dict[str, str]:
    """What the file says; quotes are taken off, as Compose does."""
    found: dict[str, str] = {}
    if not path.is_file():
        return found
    for line in path.read_text().splitlines():
        if not line.lstrip().startswith("#") and (match := LINE.match(line)):
            value = match[2]
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            found[match[1]] = value[1:-1] if quoted else value
    return found


def completed(path: Path) -> list[str]:
    """Append what is missing, and see to it that nobody else reads it; the names of what was made."""
    missing = [name for name in MADE if not read(path).get(name)]
    before = path.read_text() if path.is_file() else HEAD
    if before and not before.endswith("\n"):
        before += "\n"
    text = before + "".join(f"\n# {MADE[name][0]}\n{name}={MADE[name][1]()}\n" for name in missing)
    if missing:
        aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        aside.replace(path)
    path.chmod(0o600)
    return missing
