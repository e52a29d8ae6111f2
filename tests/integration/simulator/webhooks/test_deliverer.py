"""To whom, how often and in which order."""

import pytest

from simulator import Simulator
from simulator.number import Number
from simulator.webhooks.callback import Callback
from tests.integration.simulator.listener import SECRET, Listener, eventually


async def test_repeats_and_disorder_come_on_request_and_lose_nothing(sim: Simulator, listener: Listener) -> None:
    """Every message at least once, some twice, not all in order."""
    sim.tune(duplicate_rate=0.3, disorder_rate=0.3, disorder_delay_s=0.3, batch_max=1)
    wamids = [sim.write("maria", str(n)) for n in range(100)]

    assert await sim.settled()
    seen = [m["id"] for m in listener.messages]
    assert set(wamids) == set(seen)
    assert len(seen) > len(wamids)
    assert wamids != list(dict.fromkeys(seen))


async def test_several_callbacks_get_what_is_theirs_signed_with_their_secret(
    sim: Simulator, listener: Listener
) -> None:
    """One takes everything, the other a second number only."""
    sim.add_number(Number("777", "888", "15550002222", "Second shop"))
    async with Listener().listening() as second:
        await sim.set_callback(
            Callback(
                id="second",
                url=second.url,
                verify_token=second.verify_token,
                app_secret=SECRET,
                number_ids=frozenset({"777"}),
            )
        )
        sim.write("maria", "first")
        sim.write("maria", "second", number_id="777")

        await eventually(lambda: len(listener.messages) == 2 and second.messages)
        assert await sim.settled()
        assert ["second"] == [m["text"]["body"] for m in second.messages]
        assert second.signed()


async def test_what_happens_before_the_first_callback_waits(listener: Listener) -> None:
    """And is delivered to it."""
    from simulator import Settings

    async with Simulator(Settings(port=0)).running() as sim:
        wamid = sim.write("maria")
        await sim.set_callback(Callback(url=listener.url, verify_token=listener.verify_token))
        await eventually(lambda: [wamid] == [m["id"] for m in listener.messages])
        assert [None] == listener.signatures


@pytest.mark.parametrize("mode", ["none", "wrong", "malformed"])
async def test_signatures_can_be_bad(sim: Simulator, listener: Listener, mode: str) -> None:
    """All of them, by a dial."""
    sim.tune(signature=mode)
    sim.write("maria")

    await eventually(lambda: listener.bodies)
    assert not listener.signed()


@pytest.mark.parametrize(("encoding", "ascii_only"), [("escaped", True), ("utf8", False)])
async def test_bodies_come_escaped_or_as_they_are(
    sim: Simulator, listener: Listener, encoding: str, ascii_only: bool
) -> None:
    """The signature is over the bytes either way."""
    sim.tune(body_encoding=encoding)
    sim.write("layla", "مرحبا")

    await eventually(lambda: listener.bodies)
    assert ascii_only == listener.bodies[0].isascii()
    assert listener.signed()


async def test_exact_bytes_can_be_posted(sim: Simulator, listener: Listener) -> None:
    """Once, with the code as the answer; or queued like any other body."""
    listener.answers = [401]
    body = b'{"text":"\\ud83d lone"}'

    assert 401 == await sim.post_raw(body, mode="wrong")
    assert not listener.signed()
    assert await sim.post_raw(body, retry=True) is None
    await eventually(lambda: [body, body] == listener.bodies)
    assert listener.signed()


async def test_a_pause_is_an_outage_at_meta(sim: Simulator, listener: Listener) -> None:
    """Everything comes afterwards."""
    sim.pause(scripts=False)
    wamid = sim.write("maria")
    assert not sim.parts.deliverer.idle
    assert [] == listener.bodies
    sim.resume()

    await eventually(lambda: [wamid] == [m["id"] for m in listener.messages])


async def test_a_removed_callback_hears_no_more(sim: Simulator, listener: Listener) -> None:
    """And a body for nobody is an error."""
    assert await sim.remove_callback("default")
    assert not await sim.remove_callback("default")
    with pytest.raises(ValueError, match="no callback"):
        sim.deliver_mix(10)
