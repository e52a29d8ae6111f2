"""The pods of overlays/local, run by podman: each is what its manifest says, and together they are an inbox."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from tests.stack.installation import NUMBER, Talk
from tests.stack.pods import Pods, playing
from tools.playable import questions

pytestmark = [
    pytest.mark.stack,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not shutil.which("podman") or not shutil.which("kubectl"), reason="needs podman and kubectl"),
]

PROCESSES = ("ingest", "api", "projector", "push", "sender")
EVERY = (*PROCESSES, "nowhere")
UNITS = {"Mi": 1024**2, "Gi": 1024**3}


@pytest.fixture(scope="module")
def pods() -> Iterator[Pods]:
    """Played once for all tests of this file."""
    with playing() as made:
        yield made


@pytest.fixture
async def talk(pods: Pods) -> AsyncIterator[Talk]:
    """A customer and an agent."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as http:
        made = Talk(pods, http)
        await made.begin()
        yield made


@pytest.mark.parametrize("name", EVERY)
def test_the_kubelet_finds_it_well(pods: Pods, name: str) -> None:
    """Its three probes are asked as the manifest has them, at the address of its pod."""
    asked = list(questions(pods.deployments[name]))
    assert ["startupProbe", "readinessProbe", "livenessProbe"] == [question.name for question in asked]
    assert all(pods.well(name, question) for question in asked)


@pytest.mark.parametrize("name", EVERY)
def test_it_may_do_what_its_manifest_says(pods: Pods, name: str) -> None:
    """Account, capabilities, privileges, system calls, root file system, secrets and memory, as seen from inside."""
    spec = pods.deployments[name]["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    script = (
        "id -u; id -g; grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/1/status; touch /x /secrets/x 2>/dev/null; true"
    )
    account, group, *status = pods.podman.ask("exec", pods.container(name), "sh", "-c", script).splitlines()
    assert (str(spec["securityContext"]["runAsUser"]), str(spec["securityContext"]["runAsGroup"])) == (account, group)
    assert {"CapEff": "0000000000000000", "NoNewPrivs": "1", "Seccomp": "2"} == {
        line.split(":")[0]: line.split()[1] for line in status
    }
    written = pods.podman.ask("exec", pods.container(name), "sh", "-c", "ls -d /x /secrets/x 2>/dev/null; true")
    assert "" == written
    (told,) = json.loads(pods.podman.ask("inspect", pods.container(name)))
    limits = container["resources"]["limits"]
    assert int(limits["memory"][:-2]) * UNITS[limits["memory"][-2:]] == told["HostConfig"]["Memory"]
    assert told["HostConfig"]["ReadonlyRootfs"]
    runs = pods.podman.ask("exec", pods.container(name), "cat", "/proc/1/cmdline").rstrip("\0").split("\0")
    assert container["command"] == runs or name == "nowhere"  # nginx writes its own name there


async def test_every_path_leads_where_the_ingress_says(pods: Pods) -> None:
    """The page and its API, webhooks, the socket; and the probes of all of them lead nowhere."""
    async with aiohttp.ClientSession() as http:
        async with http.get(pods.at("/") + "/") as page:
            assert (200, "text/html") == (page.status, page.content_type)
        for probe in ("/livez", "/readyz", "/metrics"):
            async with http.get(pods.at(probe) + probe) as answer:
                assert 404 == answer.status
        async with http.post(pods.at("/webhooks/nobody") + "/webhooks/nobody", data=b"{}") as answer:
            assert "unknown_key" == (await answer.json(content_type=None))["code"]


async def test_a_message_in_and_an_answer_out_are_live(pods: Pods, talk: Talk) -> None:
    """Through all five: what the customer writes comes over the socket, and so does each tick of the answer."""
    hello = {"type": "hello", "token": await talk.token(), "numbers": {NUMBER: None}}
    seen: set[tuple[str, object]] = set()
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(pods.at("/v1/live") + "/v1/live", protocols=["cloud-inbox.v1"]) as socket,
        asyncio.timeout(60),
    ):
        await socket.send_json(hello)
        while (await socket.receive_json())["type"] != "changes":
            pass
        await talk.writes("Are you open?")
        await _until(socket, seen, ("Are you open?", None))
        await talk.answers("Until six.")
        await _until(socket, seen, ("Until six.", "read"))

    assert ["Until six."] == await talk.phone()


@pytest.mark.parametrize("name", PROCESSES)
def test_it_ends_within_its_grace(pods: Pods, name: str) -> None:
    """preStop, then SIGTERM: it exits 0 before it would be killed."""
    spec = pods.deployments[name]["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    began_s = time.monotonic()
    pods.podman.ask("exec", pods.container(name), *container["lifecycle"]["preStop"]["exec"]["command"])
    left_s = int(spec["terminationGracePeriodSeconds"] - (time.monotonic() - began_s))
    pods.podman.ask("stop", f"--time={left_s}", pods.container(name))
    (told,) = json.loads(pods.podman.ask("inspect", pods.container(name)))
    assert (0, False) == (told["State"]["ExitCode"], told["State"]["OOMKilled"])


async def _until(
    socket: aiohttp.ClientWebSocketResponse, seen: set[tuple[str, object]], wanted: tuple[str, object]
) -> None:
    while wanted not in seen:
        for change in (await socket.receive_json()).get("changes", []):
            if change["kind"] == "message":
                seen.add((change["value"]["content"].get("text", {}).get("body"), change["value"].get("status")))
