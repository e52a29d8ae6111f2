"""Redis fails over to a replica without the last writes: what is lost is seen to be lost, and nothing is sent twice."""

import asyncio
from pathlib import Path

import pytest

from tests.real.redis_pair import redis_pair
from tests.real.waiting import until_answered
from tests.system.browser import Browser
from tests.system.shop import shop
from tests.system.stack import separate
from tests.system.traffic import traffic

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

S_MAX = 60.0


async def test_browsers_start_over_and_no_send_is_made_again(amqp_url: str, tmp_path: Path) -> None:
    """The sender dies with the master: what it had in hand comes again, to a store that knows of no claim."""
    async with (
        redis_pair() as pair,
        separate(amqp_url, pair.address.url, tmp_path) as stack,
        shop(stack) as opened,
        Browser(opened) as live,
        Browser(opened, pulls=True) as pulling,
    ):
        async with traffic(opened):
            await asyncio.to_thread(pair.leaves)
            await asyncio.sleep(2)
            await stack.part("sender").kill()
            await pair.fails_over()
            await stack.start("sender")
        await opened.until_settled()

        async def same() -> bool:
            snapshot = await opened.agent.ask("GET", f"{opened.path}/snapshot?limit=200")
            fresh = {each["contact_id"]: each for each in snapshot["conversations"]}
            return all(
                fresh == {key: each for key, each in browser.state.conversations.items() if key in fresh}
                for browser in (live, pulling)
            )

        await until_answered(same, bool, S_MAX)
        assert (2, 2) == (live.snapshots, pulling.snapshots)
        accepted = stack.simulator.ledger.accepted_by_callback
        assert 1 == max(accepted[message_id] for message_id in opened.asked if message_id in accepted)
