"""Which tokens are good."""

from simulator.tokens import TOKENS_MAX, Token, Tokens


def test_a_refused_token_can_be_accepted_again() -> None:
    """Refusing is a switch."""
    tokens = Tokens()
    token = tokens.add(Token("a"))
    tokens.refuse("a", 190)

    assert 190 == token.refusal(now=0)
    tokens.accept("a")
    assert token.refusal(now=0) is None


def test_a_token_expires_by_itself() -> None:
    """From its time on it is 190."""
    token = Token("a", expires_at=100.0)

    assert token.refusal(now=99) is None
    assert 190 == token.refusal(now=100)


def test_a_token_sees_only_its_numbers() -> None:
    """None is all of them."""
    assert Token("a").sees("1")
    assert Token("a", frozenset({"1"})).sees("1")
    assert not Token("a", frozenset({"1"})).sees("2")


def test_tokens_are_bounded() -> None:
    """The oldest is forgotten."""
    tokens = Tokens()
    for n in range(TOKENS_MAX + 1):
        tokens.add(Token(str(n)))

    assert tokens.get("0") is None
    assert TOKENS_MAX == len(tokens.all())
