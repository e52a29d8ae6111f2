"""The admin API's paths."""

import re
from pathlib import Path

import simulator
from simulator import Simulator
from simulator.admin.routes import routes
from tests.integration.simulator.caller import Caller


def test_every_path_is_in_the_readme(sim: Simulator) -> None:
    """The description leaves nothing out that a person could want."""
    readme = (Path(simulator.__file__).parent / "README.md").read_text()

    for route in routes(sim):
        last = route.path.removeprefix("/simulator").split("/")[-1].split("{")[0]
        assert last in readme, route.path


def test_no_path_is_there_twice(sim: Simulator) -> None:
    """One method and path, one meaning."""
    found = [(route.method, route.path) for route in routes(sim)]

    assert len(found) == len(set(found))


async def test_every_path_refuses_a_page_of_another_origin(sim: Simulator, caller: Caller) -> None:
    """The API has no password: what stands between it and the pages somebody has open is this."""
    for route in routes(sim):
        path = re.sub(r"\{[^}]+\}", "1", route.path)
        headers = {"Origin": "https://evil.example"}
        async with caller.http.request(route.method, sim.url + path, headers=headers) as answer:
            assert 403 == answer.status, route.path
            assert {"error"} == (await answer.json()).keys()
    assert 12 == len(sim.parts.world.customers)


async def test_a_page_of_ours_may_do_what_it_likes(sim: Simulator, caller: Caller) -> None:
    """Under any name of this machine."""
    for name in ("127.0.0.1", "localhost"):
        own = {"Host": f"{name}:{sim.port}", "Origin": f"http://{name}:{sim.port}", "Sec-Fetch-Site": "same-origin"}
        async with caller.http.post(f"{sim.url}/simulator/resume", headers=own) as answer:
            assert 204 == answer.status
