"""What was erased, or is older than its number keeps, does not come back from the archive."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.contract import events
from shared.process import now_ms
from tests.integration.services.api.rebuilds import Loss, losing
from tests.real.chat import chat
from tests.real.server import Server
from tests.real.waiting import until_answered
from tests.scenario import OWN
from tests.telling import accepted, asked, came, ms


@pytest.fixture(scope="module")
async def loss(amqp_url: str, redis_url: str, _private_redis: Server) -> AsyncIterator[Loss]:
    """One installation for this file; each test has numbers of its own."""
    _private_redis.start()
    async with losing(amqp_url, redis_url, _private_redis.url) as made:
        yield made


async def test_who_was_erased_does_not_come_back(loss: Loss) -> None:
    """The tombstone is applied first, and what is older than it is dropped when it is read again."""
    at = chat(loss.before)
    await at.connect()
    await loss.live(at, came("secret", at=1), asked(at=2), accepted("out", at=3))
    digest = await at.projector().eraser.digest((at.workspace_id, at.number_id))
    told: dict[str, Any] = {"received_ms": ms(10), "at_ms": ms(10), "erasure_id": "e1"}
    names = tuple(map(digest, ("US.100", "15550000100")))
    await loss.live(at, events.ContactErased(**OWN, **told, names=names))
    await until_answered(at.conversations, lambda found: not found)  # the tombstone is a fact, erasing a chore
    await loss.live(at, came("after", at=20))
    await loss.restored(at)
    assert (await loss.rebuilt()).ended

    again = loss.again(at)
    assert ["after"] == [m["id"] for m in await again.pages("US.100")]
    stored = [await again.ground.redis.dump(key) async for key in again.ground.redis.scan_iter(f"{at.store.tag}*")]
    assert not [each for each in stored if each and b"secret" in each]


async def test_a_number_that_was_erased_begins_where_it_began_anew(loss: Loss) -> None:
    """What is older is dropped when it is read again; and a backup that is older brings no credentials back."""
    at = chat(loss.before)
    await at.connect(token_checked_ms=1)
    backup = await loss.before.registry.number(at.workspace_id, at.number_id, fresh=True)
    assert backup is not None
    await loss.live(at, came("secret", at=1), asked(at=2), accepted("out", at=3))
    await at.connect(connected=False, erasing="e1", erasing_ms=now_ms())
    await loss.live(at, events.NumberChanged(**OWN, received_ms=now_ms()))

    async def record() -> Any:
        return await loss.before.registry.number(at.workspace_id, at.number_id, fresh=True)

    await until_answered(record, lambda found: found is None)
    await at.connect(token_checked_ms=now_ms() + 1)
    since = came("after", at=(now_ms() - ms(0)) / 1000 + 5)
    await loss.live(at, since.model_copy(update={"received_ms": now_ms() + 5000}))
    for settings_of in ("now", "then"):
        await loss.restored(at)
        if settings_of == "then":
            await loss.after.registry.save_number(backup)
        assert (await loss.rebuilt()).ended

        again = loss.again(at)
        assert ["after"] == [m["id"] for m in await again.pages("US.100")]
        stored = [await again.ground.redis.dump(key) async for key in again.ground.redis.scan_iter(f"{at.store.tag}*")]
        assert not [each for each in stored if each and b"secret" in each]
        kept_settings = await loss.after.registry.number(at.workspace_id, at.number_id, fresh=True)
        assert (settings_of == "now") == (kept_settings is not None)


async def test_what_is_older_than_its_number_keeps_does_not_come_back(loss: Loss) -> None:
    """It is in the archive for longer than the number keeps it, and is left out as it is read."""
    at = chat(loss.before)
    await at.connect()
    recent = (now_ms() - ms(0)) / 1000 - 60
    await loss.live(at, came("old", at=recent - 2 * 24 * 3600), came("new", at=recent))
    assert 2 == len(await at.pages("US.100"))
    await at.connect(retention_days=1)
    await loss.restored(at)
    await loss.rebuilt()

    assert ["new"] == [m["id"] for m in await loss.again(at).pages("US.100")]
