"""`python -m bench.counter`: many WebSockets in a process of its own, which look at what they hear when it is over.

It must not be what is measured, so it reads into one room for all, compares, and counts by how far each has got; it is
itself measured by `bench g0-counter`. Straight on epoll, because a loop's callbacks cost as much as the reads.
"""

import os
import resource
import select
import socket
import sys
import time

from bench import track, wire
from bench.audience import OPENING_AT_ONCE, SOCKETS_PER_ADDRESS, Audience, Heard
from bench.histogram import Histogram
from bench.load import OVER, READY

HOST = "127.0.0.1"
FILES_MAX = 20_000
STEP, ALL = b"1", b"a"  # what a publisher is asked for
ROOM_BYTES = 256 * 1024
EVENTS_MAX = 1_024
OPEN_S_MAX = 60.0
SETTLE_S = 0.3
_END = b"\r\n\r\n"
_PONG = wire.spoken(b"", wire.PONG)


class Lost(Exception):
    """A socket that did not do what the others do: the figure would be wrong."""


class Seat:
    """One socket: on its way until it hears everything, then a place in the track, or a stream of its own."""

    __slots__ = ("aside", "at", "before", "connection", "hello", "is_open", "receive_into")

    def __init__(self, connection: socket.socket, hello: bytes) -> None:
        self.connection = connection
        self.receive_into = connection.recv_into
        self.hello = hello
        self.is_open = False  # the handshake is answered
        self.before: bytes | None = b""  # what came before it hears everything; then none
        self.at = 0
        self.aside: track.Aside | None = None


