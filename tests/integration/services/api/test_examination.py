"""How the connect doctor asks Graph: seldom, and together with whoever else looks."""

import asyncio

import pytest

from services.api.examination import Examiner
from shared.contract.ids import NumberId
from shared.graph import Graph
from shared.graph_wiring import WIRING_FIELDS
from simulator.faults import Fault
from tests.integration.services.api.patients import Patient
from tests.real.inbox import Inbox, inbox


async def test_many_who_look_at_once_ask_graph_once(api: Inbox, patient: Patient) -> None:
    """Two calls for all of them."""
    fault = api.simulator.add_fault(Fault(call="lookup", kind="delay", delay_s=0.3, number_id=patient.number_id))
    before = api.simulator.ledger.seq

    found = await asyncio.gather(*(patient.health() for _ in range(10)))

    assert {"token_accepted"} == {health["hops"][2]["code"] for health in found}
    assert [
        ("/{id}", ",".join(WIRING_FIELDS)),
        ("/{account_id}/subscribed_apps", ""),
    ] == patient.calls(before)
    api.simulator.lift(fault.id)


async def test_who_looks_all_the_time_does_not_use_up_meta_s_limit(api: Inbox, patient: Patient) -> None:
    """Ten times in a row, and then what was found last, with its time; a new token is asked about at once."""
    before = api.simulator.ledger.seq
    found = [await patient.hop("token_accepted") for _ in range(20)]

    assert 11 * 2 == len(patient.calls(before))  # beside those about token and app, which are as many
    assert found[10]["at"] == found[-1]["at"]
    await patient.connect()
    api.simulator.refuse(190, token=patient.token)
    assert "token_refused" == await patient.code("token_accepted")


async def test_what_graph_said_is_remembered_for_a_moment(redis_url: str) -> None:
    """Whoever presses Refresh five times asks Graph once."""
    async with inbox(redis_url) as api:
        agent = await api.agent()
        path = await api.connected(agent)
        before = api.simulator.ledger.seq
        for _ in range(5):
            await agent.ask("GET", f"{path}/health")

        assert 3 == len(api.simulator.ledger.records("call", since=before))


async def test_a_slow_graph_is_waited_for_no_longer_than_the_deadline(api: Inbox, patient: Patient) -> None:
    """Whatever is known by then is told."""
    api.simulator.add_fault(Fault(call="lookup", kind="delay", delay_s=5, number_id=patient.number_id))
    record = await api.ground.registry.number(patient.agent.workspace_id, NumberId(patient.number_id))
    assert record is not None
    async with Graph(api.simulator.url, "v25.0") as graph:
        examiner = Examiner(graph, 0, deadline_s=0.2)
        found = await examiner.examine(record, None)
        await examiner.close()

    assert found is not None
    assert (None, None) == (found.wiring, found.refusal)


async def test_whoever_goes_away_takes_nobody_along(api: Inbox, patient: Patient) -> None:
    """The others have asked the same question, and still want to know."""
    api.simulator.add_fault(Fault(call="lookup", kind="delay", delay_s=0.2, number_id=patient.number_id, times=1))
    record = await api.ground.registry.number(patient.agent.workspace_id, NumberId(patient.number_id))
    assert record is not None
    async with Graph(api.simulator.url, "v25.0") as graph:
        examiner = Examiner(graph, 0)
        first, second = (asyncio.create_task(examiner.examine(record, None)) for _ in range(2))
        await asyncio.sleep(0.05)
        first.cancel()
        found = await second
        await examiner.close()

    assert first.cancelled()
    assert found is not None
    assert found.apps


async def test_closing_ends_what_is_being_asked(api: Inbox, patient: Patient) -> None:
    """A process that stops does not wait for Graph."""
    api.simulator.add_fault(Fault(call="lookup", kind="delay", delay_s=5, number_id=patient.number_id))
    record = await api.ground.registry.number(patient.agent.workspace_id, NumberId(patient.number_id))
    assert record is not None
    async with Graph(api.simulator.url, "v25.0") as graph:
        examiner = Examiner(graph, 0)
        asking = asyncio.create_task(examiner.examine(record, None))
        await asyncio.sleep(0.05)
        await examiner.close()
        with pytest.raises(asyncio.CancelledError):
            await asking
