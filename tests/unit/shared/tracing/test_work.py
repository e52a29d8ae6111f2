"""Work for many messages is told in the trace of each, and never of more than a few."""

import asyncio

from shared import tracing
from shared.contract.ids import MessageId
from shared.tracing import SHARED_MAX, Context, Place
from shared.tracing.context import HEADER, read
from tests.scenario import NUMBER, WORKSPACE
from tests.spans import listening


def beginnings(count: int) -> list[Context]:
    """Of so many messages."""
    return [tracing.beginning(WORKSPACE, NUMBER, MessageId(str(each))) for each in range(count)]


def test_what_was_done_for_three_is_in_three_traces() -> None:
    """Of the same time, each below its own parent; the first is linked with the others, and they with it."""
    with listening() as heard:
        parents = beginnings(3)
        work = tracing.begun([*parents, None, parents[0]])
        work.end("broker", "publish", "producer", {"a": 1})

    assert [parent.trace_id for parent in parents] == [span.context.trace_id for span in heard]
    assert parents == [span.parent for span in heard]
    assert 1 == len({(span.began_ns, span.ended_ns) for span in heard})
    first, *others = (span.context for span in heard)
    assert [tuple(others), (first,), (first,)] == [span.links for span in heard]
    assert first == read(work.headers)


def test_a_thousand_are_seen_in_the_traces_of_some() -> None:
    """A bulk send must not make a thousand spans of one commit."""
    with listening() as heard:
        tracing.begun(beginnings(1_000)).end("projector", "project", "consumer", {})

    assert SHARED_MAX == len(heard)


def test_what_is_not_sampled_is_not_told() -> None:
    """Nor does it travel: whoever comes next decides the same."""
    with listening(0) as heard:
        works = [tracing.begun(beginnings(3)), tracing.begun_at([Place(each, None) for each in beginnings(2)])]
        for work in works:
            assert {} == work.headers
            work.end("broker", "publish", "producer", {})

    assert [] == heard


def test_it_never_ends_before_it_began() -> None:
    """The clock of the store may be ahead of ours."""
    with listening() as heard:
        ahead = 2**62
        tracing.begun(beginnings(1), ahead).end("push", "push", "internal", {})

    assert [(ahead, ahead)] == [(span.began_ns, span.ended_ns) for span in heard]


def test_a_webhook_about_nothing_has_a_trace_of_its_own() -> None:
    """And one about very many is in the traces of the first."""
    with listening():
        alone, again = tracing.places([])[0], tracing.places([])[0]

    assert alone.parent is None
    assert alone.context.trace_id != again.context.trace_id


async def test_closed_the_door_says_nothing() -> None:
    """And a process without an address never opens it."""
    async with tracing.telling(None, service="inbox", key=b"k", ratio=1.0, system="rabbitmq"):
        await asyncio.sleep(0)
        assert not tracing.on
        assert tracing.trace_id(WORKSPACE, NUMBER, MessageId("m")) is None
    with listening():
        assert tracing.on
        assert f"{beginnings(1)[0].trace_id:032x}" == tracing.trace_id(WORKSPACE, NUMBER, MessageId("0"))
    assert not tracing.on


def test_the_header_is_that_of_the_standard() -> None:
    """So that other programs on the same broker may read it."""
    with listening():
        assert ["traceparent"] == list(tracing.begun(beginnings(1)).headers) == [HEADER]
