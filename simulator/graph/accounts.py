"""What hangs below an account: subscribed apps, numbers and templates."""

from typing import Any

from aiohttp import web

from simulator import errors
from simulator.errors import GraphError
from simulator.graph import content
from simulator.graph.calls import Calls
from simulator.graph.nodes import json_body, listed
from simulator.graph.overrides import Overrides
from simulator.webhooks.deliverer import Deliverer

MANAGEMENT = "whatsapp_business_management"


class Accounts:
    """Edges of a WhatsApp Business Account."""

    def __init__(self, calls: Calls, deliverer: Deliverer, overrides: Overrides) -> None:
        self._calls = calls
        self._deliverer = deliverer
        self._overrides = overrides

    def _account(self, request: web.Request) -> str:
        token = self._calls.token(request)
        node = request.match_info["node"]
        numbers = [n for n in self._calls.world.numbers.values() if n.account_id == node]
        if not any(token.sees(n.id) for n in numbers):
            raise errors.unknown_node(node, request.method)
        if MANAGEMENT not in token.scopes:
            raise GraphError(200, message="(#200) You do not have the necessary permissions for this account.")
        return node

    async def subscriptions(self, request: web.Request) -> dict[str, Any]:
        """Which apps get this account's webhooks."""
        account_id = self._account(request)
        subscriptions = self._deliverer.subscriptions
        listed = [_app(str(10**14 + place), name) for place, name in enumerate(subscriptions.others(account_id))]
        if subscriptions.ours(account_id):
            ours = _app(self._calls.settings.app_id, "Simulated app")
            if url := self._overrides.of_account_url(account_id):
                ours["override_callback_uri"] = url
            listed.append(ours)
        return {"data": listed}

    async def subscribe(self, request: web.Request) -> dict[str, Any]:
        """Subscribe the app; a body sets the account's override, no body removes it."""
        account_id = self._account(request)
        await self._overrides.of_account(account_id, await json_body(request))
        self._deliverer.subscriptions.subscribe(account_id)
        return {"success": True}

    async def unsubscribe(self, request: web.Request) -> dict[str, Any]:
        """No more webhooks of this account."""
        account_id = self._account(request)
        self._deliverer.subscriptions.subscribe(account_id, False)
        return {"success": True}

    async def numbers(self, request: web.Request) -> dict[str, Any]:
        """The numbers of an account."""
        account_id = self._account(request)
        own = [n for n in self._calls.world.numbers.values() if n.account_id == account_id]
        return {"data": listed(own, self._overrides)}

    async def templates(self, request: web.Request) -> dict[str, Any]:
        """The templates that can be sent."""
        self._account(request)
        rows = [
            {"name": name, "language": language, "status": "APPROVED", "category": category, "id": str(1000 + place)}
            for place, (name, (languages, _, category)) in enumerate(content.TEMPLATES.items())
            for language in sorted(languages)
        ]
        return {"data": rows}


def _app(app_id: str, name: str) -> dict[str, Any]:
    link = f"https://www.facebook.com/games/?app_id={app_id}"
    return {"whatsapp_business_api_data": {"id": app_id, "link": link, "name": name}}
