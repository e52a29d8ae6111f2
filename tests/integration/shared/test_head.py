"""Where a request begins is known of a connection as long as all on it was plain, whichever way it went."""

import asyncio

import pytest

from tests.integration.shared.test_hatch import answer, asking, running
from tests.real.waiting import S_MAX


@pytest.mark.parametrize(
    "told", [asking(body=b"1"), asking(line="GET /livez HTTP/1.1", body=b"")], ids=["body", "page"]
)
async def test_who_sent_a_request_in_two_parts_comes_to_the_hatch_again(told: bytes) -> None:
    """Where the next one begins is known from its head."""
    async with running() as desk:
        reader, writer = await desk.open()
        body = asking()
        for part in (body[:-5], body[-5:]):
            writer.write(part)
            await asyncio.sleep(0.05)
        assert 200 == (await answer(reader))[0]
        desk.willing = False
        writer.write(told)
        assert 200 == (await answer(reader))[0]
        desk.willing = True
        writer.write(body)
        await desk.handed(1)
        desk.waiting[0](200)
        assert 200 == (await answer(reader))[0]
        writer.close()


HIDING = {
    "in a body": asking(body=b"x" + asking()),
    "behind a body": asking(body=b"1") + asking(body=b"2")[:30],
    "behind half a head": asking(body=b"1")[:30],
}


@pytest.mark.parametrize("begun", HIDING.values(), ids=HIDING)
async def test_what_only_looks_like_a_request_is_not_taken(begun: bytes) -> None:
    """Bytes that belong to what has begun before are nobody's request, though they be one by themselves."""
    async with running() as desk:
        reader, writer = await desk.open()
        desk.willing = False
        whole = asking()
        cut = begun[: -len(whole)] if begun.endswith(whole) else begun
        writer.write(cut)
        await asyncio.sleep(0.05)
        desk.willing = True
        writer.write(whole)
        await asyncio.sleep(0.05)
        assert [] == desk.taken
        writer.close()
        async with asyncio.timeout(S_MAX):
            await reader.read()