class Crowd:
    """All of them, and how much they have heard together."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._handshake = wire.handshake(f"{HOST}:{audience.port}", audience.path, audience.protocol)
        self._ready = audience.ready.encode()
        self._seats: dict[int, Seat] = {}
        self._poll = select.epoll()
        self._room = bytearray(ROOM_BYTES)
        self._view = memoryview(self._room)
        self._track = track.Track()
        self._opening = 0
        self._heard = 0

    def open(self, until_s: float) -> None:
        """All, some at a time."""
        while len(self._seats) < self._audience.sockets or self._opening:
            self._ask_for_more()
            self._attend(until_s)

    def _ask_for_more(self) -> None:
        while self._opening < OPENING_AT_ONCE and len(self._seats) < self._audience.sockets:
            tens, hellos = len(self._seats) // SOCKETS_PER_ADDRESS, self._audience.hellos
            connection = socket.socket()
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.bind((f"127.0.{1 + tens}.1", 0))
            connection.connect_ex((HOST, self._audience.port))
            hello = wire.spoken(hellos[tens % len(hellos)].encode()) if hellos else b""
            self._seats[connection.fileno()] = Seat(connection, hello)
            self._poll.register(connection, select.EPOLLOUT)
            self._opening += 1

    def _attend(self, until_s: float) -> None:
        """To whoever has heard something, once."""
        left_s = until_s - time.monotonic()
        if left_s <= 0:
            raise Lost("not everybody heard everything in time")
        seats, room = self._seats, self._room
        for file, event in self._poll.poll(left_s, EVENTS_MAX):
            seat = seats.get(file)
            if seat is None:  # standard input: it is asked for after this
                continue
            if event & select.EPOLLOUT:
                self._shake_hands(seat)
                continue
            try:
                size = seat.receive_into(room)
            except BlockingIOError:
                continue
            if not size:
                raise Lost("a socket was closed")
            if not room[size - 1] and room.endswith(wire.PING_BYTES, 0, size):
                seat.connection.send(_PONG)
                if room.startswith(wire.HEARTBEAT) and size == len(wire.HEARTBEAT):
                    continue  # whole frames that come to each socket at another time, and say nothing
            if seat.before is None:
                self._hear(seat, self._view[:size])
            else:
                self._begin(seat, seat.before + room[:size])

    def _shake_hands(self, seat: Seat) -> None:
        if error := seat.connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise Lost(f"a socket was not opened: {os.strerror(error)}")
        seat.connection.send(self._handshake)
        self._poll.modify(seat.connection, select.EPOLLIN)

    def _begin(self, seat: Seat, before: bytes) -> None:
        """What comes until it hears everything."""
        if not seat.is_open:
            head, end, rest = before.partition(_END)
            if not end:
                seat.before = before
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise Lost(f"a socket was answered {head[:60]!r}")
            seat.is_open, before = True, rest
            if seat.hello:
                seat.connection.send(seat.hello)
        if self._ready not in before:
            seat.before = before
            return
        seat.before = None
        self._opening -= 1
        if before and not self._ready:  # in a storm changes may come with the answer to the handshake
            self._hear(seat, memoryview(before))

    def _hear(self, seat: Seat, piece: memoryview) -> None:
        """Count what begins in it."""
        if seat.aside is None:
            at = seat.at
            if self._track.goes_on(at, piece):
                seat.at = at + len(piece)
                self._heard += self._track.begun(at, seat.at)
                return
            seat.aside = track.Aside(self._track.until(at))
        self._heard += seat.aside.begun(piece)

    def wait(self, for_s: float) -> None:
        """Let whatever comes come, for so long."""
        end_s = time.monotonic() + for_s
        while (left_s := end_s - time.monotonic()) > 0:
            if self._poll.poll(left_s, 1):
                self._attend(end_s + 1)

    def wait_for_word(self) -> None:
        """Until a line comes in; pings are answered meanwhile."""
        word = sys.stdin.fileno()
        self._poll.register(word, select.EPOLLIN)
        while not any(file == word for file, _ in self._poll.poll(-1, EVENTS_MAX)):
            self._attend(time.monotonic() + 1)
        self._poll.unregister(word)
        sys.stdin.readline()

    def run(self) -> tuple[float, Histogram]:
        """How long it took, and each step of it."""
        asked, began_s = self._audience, time.monotonic()
        until_s, wanted = began_s + asked.heard_s_max, asked.changes * asked.sockets
        took_us: list[int] = []
        match asked.kind:
            case "step":
                for number in range(asked.changes):
                    step_s = time.monotonic()
                    os.write(asked.publisher, STEP)
                    self._until((number + 1) * asked.sockets, until_s)
                    took_us.append(round((time.monotonic() - step_s) * 1_000_000))
            case "burst":
                os.write(asked.publisher, ALL)
                self._until(wanted, until_s)
            case "storm":
                self.open(until_s)
                self._until(wanted, until_s)
            case "idle":
                self.wait(0.01)
        return time.monotonic() - began_s, Histogram.of(took_us)

    def _until(self, heard: int, until_s: float) -> None:
        while self._heard < heard:
            self._attend(until_s)

    def orders(self) -> list[tuple[int, list[int]]]:
        """Who heard what."""
        seats = self._seats.values()
        together = {at: self._track.until(at) for at in {seat.at for seat in seats if seat.aside is None}}
        streams = [together[seat.at] if seat.aside is None else bytes(seat.aside.stream) for seat in seats]
        return track.orders(streams)


def count(audience: Audience) -> None:
    """Say when all are open, run when told to, say when it is over: processor time is read at these words."""
    crowd = Crowd(audience)
    if audience.kind != "storm":
        crowd.open(time.monotonic() + OPEN_S_MAX)
        crowd.wait(SETTLE_S)
    print(READY, flush=True)
    crowd.wait_for_word()
    took_s, steps = crowd.run()
    print(OVER, flush=True)
    told = Heard(
        deliveries=audience.sockets * audience.changes,
        took_s=took_s,
        orders=crowd.orders() if audience.changes else [],
        steps=steps.as_json(),
    )
    print(told.model_dump_json(), flush=True)


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else FILES_MAX, hard))
    count(Audience.model_validate_json(sys.stdin.readline()))
