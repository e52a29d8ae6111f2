"""Where webhooks go, and webhooks on cue: everything that is not somebody's phone."""

from abc import ABC, abstractmethod
from typing import Any

from simulator import account_fields, history, mix
from simulator.ledger import Ledger
from simulator.mix import Mix
from simulator.number import Number
from simulator.parts import Parts
from simulator.settings import Settings
from simulator.webhooks import signature, updates
from simulator.webhooks.callback import Callback
from simulator.webhooks.envelope import Update


class Cues(ABC):
    """Numbers default to the first, callbacks too."""

    settings: Settings
    parts: Parts
    _cast_begun = False

    @abstractmethod
    def play(self, customer: str | None = None, number_id: str | None = None) -> None:
        """Start the script of one customer, or of all."""

    @property
    def ledger(self) -> Ledger:
        """What happened."""
        return self.parts.ledger

    def number(self, number_id: str | None = None) -> Number:
        """A business number."""
        return self.parts.world.number(number_id)

    @property
    def _dated(self) -> int:
        """Now, as webhooks say it."""
        return self.parts.clock.dated(self.parts.clock.now(), self.parts.tuning.webhook_time)

    async def set_callback(self, callback: Callback, verify: bool = True) -> Callback:
        """Set where webhooks go, after a handshake; ValueError when it fails. The demo's cast begins with the first."""
        known = await self.parts.deliverer.set_callback(callback, verify)
        if self.settings.cast == "demo" and not self._cast_begun:
            self._cast_begun = True
            self.play()
        return known

    async def remove_callback(self, callback_id: str) -> bool:
        """End a subscription."""
        return await self.parts.deliverer.remove_callback(callback_id)

    def subscribe(
        self,
        subscribed: bool = True,
        *,
        other_apps: tuple[str, ...] | None = None,
        account_id: str | None = None,
        fields: tuple[str, ...] | None = None,
    ) -> None:
        """Whether the app gets the account's webhooks, and which others do too (absent: as before)."""
        account_id = account_id or self.number().account_id
        subscriptions = self.parts.deliverer.subscriptions
        if other_apps is not None:
            subscriptions.let_others(account_id, other_apps)
        if fields is not None:
            subscriptions.fields = fields
        subscriptions.subscribe(account_id, subscribed)
        self.ledger.add("note", what="account.subscribed" if subscribed else "account.unsubscribed", id=account_id)

    async def post_raw(
        self, body: bytes, callback_id: str | None = None, mode: signature.Mode | None = None, retry: bool = False
    ) -> int | None:
        """Post exact bytes to the callback; its HTTP code, None when it did not answer or with `retry`."""
        return await self.parts.deliverer.post_raw(body, callback_id, mode, retry)

    def deliver_mix(
        self, count: int = 1000, malformed: int = 0, number_ids: list[str] | None = None, callback_id: str | None = None
    ) -> Mix:
        """One body with `count` updates of every kind; what is in it."""
        parts = self.parts
        numbers = [self.number(n) for n in number_ids] if number_ids else [self.number()]
        found = mix.mixed(
            count, numbers, parts.traffic.crowd(20), self._dated, parts.chance, parts.shelf.shelve, malformed
        )
        parts.deliverer.put_together(found.updates, callback_id)
        return found

    def deliver_history(
        self, messages: int = 5000, threads: int = 50, number_id: str | None = None, **more: Any
    ) -> list[str]:
        """One `history` chunk; the wamids in it."""
        parts = self.parts
        people = history.past_customers(threads, parts.chance)
        chunk, wamids = history.chunk(self.number(number_id), people, messages, self._dated, parts.chance, **more)
        parts.deliverer.put_together([chunk])
        return wamids

    def decline_history(self, number_id: str | None = None) -> None:
        """The business did not want to share its history."""
        self.parts.deliverer.put(history.declined(self.number(number_id)))

    def deliver_field(self, field: str, value: dict[str, Any] | None = None, number_id: str | None = None) -> None:
        """An update of any other field, with its sample value or another one."""
        number = self.number(number_id)
        if value is not None and field not in account_fields.FIELDS:
            about = number.id if "metadata" in value else None
            update = Update(number.account_id, field, value, about)
        else:
            update = account_fields.update(number, field, self._dated, value)
        self.parts.deliverer.put(update)

    def deliver_test(self) -> None:
        """What the dashboard's Test button sends."""
        self.parts.deliverer.put(account_fields.dashboard_test())

    def deliver_errors(self, code: int = 131000, number_id: str | None = None) -> None:
        """A value that holds nothing but errors."""
        self.parts.deliverer.put(updates.errors(self.number(number_id), code))
