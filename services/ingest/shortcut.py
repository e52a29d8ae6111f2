"""The short way in: a webhook of which all is known already is told to the broker in the turn of the loop it came in.

It decides nothing by itself: what needs the store, a thread, a refusal or a second look is left to the long way, which
begins anew.
"""

import time
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from services.ingest import spans, webhook
from services.ingest.document import Malformed
from services.ingest.intake import Intake, note_of
from services.ingest.room import Room
from services.ingest.settings import IngestSettings
from shared import tracing
from shared.broker.door import BrokerUnavailable
from shared.broker.groupcommit import GroupCommit
from shared.contract.ids import NumberId
from shared.hatch import Answer
from shared.http import unavailable
from shared.number_record import NumberRecord
from shared.registry import Registry
from shared.signature import HEADER

_HEADER = HEADER.lower()  # as names are here


class Shortcut:
    """Sits behind the hatch."""

    def __init__(
        self,
        registry: Registry,
        events: GroupCommit,
        intake: Intake,
        room: Room,
        settings: IngestSettings,
        taken: web.Response,
    ) -> None:
        self._registry = registry
        self._events = events
        self._intake = intake
        self._room = room
        self._bytes_max = min(settings.webhook_inline_bytes_max, settings.webhook_bytes_max)
        self.answers: Mapping[int, web.Response] = {
            HTTPStatus.OK: taken,
            HTTPStatus.SERVICE_UNAVAILABLE: unavailable(),
        }

    def take(self, rest: str, named: Mapping[str, str], body: bytes, answer: Answer) -> bool:
        """Whether all of it is on its way to the broker."""
        began_ns = time.time_ns() if tracing.on else 0
        length = len(body)
        workspace_id = self._registry.workspace_at_hand(rest)
        if workspace_id is None or length > self._bytes_max:
            return False
        try:
            read = webhook.read(body, named.get(_HEADER))
        except Malformed:
            return False
        records: dict[NumberId, NumberRecord] = {}
        for number_id in read.numbers:
            record = self._registry.number_at_hand(workspace_id, number_id)
            if record is None:  # among them the parts that are about no number
                return False
            records[number_id] = record
        verdict = self._intake.judge(read, records)
        admission = verdict.admission
        if admission is None:
            return False
        told = read.lines(workspace_id, admission, verdict.received_ms)
        if not told.lines or not self._room.takes(length):
            return False
        note = note_of(workspace_id, read, admission, verdict, told)
        contexts, traced = spans.begun(told, began_ns, read.numbers, length) if began_ns else ((), None)

        def confirmed(failure: BrokerUnavailable | None) -> None:
            self._room.give_back(length)
            if failure is None:
                self._intake.taken(note)
            status = HTTPStatus.OK if failure is None else HTTPStatus.SERVICE_UNAVAILABLE
            if traced is not None:
                traced(status)
            answer(status)

        try:
            self._events.add_soon(told.lines, confirmed, contexts)
        except BrokerUnavailable:
            self._room.give_back(length)
            return False
        return True
