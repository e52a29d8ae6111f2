"""`make chaos` in short: the three most telling faults, one after the other, while conversations go on."""

from pathlib import Path

import pytest

from tests.chaos.fault import every_fault
from tests.chaos.plan import SHORT_S, planned
from tests.chaos.run import run
from tests.real.server import Server

SEED = 1
pytestmark = pytest.mark.timeout(400)  # what is lost is waited for, and then told
TELLING = ("kill -9: sender", "Redis killed and restarted", "kill -9: everything at once")


async def test_nothing_is_lost_and_nothing_is_doubled_whatever_dies(
    rabbitmq: Server, real_redis: Server, tmp_path: Path
) -> None:
    """What customers sent and received, what chat state says, and what browsers have followed agree in the end."""
    faults = [every_fault()[name] for name in TELLING]
    result = await run(SEED, planned(SEED, faults, times=1, span=SHORT_S), rabbitmq, real_redis, tmp_path)
    assert result.is_good, result.told()
    assert len(TELLING) == len(result.rows)
    assert min(result.counts["written"], result.counts["clicked"]) > 0
