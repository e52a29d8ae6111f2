"""The admin API's paths."""

from pathlib import Path

import simulator
from simulator import Simulator
from simulator.admin.routes import routes


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
