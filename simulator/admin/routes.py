"""All paths below /simulator."""

from typing import TYPE_CHECKING

from aiohttp import web

from simulator.admin.levers import Levers
from simulator.admin.people import People
from simulator.admin.posting import Posting
from simulator.admin.watching import Watching

if TYPE_CHECKING:
    from simulator.simulator import Simulator


def routes(sim: "Simulator") -> list[web.RouteDef]:
    """Everything an admin can reach."""
    return [*People(sim).routes(), *Levers(sim).routes(), *Posting(sim).routes(), *Watching(sim).routes()]
