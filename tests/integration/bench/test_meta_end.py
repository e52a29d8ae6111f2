"""What is promised of the Meta around the whole box: each send is answered, and told of three times."""

import asyncio
import time

import aiohttp
import orjson
from aiohttp import web

from bench import meta_end
from bench.clicks import TOKEN, body
from bench.meta_end import WRITTEN_FIRST, Outside
from bench.webhooks import APP_SECRET, NUMBER_ID
from shared.signature import HEADER, Proof
from tests.real.server import free_port

DEADLINE_S = 30


async def test_a_send_has_three_statuses_and_customers_write_at_a_pace() -> None:
    """In order, signed, with what is needed to find the send."""
    told: list[tuple[str, str]] = []
    written: list[str] = []

    async def webhook(request: web.Request) -> web.Response:
        content = await request.read()
        assert Proof(content, request.headers[HEADER]).by_any([APP_SECRET.encode()])
        value = orjson.loads(content)["entry"][0]["changes"][0]["value"]
        told.extend((each["biz_opaque_callback_data"], each["status"]) for each in value.get("statuses", []))
        written.extend(each["id"] for each in value.get("messages", []))
        return web.Response()

    app = web.Application()
    app.router.add_post("/webhooks/k", webhook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = free_port()
    outside = Outside(
        port=port, webhook_port=runner.addresses[0][1], webhook_path="/webhooks/k", customers=10, connections=4
    )
    running = asyncio.create_task(meta_end.main(outside))
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            until_s = time.monotonic() + DEADLINE_S
            sent = await _sent(http, until_s)
            await http.get("/begin?first=0&count=3&per_s=100&seed=1")
            while (len(told), len(written)) != (3, 3) and time.monotonic() < until_s:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            taken = orjson.loads(await (await http.get("/take")).read())

        assert "15550000007" == sent["contacts"][0]["wa_id"]
        assert [(body(17)["biz_opaque_callback_data"], each) for each in ("sent", "delivered", "read")] == told
        assert [17] == [serial for serial, _, _ in taken["received"]]
        assert [WRITTEN_FIRST, WRITTEN_FIRST + 1, WRITTEN_FIRST + 2] == [serial for serial, _ in taken["written"]]
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.cleanup()


async def _sent(http: aiohttp.ClientSession, until_s: float) -> dict[str, list[dict[str, str]]]:
    """As soon as it listens."""
    path, headers = f"/v25.0/{NUMBER_ID}/messages", {"Authorization": f"Bearer {TOKEN}"}
    while True:
        try:
            async with http.post(path, data=orjson.dumps(body(17)), headers=headers) as answer:
                found: dict[str, list[dict[str, str]]] = orjson.loads(await answer.read())
                return found
        except aiohttp.ClientConnectionError:
            if time.monotonic() > until_s:
                raise
            await asyncio.sleep(0.02)
