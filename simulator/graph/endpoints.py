"""The Graph paths this stands in for; any version is as good as another."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from simulator.errors import unknown_node
from simulator.graph.accounts import Accounts
from simulator.graph.calls import Calls
from simulator.graph.files import Files
from simulator.graph.inspection import Inspection
from simulator.graph.messages import Messages
from simulator.graph.nodes import Nodes
from simulator.graph.overrides import Overrides
from simulator.parts import Parts

VERSION = r"/{version:v\d+\.\d+}"
NODE = VERSION + "/{node}"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
# (method, path): the busiest first, because aiohttp tries them in this order.
PATHS = (
    ("POST", f"{NODE}/messages"),
    ("GET", f"{VERSION}/debug_token"),
    ("GET", "/debug_token"),
    ("POST", f"{VERSION}/"),
    ("GET", f"{NODE}/subscriptions"),
    ("POST", f"{NODE}/media"),
    ("GET", f"{NODE}/subscribed_apps"),
    ("POST", f"{NODE}/subscribed_apps"),
    ("DELETE", f"{NODE}/subscribed_apps"),
    ("GET", f"{NODE}/phone_numbers"),
    ("GET", f"{NODE}/message_templates"),
    ("GET", NODE),
    ("POST", NODE),
    ("DELETE", NODE),
    ("GET", "/media/{node}"),
    ("*", VERSION + "/{node}{rest:.*}"),
)


def endpoints(parts: Parts) -> dict[tuple[str, str], Answer]:
    """What answers each of PATHS in the world as it is now."""
    calls = Calls(parts.world, parts.faults, parts.tuning, parts.settings, parts.chance, parts.clock, parts.ledger)
    overrides = Overrides(parts.deliverer, parts.settings)
    messages = Messages(calls, parts.acceptance, parts.shelf, parts.clock)
    nodes = Nodes(calls, parts.shelf, overrides)
    accounts = Accounts(calls, parts.deliverer, overrides)
    files = Files(calls, parts.shelf, parts.clock)
    inspecting = Inspection(calls, parts.clock, parts.deliverer)
    at = calls.endpoint
    inspection = at("/debug_token", "lookup", inspecting.get)
    answers: tuple[Answer, ...] = (
        at("/{phone_number_id}/messages", "send", messages.post),
        inspection,
        inspection,
        at("/", "lookup", inspecting.batch),
        at("/{app_id}/subscriptions", "lookup", inspecting.subscriptions),
        at("/{phone_number_id}/media", "media", files.upload),
        at("/{account_id}/subscribed_apps", "lookup", accounts.subscriptions),
        at("/{account_id}/subscribed_apps", "lookup", accounts.subscribe),
        at("/{account_id}/subscribed_apps", "lookup", accounts.unsubscribe),
        at("/{account_id}/phone_numbers", "lookup", accounts.numbers),
        at("/{account_id}/message_templates", "lookup", accounts.templates),
        at("/{id}", "lookup", nodes.get),
        at("/{id}", "lookup", nodes.post),
        at("/{id}", "media", nodes.delete),
        files.download,
        at("/unknown", "any", _nothing),
    )
    return dict(zip(PATHS, answers, strict=True))


async def _nothing(request: web.Request) -> dict[str, object]:
    raise unknown_node(request.match_info["node"], request.method)
