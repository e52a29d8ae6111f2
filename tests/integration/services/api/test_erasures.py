"""What an erasure has still to do is noted until it is done, and so is when everybody has heard of it."""

from services.api.erasures import TOLD_MS
from shared.process import now_ms
from tests.integration.services.api.forgotten import BEA, erase, everything, traces
from tests.real.chat import Chat
from tests.telling import (
    came,
)


async def test_a_day_later_nothing_tells_any_more_who_is_gone(here: Chat) -> None:
    """Browsers that were away for so long take a snapshot."""
    await everything(here)
    before = await here.feed.head(here.workspace_id, here.number_id)
    await erase(here, "US.100", "15550000100")
    eraser = here.projector().eraser
    await eraser.settle(now_ms() + TOLD_MS - 60_000)
    assert await traces(here)

    await eraser.settle(now_ms() + TOLD_MS)
    assert [] == await traces(here)
    assert None is await here.feed.read(here.workspace_id, here.number_id, before, 10)
    await here.tell(came("b9", BEA, at=9))
    assert "b9" in [m["id"] for m in await here.pages("15550000200")]
