"""Who comes to the socket too often, or too often without a token that is good: told so before the upgrade."""

import math

from aiohttp import web

from services.push import metrics
from services.push.settings import PushSettings
from shared.limits import Failures, Rates, neighbourhood
from shared.peer import Peers
from shared.problem import ProblemError
from shared.process import now_ms


class Turnstile:
    """Counts handshakes and failed hellos of each peer; both tables are bounded."""

    def __init__(self, settings: PushSettings) -> None:
        self._peers = Peers(settings.trusted_proxies)
        self._rates = Rates(settings.handshakes_per_s, settings.handshakes_burst)
        self._failures = Failures(settings.hello_failures_per_minute)

    def pass_through(self, request: web.Request) -> str:
        """The peer, if it may; otherwise 429 with the time after which it may."""
        peer = self._peers.of(request.remote or "", ",".join(request.headers.getall("X-Forwarded-For", [])))
        at_ms = now_ms()
        wait_s = self._failures.wait_s(peer, at_ms) or self._rates.wait_s(neighbourhood(peer), at_ms)
        if wait_s > 0:
            metrics.TURNED_AWAY.inc()
            headers = {"Retry-After": str(math.ceil(wait_s))}
            raise ProblemError(429, detail="Too many sockets were asked for from here.", headers=headers)
        return peer

    def failed(self, peer: str) -> None:
        """It came in and showed nothing that was good."""
        self._failures.note(peer, now_ms())
