"""Webhook bodies for tests: the smallest true ones, and the files of this folder by name."""

import hashlib
import hmac
import itertools
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NUMBER = "106540352242922"
DISPLAY_NUMBER = "15550783881"
ACCOUNT = "102290129340398"
CONTACT = "5511987654321"
SENT_S = 1_785_000_000

_serial = itertools.count(1)


def names() -> list[str]:
    """Every payload file."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def raw(name: str) -> bytes:
    """A payload file as it would come over the wire."""
    return (FOLDER / f"{name}.json").read_bytes()


def message(words: str = "hello", **more: Any) -> dict[str, Any]:
    """A text of the usual contact, with a wamid of its own."""
    wamid = f"wamid.TEST{next(_serial):08d}"
    told = {"from": CONTACT, "id": wamid, "timestamp": str(SENT_S), "type": "text", "text": {"body": words}}
    return {**told, **more}


def status(wamid: str, word: str = "delivered", **more: Any) -> dict[str, Any]:
    """A status of a message of ours."""
    return {"id": wamid, "status": word, "timestamp": str(SENT_S + 5), "recipient_id": CONTACT, **more}


def value(number: str = NUMBER, **lists: Any) -> dict[str, Any]:
    """A value about a number."""
    metadata = {"display_phone_number": DISPLAY_NUMBER, "phone_number_id": number}
    return {"messaging_product": "whatsapp", "metadata": metadata, **lists}


def change(told: Any, field: str = "messages") -> dict[str, Any]:
    """A change of a field."""
    return {"field": field, "value": told}


def envelope(*changes: Any) -> dict[str, Any]:
    """One entry with these changes."""
    return {"object": "whatsapp_business_account", "entry": [{"id": ACCOUNT, "changes": list(changes)}]}


def texts(*words: str, number: str = NUMBER) -> bytes:
    """A body with a message for each of the words."""
    return dump(envelope(change(value(number, messages=[message(each) for each in words]))))


def account(event: str = "ACCOUNT_RESTRICTION") -> bytes:
    """A body about the account, which names no number."""
    return dump(envelope(change({"event": event}, "account_update")))


def dump(document: Any) -> bytes:
    """As Meta writes it: escaped to ASCII."""
    return json.dumps(document).encode()


def signed(body: bytes, secret: str) -> str:
    """The header that proves a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
