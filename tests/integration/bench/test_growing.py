"""What is promised of the ledger of projectors that are measured while there is more and more."""

import secrets
from pathlib import Path
from typing import cast

import pytest

from bench.growing import Field, Projecting
from bench.ledger import LedgerError
from bench.servers import Servers
from bench.stage import QUICK, Bench
from bench.webhooks import wamid
from services.api.store import ChatStores
from shared import redis
from shared.contract.ids import NumberId, WorkspaceId
from tests.real.process import ServerProcess

_STEP = 11


@pytest.mark.parametrize(("stored", "clean"), [((0, 1, 2), True), ((0, 1), False), ((0, 1, 3), False)])
async def test_what_is_laid_and_nothing_else_is_stored(
    redis_url: str, tmp_path: Path, stored: tuple[int, ...], *, clean: bool
) -> None:
    """Over all numbers together."""
    workspace_id = WorkspaceId(secrets.token_hex(16))
    field = Field("few", workspace_id, [NumberId("106540352242922"), NumberId("106540352242923")], 3, stored=3)
    async with redis.connect(redis_url) as store:
        for place in stored:
            key = ChatStores(store).of(workspace_id, field.numbers[place % 2]).key("messages")
            await store.hset(key, wamid(place * _STEP), "row")
        servers = cast("ServerProcess", None)
        bench = Bench(Servers(servers, servers), tmp_path, QUICK, print)
        projectors = Projecting(bench, b"", "", store, [])

        if clean:
            assert "few: 3 laid and all of them stored" == await projectors.settle(field)
        else:
            with pytest.raises(LedgerError):
                await projectors.settle(field)
