"""The look through the tree: what it must find, and what it must leave alone."""

import base64
import hashlib
import json

import pytest

from tools.leaks import PINNED, secrets_in, unlocked, unpinned

# Put together here, so that this file itself holds none of them.
HEX = hashlib.sha512(b"as good as any").hexdigest()  # the same in every process that runs tests
TOKEN = base64.urlsafe_b64encode(hashlib.sha256(b"as good as any").digest()).decode().rstrip("=")
HASH = "--hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    "text",
    [
        f"cis_{TOKEN}",
        f"EAA{HEX[:120]}",
        "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEAxyz0123456789",
        "AKIA" + "ABCDEFGH01234567",
        "ghp_" + HEX[:40],
        "amqp://inbox:" + "hunter2hunter2" + "@broker/",
        f'INBOX_SECRET_KEYS="{TOKEN}1a"',
        f"app_secret = '{HEX[:64]}'",
        f'"access_token": "1a{TOKEN}"',
    ],
)
def test_a_secret_is_found(text: str) -> None:
    """By its form, or by what it is called."""
    assert secrets_in(f"before {text} after")


@pytest.mark.parametrize(
    "text",
    [
        'INBOX_SECRET_KEYS=""',
        "app_secret: the_app_secret_of_the_number",
        'token = "a token that is no token at all"',
        "amqp://guest:guest@127.0.0.1/",
        "secret = record.access_token.get_secret_value()",
        f"integrity: sha512-{TOKEN}",
    ],
)
def test_what_is_none_is_left_alone(text: str) -> None:
    """A check that cries wolf is switched off."""
    assert [] == secrets_in(text)


def test_a_lock_names_versions_and_hashes_and_nothing_else() -> None:
    """Whoever installs gets what was looked at."""
    assert [] == unpinned(
        f"# made\naio-pika==10.2.1 \\\n    {HASH} \\\n    {HASH}\n    # via x\nredis[hiredis]==8.1.0 \\\n {HASH}\n"
    )
    assert ["aio-pika: without a hash"] == unpinned(f"aio-pika==10.2.1\nredis==8.1.0 \\\n    {HASH}\n")
    for line in ("aio-pika>=10", "aio-pika @ git+https://example.org/x", "--index-url https://example.org/", "-e ."):
        assert unpinned(f"{line} \\\n    {HASH}\n"), line
    assert PINNED.match("uvloop==0.23.0 ; sys_platform != 'win32' \\") or PINNED.match("uvloop==0.23.0 \\")


def test_so_does_the_lock_of_the_page() -> None:
    """A checksum for each, and no address."""
    good = {"node_modules/a": {"version": "1", "integrity": "sha512-x"}, "": {}, "node_modules/b": {"link": True}}

    assert [] == unlocked(json.dumps({"packages": good}))
    for wrong in ({"version": "1"}, {"integrity": "sha512-x", "resolved": "https://example.org/a.tgz"}):
        assert unlocked(json.dumps({"packages": {"node_modules/a": wrong}}))
