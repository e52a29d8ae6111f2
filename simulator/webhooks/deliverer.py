"""Hands every update to the callbacks it is for, with the disorder and repetition that were asked for."""

import asyncio
from collections.abc import Iterable

import aiohttp

from simulator.chance import Chance
from simulator.ledger import Ledger
from simulator.settings import Settings
from simulator.tuning import Tuning
from simulator.webhooks import signature, wire
from simulator.webhooks.callback import Callback, chosen, handshake
from simulator.webhooks.envelope import Update, wrap
from simulator.webhooks.outbox import Outbox
from simulator.webhooks.subscriptions import Subscriptions

CALLBACKS_MAX = 100
HELD_MAX = 100_000


class Deliverer:
    """All callbacks and their outboxes; updates that come before the first callback wait for it."""

    def __init__(
        self, http: aiohttp.ClientSession, settings: Settings, tuning: Tuning, chance: Chance, ledger: Ledger
    ) -> None:
        self._http = http
        self._settings = settings
        self._tuning = tuning
        self._chance = chance
        self._ledger = ledger
        self._outboxes: dict[str, Outbox] = {}
        self._early: list[Update] = []
        self._held: dict[int, asyncio.TimerHandle] = {}
        self.paused = False
        self.subscriptions = Subscriptions()

    @property
    def callbacks(self) -> list[Callback]:
        """Every callback."""
        return [o.callback for o in self._outboxes.values()]

    def outbox(self, callback_id: str | None = None) -> Outbox:
        """The outbox of a callback, or of the first."""
        if not self._outboxes:
            raise ValueError("no callback is set")
        return self._outboxes[callback_id or next(iter(self._outboxes))]

    async def set_callback(self, callback: Callback, verify: bool = True) -> Callback:
        """Set or replace a callback; Meta refuses one whose handshake fails, and so does this unless told not to."""
        if callback.id not in self._outboxes and len(self._outboxes) >= CALLBACKS_MAX:
            raise ValueError(f"no more than {CALLBACKS_MAX} callbacks")
        if verify:
            verified, why = await handshake(callback, self._http, self._tuning.webhook_timeout_s)
            self._ledger.add(
                "note", what="callback.verified" if verified else "callback.refused", id=callback.id, why=why
            )
            if not verified:
                raise ValueError(why)
            callback = callback.with_verified(True)
        if known := self._outboxes.get(callback.id):
            known.callback = callback
        else:
            self._outboxes[callback.id] = outbox = Outbox(
                callback,
                self._http,
                self._tuning,
                self._chance,
                self._ledger,
                self._settings.backlog_updates_max,
                self._settings.backlog_posts_max,
            )
            outbox.paused = self.paused
        early, self._early = self._early, []
        for update in early:
            self._hand_over(update)
        return callback

    async def remove_callback(self, callback_id: str) -> bool:
        """End a subscription; what it had not delivered is gone."""
        outbox = self._outboxes.pop(callback_id, None)
        if outbox is None:
            return False
        await outbox.close()
        return True

    def put(self, update: Update) -> None:
        """Deliver an update to whoever it is for, perhaps later than its neighbours."""
        if self._chance.happens(self._tuning.disorder_rate) and len(self._held) < HELD_MAX:
            pause_s = self._chance.delivery.uniform(0, self._tuning.disorder_delay_s)
            self._held[id(update)] = asyncio.get_running_loop().call_later(pause_s, self._let_go, update)
        else:
            self._hand_over(update)

    def put_together(self, updates: Iterable[Update], callback_id: str | None = None) -> int:
        """Deliver updates as one body, however many they are; answers its size in bytes."""
        updates = list(updates)
        body = wire.encode(wrap(updates, self._tuning.batch_shape, self._chance.delivery), self._tuning.body_encoding)
        outboxes = [self.outbox(callback_id)] if callback_id else self._for_all(updates)
        if not outboxes:
            raise ValueError("no callback takes this")
        for outbox in outboxes:
            outbox.put_body(body, len(updates))
        return len(body)

    async def post_raw(
        self, body: bytes, callback_id: str | None = None, mode: signature.Mode | None = None, retry: bool = False
    ) -> int | None:
        """Post exact bytes once and answer the HTTP code; with `retry`, queue them like any other body."""
        outbox = self.outbox(callback_id)
        if retry:
            outbox.put_body(body, 1)
            return None
        code, _ = await outbox.attempt(body, mode or self._tuning.signature)
        return code

    def pause(self) -> None:
        """Hold all webhooks back, as in an outage at Meta."""
        self.paused = True
        for outbox in self._outboxes.values():
            outbox.paused = True

    def resume(self) -> None:
        """Let them go."""
        self.paused = False
        for outbox in self._outboxes.values():
            outbox.paused = False
        self.pump()

    def pump(self) -> None:
        """Start whatever may start, after a dial was turned."""
        for outbox in self._outboxes.values():
            outbox.pump()

    def hurry(self) -> None:
        """Try again at once whatever waits for its next attempt."""
        for outbox in self._outboxes.values():
            outbox.hurry()

    @property
    def idle(self) -> bool:
        """Whether everything has been delivered."""
        return not self._early and not self._held and all(o.idle for o in self._outboxes.values())

    def depths(self) -> dict[str, dict[str, int]]:
        """What waits where."""
        return {callback_id: o.depth for callback_id, o in self._outboxes.items()}

    def clear(self) -> None:
        """Forget what waits."""
        self._early.clear()
        for timer in self._held.values():
            timer.cancel()
        self._held.clear()
        for outbox in self._outboxes.values():
            outbox.clear()

    async def close(self) -> None:
        """Stop all outboxes."""
        self.clear()
        await asyncio.gather(*(o.close() for o in self._outboxes.values()))

    def _for_all(self, updates: list[Update]) -> list[Outbox]:
        ids = {c.id for u in updates for c in chosen(self.callbacks, u.account_id, u.number_id, u.field)}
        return [o for callback_id, o in self._outboxes.items() if callback_id in ids]

    def _let_go(self, update: Update) -> None:
        self._held.pop(id(update), None)
        self._hand_over(update)

    def _hand_over(self, update: Update) -> None:
        if not self._outboxes:
            if len(self._early) < self._settings.backlog_updates_max:
                self._early.append(update)
            return
        if not self.subscriptions.ours(update.account_id):
            return
        if len(self._outboxes) == 1:
            # The usual case, once per update: no lists are built.
            only = next(iter(self._outboxes.values()))
            if only.callback.scope == "app" and only.callback.takes(update.account_id, update.number_id):
                only.put(update)
            return
        for callback in chosen(self.callbacks, update.account_id, update.number_id, update.field):
            self._outboxes[callback.id].put(update)
