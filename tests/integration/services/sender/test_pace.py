"""The pacing script against its model in plain Python, and by the server's own clock."""

import asyncio
import secrets

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sender.pace import Pace, Pause, Rates
from services.sender.scripts import Scripts
from shared import redis
from shared.redis import Redis
from tests.integration.services.sender.orders import order, workspace
from tests.unit.services.sender.pace_model import PaceModel

asking = st.tuples(st.just("ask"), st.integers(0, 12), st.integers(0, 2), st.booleans())
holding = st.tuples(st.just("hold"), st.integers(1, 4000), st.just(0), st.just(True))
pauses = st.sampled_from([0, 0, 0, 1, 8, 12, 60, 500, 2500])  # many are due at once after a long one
steps = st.lists(st.tuples(pauses, st.one_of(*[asking] * 9, holding)), min_size=20, max_size=80)


@settings(max_examples=60)
@given(rate=st.sampled_from([2.0, 20.0, 80.0]), taken=steps)
def test_the_script_does_what_the_model_does(
    redis_url: str, rate: float, taken: list[tuple[int, tuple[str, int, int, bool]]]
) -> None:
    """Any asks and holds at any times get the same answers from Redis as from the arithmetic."""
    rates = Rates(rate, pair_step_s=1.5, pair_burst=2)

    async def compare() -> None:
        store = redis.connect(redis_url)
        try:
            pace, model, ids, now = Pace(Scripts(store), rates), PaceModel(rates), workspace(), 1_700_000_000_000
            for pause_ms, (what, number, pair, may_go) in taken:
                now += pause_ms
                if what == "hold":
                    model.hold(number, now)
                    await pace.hold(order(ids, "").number_id, number / 1000, now_ms=now)
                    continue
                # A send has one address for life.
                pair = number % 3
                send = order(ids, f"s{number}", address={"to": f"+{pair}"})
                expected = model.slot(f"s{number}", f"p{pair}", now, may_go=may_go)
                pause = await pace.slot(send, 1, may_go=may_go, now_ms=now)
                assert expected == (pause.by, pause.wait_ms)
        finally:
            await store.aclose()

    asyncio.run(compare())


async def test_a_slot_is_given_once(store: Redis) -> None:
    """Whoever asks again, after a crash or from another sender, is told the same slot; the next attempt has its own."""
    pace, other, ids = Pace(Scripts(store), Rates(1.0)), Pace(Scripts(store), Rates(1.0)), workspace()
    sends = [order(ids, f"s{n}", address={"to": f"+{n}"}) for n in range(3)]
    assert ["go", "number", "number"] == [(await pace.slot(send, 1)).by for send in sends]
    waits = [(await door.slot(sends[2], 1)).wait_ms for door in (pace, other, pace)]
    assert 1500 < min(waits) <= max(waits) <= 2031
    assert 2500 < (await pace.slot(sends[0], 2)).wait_ms <= 3046


async def test_a_number_has_one_rate_in_all_workspaces(store: Redis) -> None:
    """Meta counts by number: a second workspace does not double what it may send."""
    pace, ids = Pace(Scripts(store), Rates(1.0)), workspace()
    mine, theirs = order(ids, "s", address={"to": "+1"}), order(ids, "s", workspace_id="w2", address={"to": "+2"})
    assert ("go", "number") == ((await pace.slot(mine, 1)).by, (await pace.slot(theirs, 1)).by)


async def test_numbers_do_not_pace_each_other(store: Redis) -> None:
    """Each number has a rate of its own."""
    pace = Pace(Scripts(store), Rates(1.0))
    assert {"go"} == {(await pace.slot(order(workspace(), "s"), 1)).by for _ in range(5)}


async def test_a_slot_that_nobody_may_use_yet_is_kept(store: Redis) -> None:
    """Asked without the right to go at once, the send is first in line when it asks with it."""
    pace, ids = Pace(Scripts(store), Rates(1.0)), workspace()
    first, second = (order(ids, name, address={"to": f"+{name}"}) for name in ("1", "2"))
    assert Pause("number", 0) == await pace.slot(first, 1, may_go=False)
    assert "number" == (await pace.slot(second, 1)).by
    assert "go" == (await pace.slot(first, 1)).by


async def test_a_hold_keeps_everybody_waiting(store: Redis) -> None:
    """After a throttle nobody of the number goes for a while, not even who had a slot."""
    pace, ids = Pace(Scripts(store), Rates(1000.0)), workspace()
    send = order(ids, secrets.token_hex(4))
    await pace.hold(send.number_id, 5.0)
    pause = await pace.slot(send, 1)
    assert ("number", True) == (pause.by, 4900 <= pause.wait_ms <= 5000)


async def test_holds_with_a_gap_let_the_clock_go_on(store: Redis) -> None:
    """However often they are asked for: half of the time, if the gap is as long as the hold."""
    pace, ids = Pace(Scripts(store), Rates(1000.0)), workspace()
    send = order(ids, secrets.token_hex(4))
    waits = []
    for now in range(10_000, 12_000, 100):
        await pace.hold(send.number_id, 0.5, now_ms=now, gap_s=0.5)
        waits.append((await pace.slot(send, 1, may_go=False, now_ms=now)).wait_ms > 0)
    assert 10 == sum(waits)
