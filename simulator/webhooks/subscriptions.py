"""Which apps an account sends its webhooks to, and which fields of them ours is subscribed to."""

from dataclasses import dataclass, field

OTHERS_MAX = 20
FIELDS = ("messages", "smb_message_echoes", "history", "standby", "account_update", "phone_number_name_update")


@dataclass(slots=True)
class Subscriptions:
    """By account; what other apps get is nobody's business here."""

    fields: tuple[str, ...] = FIELDS  # what the app page has ticked; what is sent does not depend on it
    _without_us: set[str] = field(default_factory=set)
    _others: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ours(self, account_id: str) -> bool:
        """Whether our app gets the account's webhooks."""
        return account_id not in self._without_us

    def subscribe(self, account_id: str, subscribed: bool = True) -> None:
        """Put our app on, or take it off."""
        if subscribed:
            self._without_us.discard(account_id)
        else:
            self._without_us.add(account_id)

    def others(self, account_id: str) -> tuple[str, ...]:
        """Names of other subscribed apps."""
        return self._others.get(account_id, ())

    def let_others(self, account_id: str, names: tuple[str, ...]) -> None:
        """These and no more."""
        if len(names) > OTHERS_MAX:
            raise ValueError(f"no more than {OTHERS_MAX} other apps")
        self._others[account_id] = names
