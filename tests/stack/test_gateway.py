"""Through the gateway of the stack: a conversation lives, and what is nobody's business stays inside."""

import asyncio
import json

import aiohttp
import pytest

from tests.stack.installation import NUMBER, Installation, Talk

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

MIB = 1024 * 1024
PROBES = ("/metrics", "/livez", "/readyz")
DISGUISES = ("{}", "{}?a=b", "/{}", "/.{}", "/x/..{}", "/webhooks/..{}", "/v1/live/../..{}", "/%2e{}", "/x/%2e%2e{}")


async def status_of(installation: Installation, target: str) -> int:
    """Of a request whose target goes out as it is written; HTTP programs tidy it up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", installation.port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: inbox\r\nConnection: close\r\n\r\n".encode())
    line = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    return int(line.split()[1])


async def test_a_message_in_and_an_answer_out_are_live(installation: Installation, talk: Talk) -> None:
    """The socket tells of the customer's words and of each tick of the answer, while nobody asks for anything."""
    told: list[dict[str, object]] = []
    hello = {"type": "hello", "token": await talk.token(), "numbers": {NUMBER: None}}

    def of(body: str) -> set[object]:
        return {
            change["value"].get("status")
            for frame in told
            for change in frame.get("changes", [])  # type: ignore[attr-defined]
            if change["kind"] == "message" and change["value"]["content"].get("text", {}).get("body") == body
        }

    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{installation.url}/v1/live", protocols=["cloud-inbox.v1"]) as socket,
        asyncio.timeout(60),
    ):
        await socket.send_json(hello)
        while "changes" not in {frame["type"] for frame in told}:
            told.append(await socket.receive_json())
        await talk.writes("Are you open?")
        while not of("Are you open?"):
            told.append(json.loads((await socket.receive()).data))
        await talk.answers("Until six.")
        while "read" not in of("Until six."):
            told.append(json.loads((await socket.receive()).data))

    assert ["Until six."] == await talk.phone()


@pytest.mark.parametrize("disguise", DISGUISES)
async def test_the_probes_are_nobodys(installation: Installation, disguise: str) -> None:
    """However their addresses are written."""
    assert {404} == {await status_of(installation, disguise.format(probe)) for probe in PROBES}


async def test_the_page_and_its_parts_come_from_one_origin(talk: Talk, installation: Installation) -> None:
    """The built page is in the image."""
    async with aiohttp.ClientSession() as http, http.get(installation.url) as page:
        assert (200, "text/html") == (page.status, page.content_type)
        assert "/assets/page-" in await page.text()


async def test_bodies_are_as_large_as_was_promised(installation: Installation) -> None:
    """4 MiB for webhooks and 1 MiB for everything else; what is more is refused in the words of the API."""
    async with aiohttp.ClientSession() as http:
        for path, size, expected in (
            ("/webhooks/nobody", 4 * MIB, "unknown_key"),
            ("/webhooks/nobody", 4 * MIB + 1, "too_large"),
            ("/v1/sessions", MIB + 1, "too_large"),
        ):
            async with http.post(installation.url + path, data=b" " * size) as answer:
                assert "application/problem+json" == answer.content_type
                assert expected == (await answer.json(content_type=None))["code"]


async def test_nobody_is_root_and_nothing_can_be_written(installation: Installation) -> None:
    """In every container of ours."""
    for service in ("ingest", "api", "projector", "push", "sender", "gateway", "simulator"):
        command = "id -u; touch /x /etc/x 2>/dev/null && echo written; true"
        shown = installation.compose("exec", "-T", service, "sh", "-c", command)
        assert shown.split() in (["10001"], ["101"]), service
