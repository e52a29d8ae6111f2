"""The feed over plain HTTP: pull mode, catching up after a gap, and a long poll."""

import asyncio

from services.api.entrance import unauthenticated
from services.api.fields import CHANGES_LIMIT, ChangesLimit, FeedCursor, WaitS
from services.api.limits import Places
from services.api.route import Answer, Call, Nothing, Request, route
from shared.auth import Credentials
from shared.contract.chat import View
from shared.contract.feed import Change, Cursor
from shared.feed import Feed, Watch
from shared.feed_page import Page
from shared.problem import ProblemError

LOOK_EVERY_S = 2.0  # an announcement may be lost, and a revoked credential has to stop waiting within 5 s


class ChangesQuery(Request):
    """From where, how many at most, and how long to wait for the first."""

    since: FeedCursor
    limit: ChangesLimit = CHANGES_LIMIT
    wait_s: WaitS = 0


class ChangePage(View):
    """Changes in feed order, and the cursor to ask with next."""

    cursor: Cursor
    changes: list[Change]


class FeedReading:
    """Answers what has changed since a cursor."""

    def __init__(
        self,
        feed: Feed,
        watch: Watch,
        credentials: Credentials,
        stopping: asyncio.Event,
        places: Places,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._feed = feed
        self._watch = watch
        self._credentials = credentials
        self._stopping = stopping
        self._places = places
        self._look_every_s = look_every_s

    @route(
        "GET",
        "/v1/numbers/{number_id}/changes",
        summary="What changed since a cursor; `wait_s` makes it a long poll",
        access="read",
        query=ChangesQuery,
        answers={200: ChangePage},
        refusals={410: ("resync",), 429: ("too_many_waiting",)},
    )
    async def list_changes(self, call: Call[ChangesQuery, Nothing]) -> Answer:
        """Each change is passed on as the projector wrote it."""
        page = await self._read(call)
        if not page.changes and call.query.wait_s:
            page = await self._waited(call)
        changes = b",".join(page.changes)
        return Answer(200, b'{"cursor":"' + page.cursor.encode() + b'","changes":[' + changes + b"]}")

    async def _waited(self, call: Call[ChangesQuery, Nothing]) -> Page:
        """An empty page when the time is up or the process stops."""
        number, caller = call.number, call.caller
        loop = asyncio.get_running_loop()
        until_s = loop.time() + call.query.wait_s
        with (
            self._places.place(caller.digest) as placed,
            self._watch.on(number.workspace_id, number.number_id) as grown,
        ):
            if not placed:
                detail = "Too many long polls wait; ask again without `wait_s`"
                raise ProblemError(429, "too_many_waiting", detail, headers={"Retry-After": "5"})
            while True:
                grown.clear()
                page = await self._read(call)
                left_s = until_s - loop.time()
                if page.changes or left_s <= 0 or self._stopping.is_set():
                    return page
                await self._either(grown, min(left_s, self._look_every_s))
                if caller.digest not in await self._credentials.still_good([caller.digest]):
                    raise unauthenticated(given=True)

    async def _either(self, grown: asyncio.Event, s_max: float) -> None:
        """Until the feed may have grown, the process stops, or the time is up."""
        waits = [asyncio.ensure_future(event.wait()) for event in (grown, self._stopping)]
        try:
            await asyncio.wait(waits, timeout=s_max, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _read(self, call: Call[ChangesQuery, Nothing]) -> Page:
        number, query = call.number, call.query
        page = await self._feed.read(number.workspace_id, number.number_id, query.since, query.limit)
        if page is None:
            raise ProblemError(410, "resync", "This cursor is too old, or not of this feed: take a snapshot")
        return page
