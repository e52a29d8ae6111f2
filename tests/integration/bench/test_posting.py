"""What is promised of webhooks that are made while the clock runs."""

import asyncio

from bench.posting import Posting
from bench.webhooks import body, signed
from tests.integration.bench.answering import BUSY, OK, serving

DEADLINE_S = 30


async def test_a_refused_webhook_comes_again_until_it_is_taken() -> None:
    """As Meta's do; more of them than there are connections wait for one."""
    asked = 0

    def answer(place: int) -> tuple[float, bytes]:
        nonlocal asked
        asked += 1
        return 0, BUSY if place == 0 else OK

    async with serving(answer) as port:
        posting = Posting(port, 2)
        await posting.open()
        for serial in range(5):
            posting.post(signed(body(serial), "here", "/webhooks/k"))
        async with asyncio.timeout(DEADLINE_S):
            while posting.answered < 5:  # noqa: ASYNC110 (it cannot say when)
                await asyncio.sleep(0.01)

        assert (6, 1, 5, 2) == (asked, posting.again, posting.asked, posting.lines)
