"""Media."""

import aiohttp

from simulator import Simulator
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually

NUMBER = "/106540352242922"


async def uploaded(caller: Caller, **parts: str) -> str:
    """The id of a small file."""
    form = aiohttp.FormData({"messaging_product": "whatsapp", **parts})
    form.add_field("file", b"bread", filename="bread.png", content_type="image/png")
    async with caller.http.post(
        f"{caller.sim.url}/v25.0{NUMBER}/media", data=form, headers={"Authorization": f"Bearer {caller.token}"}
    ) as answer:
        body = await answer.json()
        assert 200 == answer.status, body
        found: str = body["id"]
        return found


async def test_what_was_uploaded_can_be_sent_fetched_and_deleted(sim: Simulator, caller: Caller) -> None:
    """By its id, then by its URL with the token, then no more."""
    sim.write("maria")
    media_id = await uploaded(caller)
    assert (await caller.send("+34600555101", None, type="image", image={"id": media_id})).error is None

    node = (await caller.call("GET", f"/{media_id}")).body
    assert ("image/png", "5") == (node["mime_type"], node["file_size"])
    async with caller.http.get(node["url"], headers={"Authorization": f"Bearer {caller.token}"}) as answer:
        assert b"bread" == await answer.read()
    async with caller.http.get(node["url"]) as answer:
        assert 401 == answer.status

    assert {"success": True} == (await caller.call("DELETE", f"/{media_id}")).body
    assert 100 == (await caller.call("GET", f"/{media_id}")).error


async def test_a_url_lives_five_minutes(sim: Simulator, caller: Caller) -> None:
    """Then it is 404, and a new one can be asked for."""
    media_id = await uploaded(caller, type="image/png")
    url = (await caller.call("GET", f"/{media_id}")).body["url"]
    sim.wind(0.1)

    async with caller.http.get(url, headers={"Authorization": f"Bearer {caller.token}"}) as answer:
        assert 404 == answer.status


async def test_a_received_picture_can_be_fetched_by_its_webhook_url(
    sim: Simulator, caller: Caller, listener: Listener
) -> None:
    """The url in the message works, and so does the id."""
    sim.write("maria", sample="image")
    await eventually(lambda: listener.messages)
    image = listener.messages[0]["image"]

    async with caller.http.get(image["url"], headers={"Authorization": f"Bearer {caller.token}"}) as answer:
        assert 200 == answer.status
    assert image["id"] == (await caller.call("GET", f"/{image['id']}")).body["id"]


async def test_an_upload_without_a_file_is_refused(caller: Caller) -> None:
    """Or without a form at all."""
    assert 100 == (await caller.call("POST", f"{NUMBER}/media", {})).error
