"""What a token is worth and what its app gets: debug_token, a batch of it, and an app's subscriptions."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from aiohttp import web

from simulator import errors
from simulator.clock import Clock
from simulator.errors import GraphError
from simulator.graph.calls import Calls
from simulator.graph.nodes import json_body
from simulator.webhooks.deliverer import Deliverer

BATCH_MAX = 50  # graph-api/batch-requests
_INSPECTION = re.compile(r"/?(v\d+\.\d+/)?debug_token")


class Inspection:
    """Tells about a token to whoever holds a good one, and about the app to whoever holds its secret."""

    def __init__(self, calls: Calls, clock: Clock, deliverer: Deliverer) -> None:
        self._calls = calls
        self._clock = clock
        self._deliverer = deliverer

    async def get(self, request: web.Request) -> dict[str, Any]:
        """Validity, scopes and what they are for; the app's own `id|secret` may ask too."""
        if not self._asks_as_app(request):
            self._calls.token(request)
        return self._described(request.query.get("input_token"))

    async def batch(self, request: web.Request) -> list[dict[str, Any]]:
        """Questions together, each answered as if it had been asked alone; only inspections are known here."""
        if not self._asks_as_app(request):
            self._calls.token(request)
        asked = (await json_body(request)).get("batch")
        try:
            listed = orjson.loads(asked) if isinstance(asked, str) else asked
        except orjson.JSONDecodeError:
            listed = None
        if not isinstance(listed, list) or not 0 < len(listed) <= BATCH_MAX:
            raise GraphError(100, message="(#100) Param batch must be an array of requests.")
        return [self._one(each if isinstance(each, dict) else {}) for each in listed]

    async def subscriptions(self, request: web.Request) -> dict[str, Any]:
        """Where the app's webhooks go, and which fields it is subscribed to (app/subscriptions)."""
        settings, node = self._calls.settings, request.match_info["node"]
        secret = _secret(request)
        if "|" not in secret:
            self._calls.token(request)
            raise GraphError(15, message="(#15) This method must be called with an app access_token.")
        if not self._asks_as_app(request):
            raise GraphError(190, message="Invalid OAuth access token signature.")
        if node != settings.app_id:
            raise errors.unknown_node(node, request.method)
        subscriptions = self._deliverer.subscriptions
        url = next((each.url for each in self._deliverer.callbacks if each.scope == "app"), settings.callback_url)
        version = request.match_info.get("version", "v25.0")
        fields = [{"name": name, "version": version} for name in subscriptions.fields]
        if not fields:
            return {"data": []}
        told = {"object": "whatsapp_business_account", "callback_url": url, "active": True, "fields": fields}
        return {"data": [told]}

    def _one(self, asked: dict[str, Any]) -> dict[str, Any]:
        address = urlsplit(str(asked.get("relative_url", "")))
        try:
            if asked.get("method") != "GET" or not _INSPECTION.fullmatch(address.path):
                raise errors.unknown_node(address.path, str(asked.get("method")).lower())
            told, code = self._described(next(iter(parse_qs(address.query).get("input_token", [])), None)), 200
        except GraphError as refused:
            told, code = refused.body("A"), refused.http_code
        return {"code": code, "body": orjson.dumps(told).decode()}

    def _described(self, asked: str | None) -> dict[str, Any]:
        if not asked:
            raise GraphError(100, message="(#100) The parameter input_token is required.")
        token = self._calls.world.tokens.get(asked)
        if token is None or token.refusal(self._clock.now()) is not None:
            words = "The access token could not be decrypted" if token is None else "Error validating access token"
            return {"data": {"error": {"code": 190, "message": words}, "is_valid": False, "scopes": []}}
        targets = sorted(token.numbers or self._calls.world.numbers)
        accounts = sorted({n.account_id for n in self._calls.world.numbers.values() if token.sees(n.id)})
        return {
            "data": {
                "app_id": self._calls.settings.app_id,
                "type": "SYSTEM_USER",
                "application": "Simulated app",
                "data_access_expires_at": 0,
                "expires_at": int(token.expires_at),
                "is_valid": True,
                "issued_at": int(self._clock.now()) - 86_400,
                "scopes": list(token.scopes),
                "granular_scopes": [
                    {"scope": s, "target_ids": accounts if s.endswith("management") else targets} for s in token.scopes
                ],
                "user_id": "122100000000000001",
            }
        }

    def _asks_as_app(self, request: web.Request) -> bool:
        app_id, _, secret = _secret(request).partition("|")
        settings = self._calls.settings.app_secret
        # A callback may have a secret of its own, as if its owner had another app.
        good = {
            settings.get_secret_value() if settings else None,
            *(one.app_secret for one in self._deliverer.callbacks),
        }
        return bool(secret) and app_id == self._calls.settings.app_id and secret in good


def _secret(request: web.Request) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() in {"bearer", "oauth"} else request.query.get("access_token", "")
