"""Callbacks that a number or an account puts in place of the app's (webhooks/override)."""

from typing import Any

from simulator.errors import GraphError
from simulator.number import Number
from simulator.settings import Settings
from simulator.webhooks.callback import Callback
from simulator.webhooks.deliverer import Deliverer

URL_MAX = 200


class Overrides:
    """Set by Graph calls; signed with the app's secret."""

    def __init__(self, deliverer: Deliverer, settings: Settings) -> None:
        self._deliverer = deliverer
        self._settings = settings

    def urls(self, number: Number) -> dict[str, str]:
        """The webhook_configuration of a number."""
        found = {c.id: c for c in self._deliverer.callbacks}
        shown: dict[str, str] = {}
        if own := found.get(f"number:{number.id}"):
            shown["phone_number"] = own.url
        if of_account := self.of_account_url(number.account_id):
            shown["whatsapp_business_account"] = of_account
        for callback in found.values():
            if callback.scope == "app" and callback.takes(number.account_id, number.id):
                shown["application"] = callback.url
                break
        return shown

    def of_account_url(self, account_id: str) -> str | None:
        """The override of an account."""
        return next((c.url for c in self._deliverer.callbacks if c.id == f"account:{account_id}"), None)

    async def of_number(self, number: Number, asked: dict[str, Any]) -> None:
        """Set or, with an empty URL, remove the override of a number."""
        base = Callback(id=f"number:{number.id}", url="-", scope="number", number_ids=frozenset({number.id}))
        await self._set(base, asked)

    async def of_account(self, account_id: str, asked: dict[str, Any]) -> None:
        """Set or remove the override of an account."""
        await self._set(Callback(id=f"account:{account_id}", url="-", scope="account", account_id=account_id), asked)

    async def _set(self, base: Callback, asked: dict[str, Any]) -> None:
        url = asked.get("override_callback_uri")
        if not url:
            await self._deliverer.remove_callback(base.id)
            return
        if not isinstance(url, str) or len(url) > URL_MAX:
            raise GraphError(100, message=f"(#100) Param override_callback_uri must be at most {URL_MAX} characters.")
        secret = self._settings.app_secret
        callback = base.model_copy(
            update={
                "url": url,
                "verify_token": str(asked.get("verify_token", "")),
                "app_secret": secret.get_secret_value() if secret else None,
            }
        )
        try:
            await self._deliverer.set_callback(callback)
        except ValueError as refused:
            words = f"(#2200) Callback verification failed with the following errors: {refused}"
            raise GraphError(2200, message=words) from None
