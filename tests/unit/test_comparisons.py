"""Secrets are compared in a time that does not tell how much of a guess was right: no `==` where one stands."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECRET = re.compile(
    r"(?:^|_)(?:secrets?|tokens?|passwords?|signatures?|digests?|hmac|mac|claimed|join_keys?|invites?|guess|expected)$"
)
OPENED = ("get_secret_value", "digest", "hexdigest", "compute")

# Looked up or counted, never matched against what a stranger sent.
EXEMPT = {
    ("services/push/sockets.py", "socket.digest in revoked"): "digests of tokens that were shown, all of them known",
    ("services/api/changes.py", "caller.digest not in await self._credentials.still_good([caller.digest])"): "the same",
    ("shared/auth.py", "digest not in good"): "digests of tokens that were shown, looked up by Redis",
    ("services/api/eraser.py", "digest(name) in gone"): "names of erased messages, which nobody guesses for us",
    ("services/api/eraser.py", "digest(n) in names"): "the same of contacts",
    ("services/api/rounds.py", "digest(name) in loaded.felled"): "names of erased messages",
    ("services/api/traces.py", "self.digest(name) in self.names"): "the same",
}


def names(node: ast.expr) -> Iterator[str]:
    """What an operand is called, without what it is put into or taken from."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Call(func=called):
            yield from names(called)
        case ast.Subscript(value=inner) | ast.Await(value=inner):
            yield from names(inner)
        case ast.Subscript():
            pass


def is_secret(node: ast.expr) -> bool:
    """Whether its name says that it is one, or that one was just opened."""
    if isinstance(node, ast.Call):
        return any(name in OPENED for name in names(node)) or (
            isinstance(node.func, ast.Attribute)
            and is_secret(node.func.value)
            and node.func.attr in ("encode", "strip")
        )
    return any(SECRET.search(name) for name in names(node))


def open_comparisons(source: str) -> list[str]:
    """Every comparison that stops at the first letter that differs, with a secret on one side."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        stops = any(isinstance(how, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for how in node.ops)
        against_words = any(isinstance(side, ast.Constant | ast.Tuple | ast.Set) for side in sides)
        if stops and not against_words and any(is_secret(side) for side in sides):
            found.append(ast.unparse(node))
    return found


def sources() -> list[Path]:
    """Everything that runs in production."""
    return sorted(path for folder in ("services", "shared") for path in (ROOT / folder).glob("**/*.py"))


def test_no_secret_is_compared_letter_by_letter() -> None:
    """`hmac.compare_digest`, or a lookup of a hash."""
    found = [(str(path.relative_to(ROOT)), line) for path in sources() for line in open_comparisons(path.read_text())]

    assert [] == [each for each in found if each not in EXEMPT]


@pytest.mark.parametrize(
    "line",
    [
        "given == self.join_key",
        "record.app_secret.get_secret_value() != secret",
        "hmac.digest(key, body, 'sha256') == claimed",
        "hashlib.sha256(x).hexdigest() == y",
        "token in known",
        "request.headers['X'] == verify_token",
        "verify_token.encode() == told",
    ],
)
def test_the_search_finds_them(line: str) -> None:
    """Or it would prove nothing."""
    assert [line] == open_comparisons(line)


@pytest.mark.parametrize(
    "line", ["kind == 'token'", "secret is None", "len(token) > 3", "hmac.compare_digest(a, token)"]
)
def test_the_search_finds_nothing_else(line: str) -> None:
    """A check that cries wolf is switched off."""
    assert [] == open_comparisons(line)
