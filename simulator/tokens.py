"""Access tokens: which are good, for which numbers, and which are refused on cue."""

from dataclasses import dataclass

SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")
TOKENS_MAX = 1_000


@dataclass(slots=True)
class Token:
    """A bearer token; `numbers` None is all of them, `refused_code` is what it answers instead of working.

    `expires_at` 0 is never, as in debug_token.
    """

    secret: str
    numbers: frozenset[str] | None = None
    scopes: tuple[str, ...] = SCOPES
    refused_code: int | None = None
    expires_at: float = 0.0

    def refusal(self, now: float) -> int | None:
        """The code this token is refused with now, if it is."""
        if self.refused_code is None and 0 < self.expires_at <= now:
            return 190
        return self.refused_code

    def sees(self, number_id: str) -> bool:
        """Whether a number exists as far as this token can tell."""
        return self.numbers is None or number_id in self.numbers


class Tokens:
    """All tokens that were ever good."""

    def __init__(self) -> None:
        self._by_secret: dict[str, Token] = {}

    def get(self, secret: str) -> Token | None:
        """The token, if it was ever one."""
        return self._by_secret.get(secret)

    def all(self) -> list[Token]:
        """Every token."""
        return list(self._by_secret.values())

    def add(self, token: Token) -> Token:
        """Make a token good; past the bound the oldest is forgotten."""
        self._by_secret.pop(token.secret, None)
        self._by_secret[token.secret] = token
        if len(self._by_secret) > TOKENS_MAX:
            del self._by_secret[next(iter(self._by_secret))]
        return token

    def refuse(self, secret: str, code: int) -> None:
        """Expire or revoke a token; an unknown one stays unknown."""
        if token := self._by_secret.get(secret):
            token.refused_code = code

    def accept(self, secret: str) -> None:
        """Make a refused token good again."""
        if token := self._by_secret.get(secret):
            token.refused_code = None
