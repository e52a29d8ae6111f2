"""A broker message says in which trace it is, and each publish is told."""

import asyncio

import pytest

from shared import tracing
from shared.broker import BrokerUnavailable, traced
from shared.broker.door import Headers
from shared.broker.groupcommit import GroupCommit
from shared.contract.ids import MessageId
from shared.topology import COMMANDS, EVENTS, Exchange
from shared.tracing import Context, read
from tests.scenario import NUMBER, WORKSPACE
from tests.spans import listening
from tests.unit.shared.broker.confirms import Confirms, settle


class Noted(Confirms):
    """Notes the headers too."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: list[Headers] = []

    async def publish(self, exchange: Exchange, body: bytes, headers: Headers | None = None) -> None:
        """Wait for the test."""
        self.headers.append(headers or {})
        await super().publish(exchange, body, headers)


def beginning(name: str) -> Context:
    """Of a message."""
    return tracing.beginning(WORKSPACE, NUMBER, MessageId(name))


async def test_a_command_carries_its_trace_beside_its_own_headers() -> None:
    """And the publish stands below what it follows from."""
    broker = Noted()
    with listening() as heard:
        publishing = asyncio.create_task(traced.publish(broker, COMMANDS, b"c", [beginning("a")], {"repeated": 1}))
        await settle()
        assert [] == heard, "not before it is confirmed"
        broker.confirm(0)
        await publishing

    [span] = heard
    assert span.context == read(broker.headers[0])
    assert 1 == broker.headers[0]["repeated"]
    assert (beginning_of(span.parent), "publish commands", "producer", None) == (
        span.context.trace_id,
        span.name,
        span.kind,
        span.failure,
    )


def beginning_of(parent: Context | None) -> int:
    """Its trace."""
    assert parent is not None
    return parent.trace_id


async def test_webhooks_that_travel_together_each_see_it() -> None:
    """Some lines of each in one broker message: told in every trace, with links between them."""
    broker = Noted()
    with listening() as heard:
        commit = GroupCommit(broker, EVENTS)  # type: ignore[arg-type]
        parents = [beginning(name) for name in "ab"]
        adding = [asyncio.create_task(commit.add([b"x", b"y"], [parent])) for parent in parents]
        await settle()
        broker.confirm(0)
        await asyncio.gather(*adding)

    assert parents == [span.parent for span in heard]
    assert [(heard[1].context,), (heard[0].context,)] == [span.links for span in heard]
    assert heard[0].context == read(broker.headers[0])
    assert [4, 4] == [span.facts["messaging.batch.message_count"] for span in heard]


async def test_what_was_not_confirmed_is_told_as_such() -> None:
    """With the kind of the error, and the error goes on."""
    broker = Noted()
    with listening() as heard:
        publishing = asyncio.create_task(traced.publish(broker, EVENTS, b"e", [beginning("a")]))
        await settle()
        broker.fail(0, BrokerUnavailable("it told us quite a lot"))
        with pytest.raises(BrokerUnavailable):
            await publishing

    assert ["BrokerUnavailable"] == [span.failure for span in heard]


async def test_without_traces_a_message_has_no_header() -> None:
    """Off, nothing on the wire is different."""
    broker = Noted()
    adding = asyncio.create_task(GroupCommit(broker, EVENTS).add([b"x"], ()))  # type: ignore[arg-type]
    await settle()
    broker.confirm(0)
    await adding

    assert [{}] == broker.headers
