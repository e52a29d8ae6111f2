"""GET /debug_token: what a token is worth (graph-api/reference/debug_token)."""

from typing import Any

from aiohttp import web

from simulator.clock import Clock
from simulator.errors import GraphError
from simulator.graph.calls import Calls


class Inspection:
    """Tells about a token to whoever holds a good one."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    async def get(self, request: web.Request) -> dict[str, Any]:
        """Validity, scopes and what they are for; the app's own `id|secret` may ask too."""
        if not self._asks_as_app(request):
            self._calls.token(request)
        asked = request.query.get("input_token")
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
        secret = self._calls.settings.app_secret
        own = f"{self._calls.settings.app_id}|{secret.get_secret_value()}" if secret else None
        return own is not None and request.query.get("access_token") == own
