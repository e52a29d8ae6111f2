"""Webhooks that are made while the clock runs: posted as Meta does, each again until it is answered 200."""

import asyncio
from collections import deque

from bench.generator import HOST, Line

AGAIN_S = 1.0  # Meta waits longer; but what is refused here must come back while somebody still waits for it


class Posting:
    """Connections with one webhook at a time; what finds none free waits for it."""

    def __init__(self, port: int, connections: int) -> None:
        self._port = port
        self._connections = connections
        self._free: deque[Line] = deque()
        self._waiting: deque[bytes] = deque()
        self._under_way: dict[Line, bytes] = {}
        self.asked = 0
        self.answered = 0
        self.again = 0

    async def open(self) -> None:
        """All connections."""
        loop = asyncio.get_running_loop()
        for _ in range(self._connections):
            _, line = await loop.create_connection(lambda: Line(self._answered), HOST, self._port)
            self._free.append(line)

    @property
    def lines(self) -> int:
        """Connections that are still there."""
        return len(self._free) + len(self._under_way)

    def post(self, request: bytes) -> None:
        """Now, or when a connection is free."""
        self.asked += 1
        self._waiting.append(request)
        self._send()

    def _send(self) -> None:
        while self._waiting and self._free:
            line, request = self._free.popleft(), self._waiting.popleft()
            self._under_way[line] = request
            line.send(0, request)

    def _answered(self, line: Line, code: int, _: int) -> None:
        request = self._under_way.pop(line)
        line.place = -1
        if code == 200:
            self.answered += 1
        else:
            self.again += 1
            asyncio.get_running_loop().call_later(AGAIN_S, self._post_again, request)
        if code:
            self._free.append(line)
        self._send()

    def _post_again(self, request: bytes) -> None:
        self._waiting.append(request)
        self._send()
