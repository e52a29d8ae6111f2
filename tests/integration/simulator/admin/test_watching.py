"""Looking on by HTTP."""

import asyncio

from simulator import Simulator
from tests.integration.simulator.caller import Caller
from tests.real.waiting import S_MAX


async def test_the_ledger_is_read_by_kind_and_position(sim: Simulator, caller: Caller) -> None:
    """Since a sequence number, up to a limit."""
    for text in ("one", "two", "three"):
        sim.write("maria", text)
    first = (await caller.admin("GET", "/ledger/inbound?limit=1")).body["records"]
    rest = (await caller.admin("GET", f"/ledger/inbound?since={first[0]['seq']}")).body["records"]

    assert ["two", "three"] == [r["content"]["text"]["body"] for r in rest]
    assert 404 == (await caller.admin("GET", "/ledger/gossip")).code
    assert 422 == (await caller.admin("GET", "/ledger/inbound?since=yesterday")).code


async def test_totals_counts_and_the_overview_agree(sim: Simulator, caller: Caller) -> None:
    """What was sent twice is named."""
    sim.write("maria")
    for _ in range(2):
        await caller.send("+34600555101", biz_opaque_callback_data="click-1")

    assert {"click-1": 2} == (await caller.admin("GET", "/ledger")).body["doubled"]
    assert {"click-1": 2} == (await caller.admin("GET", "/ledger/counts")).body["accepted_by_callback"]
    overview = (await caller.admin("GET", "")).body
    assert 7 == overview["seed"]
    assert 2 == overview["ledger"]["totals"]["received"]


async def test_a_long_poll_returns_with_the_next_event(sim: Simulator, caller: Caller) -> None:
    """And only with what is new."""
    since = sim.ledger.seq
    polling = asyncio.create_task(caller.admin("GET", f"/events?since={since}&wait_s=60"))
    await asyncio.sleep(0.05)
    sim.write("maria", "news")
    events = (await asyncio.wait_for(polling, S_MAX / 2)).body["events"]

    assert "inbound" == events[0]["kind"]


async def test_the_stream_tells_everything_as_it_happens(sim: Simulator, caller: Caller) -> None:
    """Server-sent events with their sequence as id."""
    async with caller.http.get(f"{sim.url}/simulator/stream") as stream:
        sim.write("maria", "live")
        lines: list[bytes] = []
        while b"data:" not in b"".join(lines):
            lines.append(await asyncio.wait_for(stream.content.readline(), S_MAX))

    assert f"id: {sim.ledger.records('inbound')[0]['seq']}\n".encode() in lines
    assert b"event: inbound\n" in lines


async def test_the_stream_goes_on_where_a_browser_lost_it(sim: Simulator, caller: Caller) -> None:
    """It asks with the URL it began with, and says in a header how far it got; after a restart that may be too far."""
    sim.write("maria", "seen")
    seen = sim.ledger.seq
    sim.write("maria", "missed")
    url = f"{sim.url}/simulator/stream?since=0"
    async with caller.http.get(url, headers={"Last-Event-ID": str(seen)}) as stream:
        first = await asyncio.wait_for(stream.content.readline(), S_MAX)
    assert int(first.split()[1]) > seen

    async with caller.http.get(url, headers={"Last-Event-ID": "999999"}) as stream:
        await asyncio.wait_for(stream.content.readline(), S_MAX)
        sim.write("maria", "after the restart")
        lines: list[bytes] = []
        while b"data:" not in b"".join(lines):
            lines.append(await asyncio.wait_for(stream.content.readline(), S_MAX))


async def test_the_overview_says_what_a_page_shows(sim: Simulator, caller: Caller) -> None:
    """Numbers, refusals, what is held back, what flows; and no secret."""
    sim.refuse(code=190)
    sim.refuse(code=131031, number_id=sim.settings.phone_number_id)
    sim.pause(webhooks=True, scripts=False)
    sim.stream(per_s=1, for_s=60)
    answer = await caller.admin("GET", "")

    assert 190 == answer.body["token_refused_code"]
    assert [131031] == [number["refused_code"] for number in answer.body["numbers"]]
    assert {"webhooks": True, "scripts": False} == answer.body["paused"]
    assert [False] == [stream["done"] for stream in answer.body["traffic"]]
    assert answer.body["inbox_url"] is None
    assert not [secret for secret in ("simulated-access-token", "the-app-secret") if secret in str(answer.body)]
