"""One socket from its hello to its close code."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from aiohttp import web

from services.push import frames, hearing, metrics, takeover
from services.push.allowance import Allowance
from services.push.codes import Code, Refused
from services.push.following import Following
from services.push.hub import Hub
from services.push.line import Line
from services.push.pages import Pages
from services.push.reading import Opcode
from services.push.settings import PushSettings
from services.push.sockets import Sockets
from services.push.tail import Tails
from services.push.turnstile import Turnstile
from shared.auth import Credentials, Principal
from shared.contract.feed import Cursor, Hello, Pong, Subscribe, Unsubscribe
from shared.contract.ids import NumberId, WorkspaceId
from shared.redis import is_outage
from shared.registry import Registry

log = structlog.get_logger(__name__)

SILENT_BEATS_MAX = 2  # heartbeats without a sign of life: the peer is dead
WAITING_MAX = 4  # frames that wait to be attended to; then the connection is not read


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
    turnstile: Turnstile


class Session(Line):
    """Says welcome, follows numbers, and ends in exactly one way. It is its listener's outlet.

    There are thousands, idle: no attributes in a dictionary, a task only while a frame is attended to, a timer only
    before the hello and while it closes.
    """

    __slots__ = (
        "_allowance",
        "_attending",
        "_began_s",
        "_deadline",
        "_following",
        "_house",
        "_leave_place",
        "_peer",
        "_silent_beats",
        "_waiting",
        "_workspace_id",
        "digest",
    )

    def __init__(self, house: House, peer: str, now_s: float) -> None:
        settings = house.settings
        super().__init__(settings.frame_bytes_max)
        self._house = house
        self._peer = peer
        self._began_s = now_s
        self._allowance = Allowance(settings.frames_per_s_max, settings.frames_burst, now_s)
        self._silent_beats = 0
        self._attending: asyncio.Task[None] | None = None
        self._waiting: deque[bytes] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._leave_place: Callable[[], None] | None = None
        self._workspace_id: WorkspaceId | None = None  # none before the hello
        self._following = Following(self, house.hub, house.tails, house.pages)
        self.digest: str | None = None

    def open(self, request: web.Request, answer: bytes) -> None:
        """Take the connection over, and wait for the hello."""
        loop, settings = asyncio.get_running_loop(), self._house.settings
        self._leave_place = takeover.take_over(request, answer, self)
        self._house.sockets.connect()
        self._deadline = loop.call_later(settings.hello_s_max, self._no_hello)
        try:
            self._house.sockets.enter(self)
        except Refused as refused:
            self.end(refused.code, refused.reason)

    def heard(self, opcode: Opcode, payload: bytes) -> None:
        """A sign of life, and perhaps a frame for us: those are attended to one after the other."""
        self._silent_beats = 0
        if self.goodbye:
            return
        if not self._allowance.take(asyncio.get_running_loop().time()):
            self._refuse(Refused(Code.BAD_FRAME, "too many frames"))
        elif opcode is Opcode.BINARY:
            self._refuse(Refused(Code.BAD_FRAME, "frames are text"))
        elif opcode is Opcode.TEXT:
            if self._attending is None:
                if self._workspace_id is not None or not self._greeted_at_once(payload):
                    self._attending = asyncio.create_task(self._attend(payload))
                return
            self._waiting = self._waiting or deque()
            self._waiting.append(payload)
            if len(self._waiting) == WAITING_MAX and self._transport is not None:
                self._transport.pause_reading()

    def clear(self, file: int | None) -> None:
        """The hub writes past it."""
        self._following.listener.file = file

    def unreadable(self, why: str) -> None:
        """Not even a frame."""
        if self.goodbye:
            self.cut_off()
        else:
            self._refuse(Refused(Code.BAD_FRAME, why))

    async def _attend(self, payload: bytes) -> None:
        """To this frame, and to what came meanwhile."""
        try:
            while not self.goodbye:
                await self._understand(payload)
                if not self._waiting:
                    self._waiting = None
                    break
                payload = self._waiting.popleft()
                if len(self._waiting) == WAITING_MAX - 1 and self._transport is not None:
                    self._transport.resume_reading()
        except Exception as error:
            self._failed(error)
        finally:
            self._attending = None

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self._refuse(error)
        elif is_outage(error):
            self.end(Code.RESTARTING, "the store is away: come back in a moment")
        else:
            log.error("socket.failed", exc_info=error)
            self.end(Code.DEFECT, "")

    async def _understand(self, payload: bytes) -> None:
        frame = hearing.read(payload)
        if self._workspace_id is None:
            if not isinstance(frame, Hello):
                raise Refused(Code.BAD_FRAME, "the first frame must be a hello")
            self._stop_waiting()
            principal = await self._house.credentials.authenticate(frame.token)
            workspace_id = self._admit(principal)
            await self._follow(workspace_id, frame.numbers, frames.welcome(self._house.settings.heartbeat_s))
            self._workspace_id = workspace_id
            return
        match frame:
            case Subscribe(numbers=numbers):
                await self._follow(self._workspace_id, numbers)
            case Unsubscribe(numbers=number_ids):
                for number_id in number_ids:
                    self._following.unfollow(number_id)
            case Pong():
                pass
            case Hello():
                raise Refused(Code.BAD_FRAME, "a second hello")

    def _greeted_at_once(self, payload: bytes) -> bool:
        """Whether a hello could be answered without a task: when everybody comes back, nearly all is at hand."""
        try:
            frame = hearing.read(payload)
            principal = self._house.credentials.at_hand(frame.token) if isinstance(frame, Hello) else None
            if principal is None or not isinstance(frame, Hello):
                return False
            number_at_hand = self._house.registry.number_at_hand
            records = [number_at_hand(principal.workspace_id, number_id) for number_id in frame.numbers]
            if None in records:
                return False
            self._stop_waiting()
            workspace_id = self._admit(principal)
            self._check(frame.numbers)
            for record in records:
                hearing.refuse_unless_there(record)
            self._begin(workspace_id, frame.numbers, frames.welcome(self._house.settings.heartbeat_s))
            self._workspace_id = workspace_id
        except Exception as error:
            self._failed(error)
        return True

    def _admit(self, principal: Principal | None) -> WorkspaceId:
        if principal is None:
            raise Refused(Code.NOT_AUTHENTICATED, "no such token")
        self._peer = ""  # it has shown a token that is good
        hearing.refuse_unless_entitled(principal)
        if not self.goodbye and self._transport is not None:
            self._house.sockets.greet(self, principal.digest)
        return principal.workspace_id

    async def _follow(
        self, workspace_id: WorkspaceId, numbers: Mapping[NumberId, Cursor | None], welcome: bytes | None = None
    ) -> None:
        self._check(numbers)
        for number_id in numbers:
            hearing.refuse_unless_there(await self._house.registry.number(workspace_id, number_id))
        self._begin(workspace_id, numbers, welcome)

    def _check(self, numbers: Mapping[NumberId, Cursor | None]) -> None:
        new = sum(number_id not in self._following for number_id in numbers)
        if len(self._following) + new > self._house.settings.numbers_per_socket_max:
            raise Refused(Code.BAD_FRAME, "too many numbers")
        hearing.refuse_forged(numbers.values())

    def _begin(
        self, workspace_id: WorkspaceId, numbers: Mapping[NumberId, Cursor | None], welcome: bytes | None
    ) -> None:
        if self.goodbye or self._transport is None:
            return  # it has ended meanwhile
        if welcome is not None:
            self._house.hub.tell(self._following.listener, welcome)
        for number_id, cursor in numbers.items():
            self._following.follow((workspace_id, number_id), cursor)

    def end(self, code: Code, reason: str) -> None:
        """Say why, after what went before, and listen no longer; the first reason stays."""
        if self.goodbye or self._transport is None:
            return
        self._stop_waiting()
        metrics.CLOSED.labels(code).inc()
        self._leave()
        self.say_goodbye(code, reason)
        # Whoever does not take it in time is cut off.
        self._deadline = asyncio.get_running_loop().call_later(self._house.settings.close_s_max, self.cut_off)
        self._transport.resume_reading()

    def lost(self, code: int | None) -> None:
        """The connection is gone."""
        self._stop_waiting()
        self._leave()
        self._house.sockets.disconnect()
        if self._leave_place is not None:
            self._leave_place()
        lived_s = round(asyncio.get_running_loop().time() - self._began_s, 1)
        log.info("socket.closed", code=self.goodbye or code, lived_s=lived_s)

    def beat(self) -> None:
        """Tell it that we are here; cut it off when it has shown no sign of life for long."""
        self._silent_beats += 1
        if self._silent_beats > SILENT_BEATS_MAX:
            self.cut_off()
        else:
            self._house.hub.tell(self._following.listener, frames.HEARTBEAT)

    def fell_behind(self) -> None:
        """The hub has dropped it."""
        self.end(Code.TOO_SLOW, "too slow: resume from your cursor")

    async def ready_for_more(self) -> None:
        """Until it has taken nearly all that it was told."""
        self._house.hub.hand_out(self._following.listener)
        try:
            async with asyncio.timeout(self._house.settings.stall_s_max):
                await self.drained()
        except TimeoutError:
            raise Refused(Code.TOO_SLOW, "too slow: resume from your cursor") from None

    def not_following(self, failure: BaseException) -> None:
        """A subscription cannot go on, so the socket cannot."""
        if isinstance(failure, Refused):
            self.end(failure.code, failure.reason)
        else:
            log.error("subscription.failed", exc_info=failure)
            self.end(Code.DEFECT, "")

    def _refuse(self, refused: Refused) -> None:
        """It showed nothing that is good, or broke the rules."""
        if self._peer:
            self._house.turnstile.failed(self._peer)
        self.end(refused.code, refused.reason)

    def _no_hello(self) -> None:
        self._refuse(Refused(Code.NOT_AUTHENTICATED, "no hello in time"))

    def _stop_waiting(self) -> None:
        deadline, self._deadline = self._deadline, None
        if deadline is not None:
            deadline.cancel()

    def _leave(self) -> None:
        """Nobody counts it, tells it anything, or works for it any more."""
        self._house.sockets.leave(self)
        self._house.hub.forget(self._following.listener)
        self._following.close()
        self._waiting = None
