"""What the demo's agent keeps between two runs: credentials, in a file that only its owner reads."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = "agent.json"


@dataclass(frozen=True)
class Keys:
    """Empty is not made yet."""

    session: str = ""
    token: str = ""
    verify_token: str = field(default_factory=lambda: secrets.token_urlsafe(16))


def read(folder: Path) -> Keys:
    """What an earlier run has kept; a file that cannot be understood counts as none."""
    try:
        return Keys(**json.loads((folder / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return Keys()


def keep(folder: Path, keys: Keys) -> None:
    """Written aside and moved into place, so that a crash leaves the old or the new."""
    aside = folder / f"{FILE}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(keys), file, indent=2)
    aside.replace(folder / FILE)
