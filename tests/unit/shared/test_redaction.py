"""Redaction: whatever is said, nothing private is readable."""

import re
import string
from typing import Any

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from shared.redaction import REDACTED, Shown, hashed, redact, use_key

NAMES = st.text(string.ascii_lowercase + "_", min_size=1, max_size=12)
AROUND = st.text(string.ascii_letters + " ,;:!'\"\n", max_size=20)
TOKENS = st.text(string.ascii_letters + string.digits, min_size=20, max_size=60).map(lambda rest: f"EAA{rest}")
BEARERS = st.text(string.ascii_letters + string.digits + "._-", min_size=8, max_size=60)
WAMIDS = st.text(string.ascii_letters + string.digits + "+/=", min_size=16, max_size=60).map(
    lambda rest: f"wamid.{rest}"
)
DIGITS = st.text(string.digits, min_size=8, max_size=15)
SEPARATORS = st.sampled_from(["", " ", "-", ".", "(", ") "])


@st.composite
def phones(draw: st.DrawFn) -> str:
    """A phone number as people and programs write it."""
    separated = "".join(digit + draw(SEPARATORS) for digit in draw(DIGITS))
    return draw(st.sampled_from(["", "+"])) + separated.rstrip(" -.()")


def nested(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value with the leaf somewhere inside."""
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(NAMES, inner, min_size=1, max_size=3),
        max_leaves=4,
    )


def line(facts: dict[str, Any]) -> str:
    """How it would be written."""
    return orjson.dumps(redact(facts)).decode()


@given(name=NAMES, before=AROUND, after=AROUND, token=TOKENS, wrap=st.data())
def test_a_graph_token_is_never_readable(name: str, before: str, after: str, token: str, wrap: st.DataObject) -> None:
    """Wherever it stands: in an event, in a text, deep in a structure, as a name."""
    assume(token[3:] not in before + after)
    value = wrap.draw(nested(st.just(f"{before} {token} {after}")))

    assert token[3:] not in line({name: value, "event": f"{before}{token}", token: 1})


@given(before=AROUND, secret=BEARERS)
def test_a_bearer_is_never_readable(before: str, secret: str) -> None:
    """Headers that slip into a text keep their secret."""
    said = line({"event": f"{before} Authorization: Bearer {secret}"})

    assert REDACTED in said
    assert secret not in said.replace(REDACTED, "").replace("Authorization: Bearer", "").replace(before, "")


@given(name=NAMES, before=AROUND, wamid=WAMIDS)
def test_a_wamid_is_never_readable(name: str, before: str, wamid: str) -> None:
    """A wamid embeds a phone number."""
    assume(wamid[6:] not in before)
    assert wamid[6:] not in line({name: f"{before} {wamid}", "event": wamid})


@given(name=NAMES, before=AROUND, phone=phones(), wrap=st.data())
def test_a_phone_is_never_readable(name: str, before: str, phone: str, wrap: st.DataObject) -> None:
    """However it is written: with spaces, dashes, dots, brackets, as a number, as a name."""
    value = wrap.draw(nested(st.just(f"{before}{phone}")))
    digits = re.sub(r"\D", "", phone)
    said = line({name: value, "event": f"{before} {phone}", phone: "x", "seen": int(digits)})

    address = re.fullmatch(r"(\d{1,3}\.){3}\d{1,3}", phone)
    assert phone not in said or address
    assert digits not in re.sub(r"[^\d]", "", said) or address


@pytest.mark.parametrize(
    "name",
    [
        *("text", "body", "content", "path", "query", "query_string", "url", "payload", "raw", "caption", "preview"),
        *("message", "name", "agent_name", "headers"),
        *("access_token", "verify_token", "token", "secret", "app_secret", "password", "authorization", "cookie"),
        *("phone", "display_phone_number", "wa_id", "contact", "contact_name", "username", "join_key"),
    ],
)
def test_a_private_name_hides_whatever_it_holds(name: str) -> None:
    """Known names need no pattern to be recognised by."""
    held = [{"inner": "hello"}, "hello"]

    assert "hello" not in line({name: "hello", "deep": {name: held}, "many": [{name: "hello"}]})


@pytest.mark.parametrize(
    "name", ["message_id", "contact_id", "number_id", "workspace_id", "wamid", "id", "ids", "digest"]
)
def test_an_id_becomes_the_same_hash_each_time(name: str) -> None:
    """Lines of one message can be found together, and the id is not in them."""
    use_key(b"k" * 32)
    said = redact({name: "15557654321"})

    assert {name: hashed("15557654321")} == said
    assert said == redact(said)
    assert re.fullmatch(r"~[g-v]{12}", said[name])


def test_another_installation_has_other_hashes() -> None:
    """Without the key nobody can find out whose hash it is by trying phone numbers."""
    use_key(b"a" * 32)
    one = hashed("15557654321")
    use_key(b"b" * 32)

    assert one != hashed("15557654321")


def test_what_operators_need_stays_readable() -> None:
    """Redaction that hides everything would be switched off."""
    facts = {
        "event": "send.attempted",
        "route": "/v1/numbers/{number_id}/conversations/{contact_id}/messages",
        "webhook": "/webhooks/{key}",
        "status": 202,
        "graph_code": 131047,
        "took_ms": 12345678,
        "at_ms": 1795360000000,
        "took_s": 0.25,
        "token_count": 3,
        "peer": "192.168.100.200:5672",
        "queue": "projector.dead",
        "ok": True,
        "none": None,
    }

    assert facts == redact(facts)


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("amqp://guest:hunter2@rabbit:5672/", "hunter2"),
        ("GET /webhooks/k3ykxq83hd?hub.verify_token=abc", "k3ykxq83hd"),
        ("GET /webhooks/k3ykxq83hd?hub.verify_token=abc", "abc"),
        ("/v1/numbers/10654/conversations/US.1349x", "10654"),
        ("contact US.13491208655302741918 wrote", "1349"),
        ("session cis_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", "0123456789abc"),
    ],
)
def test_what_else_could_slip_into_a_text_is_hidden(said: str, hidden: str) -> None:
    """Addresses with passwords, paths with ids, and our own secrets."""
    assert hidden not in line({"event": said})


def test_only_what_is_shown_on_purpose_is_shown() -> None:
    """The join key that was just made has to reach its operator; nothing else does."""
    assert {"join_key": "abc-123"} == redact({"join_key": Shown("abc-123")})
    assert {"join_key": REDACTED} == redact({"join_key": "abc-123"})


def test_what_is_no_plain_value_is_named_by_its_type() -> None:
    """A model's own text would hold its fields."""

    class Note(BaseModel):
        words: str

    said = redact({"a": Note(words="hello"), "b": SecretStr("x"), "c": b"hello", "d": ValueError("hello")})

    assert {"a": "<Note>", "b": "<SecretStr>", "c": "<bytes>", "d": "<ValueError>"} == said


def test_a_line_is_bounded_however_large_its_facts_are() -> None:
    """A log is for reading, and a loop in it must end."""
    deep: list[Any] = []
    deep.append(deep)

    assert 10_000 > len(line({"long": "x" * 1_000_000, "many": list(range(100_000)), "deep": deep}))
