"""The short way in: it takes what all is known of, and leaves the rest to the long way as if nothing had been."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.ingest import app
from services.ingest.intake import Intake
from services.ingest.room import REQUEST_BYTES, Room
from services.ingest.settings import IngestSettings
from services.ingest.shortcut import Shortcut
from shared.broker import BrokerUnavailable
from shared.broker.groupcommit import GroupCommit, Limits
from shared.contract import events
from shared.contract.events import MessageReceived
from shared.contract.ids import NumberId, WorkspaceId
from shared.number_record import NumberRecord
from shared.topology import EVENTS
from tests.payloads import bodies
from tests.unit.services.ingest.test_intake import Noted
from tests.unit.services.ingest.test_signature import NOW_MS, record
from tests.unit.shared.broker.confirms import Confirms, settle

W, KEY = WorkspaceId("w"), "key"
NUMBER = NumberId(bodies.NUMBER)
BODY = bodies.texts("hello")


class Way:
    """The shortcut, with all around it by hand."""

    def __init__(self, *, room_bytes: int = 1_000_000, buffer_lines_max: int = 100) -> None:
        self.confirms = Confirms()
        self.records: dict[NumberId, NumberRecord] = {NUMBER: record(NUMBER, "s")}
        self.answers: list[int] = []
        self.noted = Noted()
        registry = SimpleNamespace(
            workspace_at_hand=lambda key: W if key == KEY else None,
            number_at_hand=lambda _, number_id: self.records.get(number_id),
        )
        self.room = Room(room_bytes)
        commit = GroupCommit(cast("Any", self.confirms), EVENTS, limits=Limits(buffer_lines_max=buffer_lines_max))
        self.intake = intake = Intake(self.noted, self.noted, lambda: NOW_MS)  # type: ignore[arg-type]
        settings = IngestSettings(
            amqp_url=None, redis_url="redis://localhost", secret_keys=(b"k" * 32,), webhook_inline_bytes_max=2_000
        )
        self.shortcut = Shortcut(cast("Any", registry), commit, intake, self.room, settings, app.taken())

    def take(self, body: bytes = BODY, *, key: str = KEY, signed: str | None = "s") -> bool:
        """A body, signed with this secret."""
        named: Mapping[str, str] = {} if signed is None else {"x-hub-signature-256": bodies.signed(body, signed)}
        return self.shortcut.take(key, named, body, self.answers.append)

    @property
    def is_empty(self) -> bool:
        """Whether all room is free."""
        found = self.room.takes(1_000_000 - REQUEST_BYTES)
        if found:
            self.room.give_back(1_000_000 - REQUEST_BYTES)
        return found


async def test_the_answer_comes_when_the_broker_has_every_event() -> None:
    """And not before; then it is noted, and its room is free again."""
    way = Way()
    assert way.take()
    await settle()
    (line,) = way.confirms.bodies
    told = events.decode(line)
    assert isinstance(told, MessageReceived)
    assert (W, NUMBER, "verified", NOW_MS) == (told.workspace_id, told.number_id, told.signature, told.received_ms)
    assert ([], False, []) == (way.answers, way.is_empty, way.noted.unsigned)

    way.confirms.confirm(0)
    await settle()
    way.intake.tell()
    assert ([200], True, [False]) == (way.answers, way.is_empty, way.noted.unsigned)


async def test_a_broker_that_does_not_confirm_is_a_503() -> None:
    """Nothing is noted, and Meta comes again."""
    way = Way()
    assert way.take()
    await settle()
    way.confirms.fail(0, BrokerUnavailable("away"))
    await settle()
    way.intake.tell()
    assert ([503], True, []) == (way.answers, way.is_empty, way.noted.unsigned)
    assert {200, 503} == way.shortcut.answers.keys()


STRANGE = {
    "forged": (BODY, "another secret"),
    "unsigned": (BODY, None),
    "no JSON": (b"{", "s"),
    "large": (bodies.texts("x" * 2_000), "s"),
    "of a number that is not known": (
        bodies.dump(bodies.envelope(bodies.change(bodies.value("999", messages=[bodies.message("a")])))),
        "s",
    ),
    "of no number": (bodies.dump(bodies.envelope({"field": "account_update", "value": {}})), "s"),
    "of nothing": (b'{"object": "whatsapp_business_account", "entry": []}', "s"),
}


@pytest.mark.parametrize(("body", "signed"), STRANGE.values(), ids=STRANGE)
async def test_what_is_not_plain_is_left_alone(body: bytes, signed: str | None) -> None:
    """Nothing is published, noted, answered or held."""
    way = Way()
    assert not way.take(body, signed=signed)
    await settle()
    assert ([], [], [], [], True) == (
        way.confirms.bodies,
        way.answers,
        way.noted.unsigned,
        way.noted.seen,
        way.is_empty,
    )


async def test_whose_key_is_not_known_is_left_alone() -> None:
    """It may be nobody's; the store knows."""
    assert not Way().take(key="another")


async def test_what_there_is_no_room_for_is_left_alone() -> None:
    """Neither in the room nor in the buffer before the broker."""
    assert not Way(room_bytes=REQUEST_BYTES).take()

    way = Way(buffer_lines_max=1)
    taken = [way.take() for _ in range(3)]
    await asyncio.sleep(0)
    assert [True, False, False] == taken
    await settle()
    way.confirms.confirm(0)
    await settle()
    assert ([200], True) == (way.answers, way.is_empty)
