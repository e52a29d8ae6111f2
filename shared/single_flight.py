"""One question at a time for each key: whoever wants to know meanwhile waits for the same answer."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SingleFlight(Generic[K, V]):
    """Questions under way, by key; as many as there are keys asked about at once, so who asks keeps these few."""

    def __init__(self) -> None:
        self._flights: dict[K, asyncio.Task[V]] = {}

    def __contains__(self, key: K) -> bool:
        flight = self._flights.get(key)
        return flight is not None and not flight.done()

    def begin(self, key: K, ask: Callable[[], Coroutine[Any, Any, V]]) -> "asyncio.Task[V]":
        """The question that is under way, asked now unless it was."""
        flight = self._flights.get(key)
        if flight is None or flight.done():
            flight = self._flights[key] = asyncio.get_running_loop().create_task(ask())
            flight.add_done_callback(lambda ended: self._ended(key, ended))
        return flight

    async def join(self, key: K, ask: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """Its answer, or its error."""
        # Shielded, because who asked first may leave while others wait.
        return await asyncio.shield(self.begin(key, ask))

    def forget(self, key: K) -> None:
        """Let the next who wants to know ask anew; those who wait already get the answer."""
        self._flights.pop(key, None)

    async def close(self) -> None:
        """Nobody wants to know any more."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _ended(self, key: K, flight: "asyncio.Task[V]") -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # who waits gets it; if nobody does, it is no news
