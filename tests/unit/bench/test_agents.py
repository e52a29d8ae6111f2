"""What is promised of the browser that has to hear what came of every send."""

import orjson
import pytest

from bench.agents import Hearing, Shift, sends
from bench.clicks import message_id
from bench.meta_end import WRITTEN_FIRST
from bench.webhooks import wamid
from services.api import views
from services.api.commands import SendRequest
from services.api.records import MessageRecord, Said
from services.push import frames
from shared.contract.chat import Origin
from shared.contract.content import Text, TextContent
from shared.contract.ids import ContactId, MessageId, NumberId, Wamid
from shared.contract.status import Status

SHIFT = Shift(
    port=1,
    path="",
    first=3,
    count=2,
    connections=1,
    live_port=2,
    live_path="",
    ready="",
    desk_port=3,
    customers=10,
    secrets=["s"],
)


def _change(name: str, record: MessageRecord) -> bytes:
    told = views.message(NumberId("1"), ContactId("c"), record).json_bytes()
    return b'{"cursor":"%b","kind":"message","value":%b}' % (name.encode(), told)


def _said(origin: Origin, serial: int, status: Status | None = None) -> bytes:
    content = TextContent(type="text", text=Text(body="Yes."))
    said = Said(origin=origin, content=content, sent_ms=1, received_ms=1)
    name = message_id(serial) if origin == "agent" else MessageId(wamid(serial))
    statuses = {} if status is None else {status: 1}
    return _change("1-0", MessageRecord(id=name, wamid=Wamid(wamid(serial)), said=said, statuses=statuses))


@pytest.mark.parametrize("piece", [7, 150, 100_000])
async def test_it_hears_what_was_read_and_what_was_written_however_the_stream_is_cut(piece: int) -> None:
    """What is sent and not read yet has not ended."""
    hearing = Hearing(SHIFT)
    told = b",".join(
        (
            _said("agent", 3, Status.DELIVERED),
            _said("agent", 4, Status.READ),
            b'{"cursor":"1-1","kind":"conversation","value":{"preview":{"status":"read","message_id":"x"}}}',
            _said("customer", WRITTEN_FIRST + 5),
        )
    )
    stream, kept = frames.text(b'{"type":"changes","changes":[%b]}' % told), b""

    for at in range(0, len(stream), piece):
        kept = hearing.listen(kept + stream[at : at + piece], float(at))

    assert {4} == hearing.read_s.keys()
    assert {WRITTEN_FIRST + 5} == hearing.written_s.keys()


def test_every_send_is_one_that_the_api_takes() -> None:
    """Its body fits its head and the request's model, and its id names the serial."""
    for serial, request in zip((3, 4), sends(SHIFT), strict=True):
        head, _, body = request.partition(b"\r\n\r\n")
        asked = SendRequest.model_validate_json(body)

        assert f"Content-Length: {len(body)}".encode() in head
        assert f"/conversations/1555000000{serial}/messages".encode() in head
        assert message_id(serial) == asked.id
        assert str(serial) in orjson.loads(body)["content"]["text"]["body"]
