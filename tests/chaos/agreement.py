"""Waits until Meta has been heard and all accounts agree, however many messages there were."""

import time
from collections.abc import Iterable

from tests.chaos.checker import Violation, violations
from tests.chaos.ledgers import Click, of_browser, of_meta, of_state
from tests.chaos.witness import Witness
from tests.real.waiting import until
from tests.system.shop import Shop

AGREE_S_MAX = 240.0


async def disagreements(shop: Shop, clicks: Iterable[Click], witness: Witness) -> list[Violation]:
    """What is still wrong when it has had its time."""
    parts = shop.stack.simulator.parts
    await until(lambda: parts.deliverer.idle and not parts.statuses.pending, AGREE_S_MAX)
    asked = list(clicks)
    deadline_s = time.monotonic() + AGREE_S_MAX
    while True:
        meta = of_meta(shop.stack.simulator, shop.number_id)
        found = violations(asked, meta, await of_state(shop), [of_browser(witness)])
        if not found or all(each.is_final for each in found) or time.monotonic() > deadline_s:
            return found
        await until(lambda: parts.deliverer.idle and not parts.statuses.pending, AGREE_S_MAX)
