"""`python -m services.api`: serve the HTTP API; and what an operator does beside it, as `invite` and `backup`."""

import asyncio
from typing import Annotated

import orjson
import structlog
import typer

from services.api import keeping
from services.api.app import described_routes, serving
from services.api.keeping import sorry
from services.api.openapi import description
from services.api.settings import ApiSettings
from shared import datafolder
from shared import redis as stores
from shared.auth import Credentials, TooMany
from shared.contract.clock import rfc3339
from shared.contract.ids import WorkspaceId
from shared.headers import by_tls
from shared.http import application, listening
from shared.process import ground, run
from shared.redis import is_outage
from shared.registry import Registry, UnknownWorkspace
from shared.settings import SettingsError, load
from shared.vault import Vault

log = structlog.get_logger(__name__)
commands = typer.Typer(add_completion=False, no_args_is_help=False, pretty_exceptions_enable=False)


async def _serve() -> None:
    settings = load(ApiSettings)
    async with ground(settings) as base, serving(base, settings) as routes:
        app = application(
            routes, base.health, probes="open", cross_origin=settings, over_tls=by_tls(settings.public_url)
        )
        async with listening(app, settings.host, settings.port, reuse_port=settings.reuse_port) as port:
            log.info("api.listening", port=port)
            await base.stopping.wait()


@commands.callback(invoke_without_command=True)
def serve(context: typer.Context) -> None:
    """Serve the HTTP API until told to stop."""
    if context.invoked_subcommand is None:
        run(_serve)


@commands.command()
def invite(workspace: Annotated[str, typer.Option(help="the workspace's id")]) -> None:
    """Print an invite into a workspace: one use, 24 hours."""
    try:
        made, ends_ms = asyncio.run(_invite(WorkspaceId(workspace)))
    except UnknownWorkspace:
        raise sorry("there is no such workspace") from None
    except TooMany:
        raise sorry("too many invites of this workspace are open; they end after 24 hours") from None
    except SettingsError as error:
        raise sorry(str(error)) from None
    except Exception as error:
        if not is_outage(error):
            raise
        raise sorry("Redis does not answer at INBOX_REDIS_URL") from None
    typer.echo(made)
    typer.echo(f"good until {rfc3339(ends_ms)}, once", err=True)


for command in (keeping.backup, keeping.restore, keeping.reencrypt):
    commands.command()(command)


@commands.command(name="openapi")
def print_openapi() -> None:
    """Print the API's description; needs nothing that runs."""
    typer.echo(orjson.dumps(description(described_routes()), option=orjson.OPT_INDENT_2).decode())


async def _invite(workspace_id: WorkspaceId) -> tuple[str, int]:
    async with datafolder.reached() as given:
        settings = load(ApiSettings, **given)
        redis = stores.connect(settings.redis_url)
        try:
            await Registry(redis, Vault(settings.keys())).callback(workspace_id)  # so that a typing error is noticed
            return await Credentials(redis).create_invite(workspace_id)
        finally:
            await redis.aclose()


if __name__ == "__main__":
    commands()
