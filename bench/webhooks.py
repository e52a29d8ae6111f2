"""The bodies that every side gets: what Meta sends of a busy number, one update each, told apart by a serial."""

import hashlib
import hmac
import re
from collections.abc import Iterator

import orjson

NUMBER_ID = "106540352242922"
APP_SECRET = "the app secret of the benchmarks"  # noqa: S105 (it guards nothing)

# Meta's top tier: 1,000 sends a second, three statuses of each, and 300 messages of customers.
STATUSES_PER_MESSAGE = 10
_STATES = ("sent", "delivered", "read")
_CUSTOMERS = 1_000
_BEGAN_S = 1_785_000_000

_SERIAL = re.compile(rb"wamid\.HBgLMTU1NTAwMDExMTEVAgARGBQ([0-9A-F]{12})")


def body(serial: int, customer: int | None = None) -> bytes:
    """The webhook of this serial, the same whenever it is asked for; of a customer of its own choice, unless told."""
    customer = serial % _CUSTOMERS if customer is None else customer
    at_s = _BEGAN_S + serial // 3_300
    if serial % (STATUSES_PER_MESSAGE + 1) == 0:
        return written(serial, customer, at_s)
    return status(serial, _STATES[serial % 3], customer, at_s)


def several(serial: int, updates: int, text: str = "") -> bytes:
    """Messages of one customer in one body: this serial and those that follow."""
    return written(serial, serial // updates % _CUSTOMERS, _BEGAN_S + serial // 3_300, text, updates)


def written(serial: int, customer: int, at_s: int, text: str = "", updates: int = 1) -> bytes:
    """A message of this customer; more updates than one have the serials that follow."""
    messages = [
        {
            "from": _wa_id(customer),
            "from_user_id": _bsuid(customer),
            "id": wamid(each),
            "timestamp": str(at_s),
            "type": "text",
            "text": {"body": text or f"Is the blue one still there? I saw it on your page yesterday ({each})."},
        }
        for each in range(serial, serial + updates)
    ]
    return _body(customer, {"messages": messages})


def status(serial: int, state: str, customer: int, at_s: int) -> bytes:
    """How far a message to this customer has got."""
    told: dict[str, object] = {
        "id": wamid(serial),
        "status": state,
        "timestamp": str(at_s),
        "recipient_id": _wa_id(customer),
        "recipient_user_id": _bsuid(customer),
        "biz_opaque_callback_data": f"00000000-0000-4000-8000-{serial:012x}",
    }
    if state == "sent":
        told["pricing"] = {"billable": True, "pricing_model": "PMP", "category": "utility", "type": "regular"}
    return _body(customer, {"statuses": [told]})


def _body(customer: int, updates: dict[str, object]) -> bytes:
    contact = {
        "profile": {"name": f"Customer {customer}"},
        "wa_id": _wa_id(customer),
        "user_id": _bsuid(customer),
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER_ID},
        "contacts": [contact],
        **updates,
    }
    change = {"value": value, "field": "messages"}
    return orjson.dumps(
        {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}
    )


def _wa_id(customer: int) -> str:
    return f"1555{customer:07d}"


def _bsuid(customer: int) -> str:
    return f"US.{13491208655302741918 + customer}"


def wamid(serial: int) -> str:
    """Of Meta's length and look."""
    return f"wamid.HBgLMTU1NTAwMDExMTEVAgARGBQ{serial:012X}AA=="


def serials(stored: bytes) -> Iterator[int]:
    """The serials that a stored text names, whatever form it was stored in."""
    return (int(found, 16) for found in _SERIAL.findall(stored))


def request(serial: int, host: str, path: str) -> bytes:
    """The whole request of this serial."""
    return signed(body(serial), host, path)


def signed(content: bytes, host: str, path: str) -> bytes:
    """The whole request, signed as Meta signs it."""
    signature = hmac.digest(APP_SECRET.encode(), content, hashlib.sha256).hex()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\n"
        f"Content-Type: application/json\r\nX-Hub-Signature-256: sha256={signature}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def reading(host: str, path: str, secret: str) -> bytes:
    """Not Meta's: what a browser asks of the api, with its credential."""
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\nAuthorization: Bearer {secret}\r\n\r\n"
    return head.encode()
