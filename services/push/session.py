"""One socket from its hello to its close code."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiohttp import WSMsgType, web
from aiohttp.abc import AbstractStreamWriter
from pydantic import TypeAdapter, ValidationError

from services.push import frames, metrics
from services.push.allowance import Allowance
from services.push.codes import Code, Refused
from services.push.following import Following
from services.push.hub import Hub
from services.push.pages import Pages
from services.push.settings import PushSettings
from services.push.sockets import Sockets
from services.push.tail import Tails
from shared.auth import Credentials
from shared.body import has_too_many_parts
from shared.contract.feed import SUBPROTOCOL, Cursor, FromBrowser, Hello, Pong, Subscribe, Unsubscribe
from shared.contract.ids import NumberId, WorkspaceId
from shared.cursor import BadCursor, position
from shared.redis import is_outage
from shared.registry import Registry

log = structlog.get_logger(__name__)

SILENT_BEATS_MAX = 2  # heartbeats without a sign of life: the peer is dead

_FRAME: TypeAdapter[FromBrowser] = TypeAdapter(FromBrowser)


@dataclass(frozen=True, slots=True)
class House:
    """What all sockets of a process share."""

    settings: PushSettings
    sockets: Sockets
    hub: Hub
    tails: Tails
    pages: Pages
    registry: Registry
    credentials: Credentials


class Session:
    """Says welcome, follows numbers, and ends in exactly one way. It is its listener's outlet.

    There are thousands, idle: no attributes in a dictionary, few frames on the stack that waits, no hello kept.
    """

    __slots__ = (
        "_allowance",
        "_ending",
        "_following",
        "_house",
        "_loop",
        "_silent_beats",
        "_socket",
        "_transport",
        "_waiting",
        "_writer",
        "digest",
        "failed",
    )

    def __init__(self, house: House) -> None:
        settings = house.settings
        self._house = house
        self._loop = asyncio.get_running_loop()
        self._socket = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,),
            compress=False,  # frames are encoded once for all sockets
            autoping=False,  # a pong is a sign of life, which we want to see
            decode_text=False,
            max_msg_size=settings.frame_bytes_max * 2,  # somewhat too large is ours to refuse, much too large aiohttp's
            timeout=settings.close_s_max,
        )
        self._writer: AbstractStreamWriter | None = None
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Timeout | None = None
        self._ending: Refused | None = None
        self._silent_beats = 0
        self._following = Following(self, house.hub, house.tails, house.pages, self._drained, self._not_following)
        self._allowance = Allowance(settings.frames_per_s_max, settings.frames_burst, self._loop.time())
        self.digest: str | None = None
        self.failed = False  # to show a token that is good

    async def converse(self, request: web.Request) -> web.WebSocketResponse:
        """Return when the socket is closed."""
        self._writer = await self._socket.prepare(request)
        self._transport = request.transport
        self._socket.headers.clear()  # they have been sent
        began_s = self._loop.time()
        code: int | None = None
        self._house.sockets.connect()
        try:
            refused = await self._conversation()
            if refused is not None:
                code = refused.code
                metrics.CLOSED.labels(code).inc()
                await self._close(refused)
        finally:
            self._house.sockets.disconnect()
            lived_s = round(self._loop.time() - began_s, 1)
            log.info("socket.closed", code=code or self._socket.close_code, lived_s=lived_s)
        return self._socket

    async def _conversation(self) -> Refused | None:
        """How we end it; none when the browser does."""
        try:
            self._house.sockets.enter(self)
            await self._listen()
        except Refused as refused:
            return refused
        except Exception as error:
            if is_outage(error):
                return Refused(Code.RESTARTING, "the store is away: come back in a moment")
            log.exception("socket.failed")
            return Refused(Code.DEFECT, "")
        finally:
            self._house.sockets.leave(self)
            self._following.close()
            self._house.hub.forget(self._following.listener)
        return None

    async def _listen(self) -> None:
        hello = await self._first_frame()
        if hello is None:
            return
        workspace_id = await self._greet(hello)
        del hello
        while (frame := await self._frame(None)) is not None:
            match frame:
                case Subscribe(numbers=numbers):
                    await self._follow(workspace_id, numbers)
                case Unsubscribe(numbers=number_ids):
                    for number_id in number_ids:
                        self._following.unfollow(number_id)
                case Pong():
                    pass
                case Hello():
                    raise Refused(Code.BAD_FRAME, "a second hello")

    async def _first_frame(self) -> Hello | None:
        try:
            frame = await self._frame(self._loop.time() + self._house.settings.hello_s_max)
            if frame is None or isinstance(frame, Hello):
                return frame
            raise Refused(Code.BAD_FRAME, "the first frame must be a hello")
        except Refused as refused:
            self.failed = refused.code != Code.RESTARTING
            raise

    async def _greet(self, hello: Hello) -> WorkspaceId:
        principal = await self._house.credentials.authenticate(hello.token)
        if principal is None:
            self.failed = True
            raise Refused(Code.NOT_AUTHENTICATED, "no such token")
        if principal.kind != "token":
            raise Refused(Code.NOT_ALLOWED, "a session opens no socket: connect an API token")
        if not principal.scopes >= {"live", "read"}:
            raise Refused(Code.NOT_ALLOWED, "the token needs the scopes live and read")
        self._house.sockets.greet(self, principal.digest)
        welcome = frames.welcome(self._house.settings.heartbeat_s)
        await self._follow(principal.workspace_id, hello.numbers, welcome)
        return principal.workspace_id

    async def _follow(
        self, workspace_id: WorkspaceId, numbers: Mapping[NumberId, Cursor | None], welcome: bytes | None = None
    ) -> None:
        new = sum(number_id not in self._following for number_id in numbers)
        if len(self._following) + new > self._house.settings.numbers_per_socket_max:
            raise Refused(Code.BAD_FRAME, "too many numbers")
        for cursor in numbers.values():
            if cursor is not None:
                try:
                    position(cursor)
                except BadCursor:
                    raise Refused(Code.BAD_FRAME, "not a cursor") from None
        for number_id in numbers:
            record = await self._house.registry.number(workspace_id, number_id)
            if record is None or record.erasing is not None:
                raise Refused(Code.NOT_ALLOWED, "no such number in this workspace")
        if welcome is not None:
            self._house.hub.tell(self._following.listener, welcome)
        for number_id, cursor in numbers.items():
            self._following.follow((workspace_id, number_id), cursor)

    async def _frame(self, until_s: float | None) -> FromBrowser | None:
        """The next frame that is for us; none when the browser has left."""
        while self._ending is None:
            try:
                async with asyncio.timeout_at(until_s) as self._waiting:
                    message = await self._socket.receive()
            except TimeoutError:
                break
            finally:
                self._waiting = None
            self._silent_beats = 0
            if not self._allowance.take(self._loop.time()):
                raise Refused(Code.BAD_FRAME, "too many frames")
            match message.type:
                case WSMsgType.TEXT:
                    if len(message.data) > self._house.settings.frame_bytes_max or has_too_many_parts(message.data):
                        raise Refused(Code.BAD_FRAME, "too large")
                    try:
                        return _FRAME.validate_json(message.data)
                    except ValidationError:
                        raise Refused(Code.BAD_FRAME, "not a frame of this protocol") from None
                case WSMsgType.PING:
                    await self._socket.pong(message.data)
                case WSMsgType.PONG:
                    pass
                case WSMsgType.BINARY:
                    raise Refused(Code.BAD_FRAME, "frames are text")
                case _:
                    return None
        raise self._ending or Refused(Code.NOT_AUTHENTICATED, "no hello in time")

    def end(self, code: Code, reason: str) -> None:
        """Close it soon; the first reason stays."""
        if self._ending is None:
            self._ending = Refused(code, reason)
        if self._waiting is not None and not self._waiting.expired():
            self._waiting.reschedule(self._loop.time())

    def beat(self) -> None:
        """Tell it that we are here; cut it off when it has shown no sign of life for long."""
        self._silent_beats += 1
        if self._silent_beats > SILENT_BEATS_MAX:
            if self._transport is not None:
                self._transport.abort()
            return
        self._house.hub.tell(self._following.listener, frames.HEARTBEAT)

    def backlog(self) -> int:
        """How many bytes the peer has not taken yet."""
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def write(self, data: bytes) -> None:
        """Straight to the wire: what aiohttp would add has been done once, for all sockets."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def fell_behind(self) -> None:
        """The hub has dropped it."""
        self.end(Code.TOO_SLOW, "too slow: resume from your cursor")

    async def _drained(self) -> None:
        """Until it can take more; the hub writes at the end of this tick, so that is waited for first."""
        await asyncio.sleep(0)
        if self._writer is None:
            return
        try:
            async with asyncio.timeout(self._house.settings.stall_s_max):
                with suppress(ConnectionError):  # it is gone, as the conversation will find
                    await self._writer.drain()
        except TimeoutError:
            raise Refused(Code.TOO_SLOW, "too slow: resume from your cursor") from None

    def _not_following(self, failure: BaseException) -> None:
        if isinstance(failure, Refused):
            self.end(failure.code, failure.reason)
        else:
            log.error("subscription.failed", exc_info=failure)
            self.end(Code.DEFECT, "")

    async def _close(self, refused: Refused) -> None:
        """Say why, after what went before; whoever does not take it in time is cut off."""
        try:
            async with asyncio.timeout(self._house.settings.close_s_max):
                await self._socket.close(code=refused.code, message=refused.reason.encode())
        except TimeoutError:
            if self._transport is not None:
                self._transport.abort()
