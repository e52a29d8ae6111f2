"""What is promised of the bodies that every side gets."""

import json

from bench.webhooks import APP_SECRET, NUMBER_ID, STATUSES_PER_MESSAGE, body, request, serials, several
from services.ingest import webhook
from services.ingest.signature import Admission
from shared.contract.ids import NumberId, WorkspaceId
from shared.signature import Proof

EVERY = range(2 * (STATUSES_PER_MESSAGE + 1))


def test_ingest_understands_every_part_of_them() -> None:
    """Nothing is set aside as unreadable or unknown; there is an event of the message or status each."""
    for serial in EVERY:
        read = webhook.read(body(serial), None)
        lines = read.lines(WorkspaceId("w"), Admission({NumberId(NUMBER_ID): "verified"}, frozenset()), 0)
        types = [json.loads(line)["type"] for line in lines.lines]

        assert not lines.oddities
        assert ("message.received" if serial % (STATUSES_PER_MESSAGE + 1) == 0 else "status.reported") in types


def test_a_serial_is_found_in_the_body_and_in_what_ingest_makes_of_it() -> None:
    """So that ledgers of all sides can be compared."""
    for serial in EVERY:
        read = webhook.read(body(serial), None)
        lines = read.lines(WorkspaceId("w"), Admission({NumberId(NUMBER_ID): "verified"}, frozenset()), 0)

        assert [serial] == list(serials(body(serial)))
        assert {serial} == set(serials(b"\n".join(lines.lines)))


def test_a_request_is_signed_over_its_exact_bytes() -> None:
    """As Meta does."""
    head, _, content = request(7, "127.0.0.1:1", "/webhooks/k").partition(b"\r\n\r\n")
    told = dict(line.split(": ", 1) for line in head.decode().splitlines()[1:])

    assert str(len(content)) == told["Content-Length"]
    assert Proof(content, told["X-Hub-Signature-256"]).by_any([APP_SECRET.encode()])


def test_three_statuses_in_three_make_ten_for_each_message() -> None:
    """Meta's top tier: 3,000 statuses and 300 messages a second."""
    messages = sum(b'"messages":[' in body(serial) for serial in range(3_300))

    assert 300 == messages


def test_several_messages_in_a_body_have_the_serials_that_follow_one_another() -> None:
    """Ingest makes an event of each; with a text of its own a body is as long as it makes it."""
    read = webhook.read(several(40, 10), None)
    lines = read.lines(WorkspaceId("w"), Admission({NumberId(NUMBER_ID): "verified"}, frozenset()), 0)

    assert not lines.oddities
    assert set(range(40, 50)) == set(serials(b"\n".join(lines.lines)))
    assert len(several(40, 1, "x" * 5_000)) > 5_000 > len(several(40, 1))
