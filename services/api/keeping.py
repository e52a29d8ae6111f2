"""What an operator does with settings at a terminal: back them up, restore them, seal them with the newest key."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from services.api.backup import Keeping, NotEmpty, keeping
from services.api.settings import ApiSettings
from services.api.strongbox import Refused
from shared import datafolder
from shared.process import now_ms
from shared.redis import is_outage
from shared.settings import SettingsError, load
from shared.vault import VaultError

Answer = TypeVar("Answer")

_WORDS = {
    "workspace": "workspaces",
    "number": "numbers",
    "credential": "sessions and tokens",
    "invite": "open invites",
    "join_key": "join key",
}

File = Annotated[Path, typer.Argument(dir_okay=False, help="the file of the backup")]


def backup(file: File) -> None:
    """Write workspaces, numbers with credentials, sessions, tokens and invites to an encrypted file."""
    counted = _asked(lambda kept: kept.back_up(file, now_ms))
    typer.echo(f"{file}: {_told(counted)}; it opens with the first key of INBOX_SECRET_KEYS alone: keep that elsewhere")


def restore(
    file: File,
    overwrite: Annotated[bool, typer.Option(help="Also into a store that holds settings: the file's win.")] = False,
) -> None:
    """Put back what a backup holds, into an empty store."""
    counted = _asked(lambda kept: kept.restore(file, now_ms, overwrite=overwrite))
    typer.echo(f"restored: {_told(counted)}")
    typer.echo("now make chat state anew: python -m services.api.projector rebuild")


def reencrypt() -> None:
    """Seal every credential with the newest of INBOX_SECRET_KEYS, so that the older ones can be removed."""
    workspaces, lost = _asked(lambda kept: kept.reencrypt())
    for name in lost:
        typer.echo(f"cloud-inbox: a credential of number {name} opens with no key: give it anew", err=True)
    if lost:
        raise typer.Exit(1)
    typer.echo(f"all credentials of {workspaces} workspaces are sealed with the newest key")


def sorry(reason: str) -> typer.Exit:
    """What went wrong, in one line, and how to end then."""
    typer.echo(f"cloud-inbox: {reason}", err=True)
    return typer.Exit(1)


def _asked(question: Callable[[Keeping], Awaitable[Answer]]) -> Answer:
    try:
        return asyncio.run(_ask(question))
    except NotEmpty:
        raise sorry(
            "the store holds workspaces already: with --overwrite the file's settings win over theirs"
        ) from None
    except (Refused, SettingsError) as error:
        raise sorry(str(error)) from None
    except VaultError as error:
        raise sorry(f"{error}: give that credential anew, or bring the key back") from None
    except Exception as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise sorry(f"{error.filename}: {error.strerror}") from None
        if is_outage(error):
            raise sorry("Redis does not answer at INBOX_REDIS_URL; the same command again is harmless") from None
        raise


async def _ask(question: Callable[[Keeping], Awaitable[Answer]]) -> Answer:
    async with datafolder.reached() as given, keeping(load(ApiSettings, **given)) as kept:
        return await question(kept)


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{counted[kind]} {words}" for kind, words in _WORDS.items())
