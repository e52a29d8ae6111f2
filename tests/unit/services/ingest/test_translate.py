"""Every payload we know becomes the events written beside it, and no body loses a healthy part to a broken one."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest import document
from shared.contract import events
from shared.contract.events import AccountReported, MessageEchoed, MessageReceived, PartUnrecognised
from tests.payloads import bodies
from tests.unit.services.ingest.tales import of_value, reasons, tell, wamids

EXPECTATIONS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "expectations.json").read_text(encoding="utf-8")
)
# What every event of a file has, and what is false unless it matters.
COMMON = ("workspace_id", "received_ms", "position", "signature")
FLAGS = ("history", "standby")

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def test_every_payload_file_has_an_expectation() -> None:
    """An orphan on either side is a mistake."""
    assert sorted(EXPECTATIONS) == bodies.names()


@pytest.mark.parametrize("name", bodies.names())
def test_a_payload_becomes_the_expected_events(name: str) -> None:
    """Field by field, in order."""
    told = [json.loads(events.encode(event)) for event in tell(document.read(bodies.raw(name)))]
    for event in told:
        for key in COMMON:
            del event[key]
        for key in FLAGS:
            if event.get(key) is False:
                del event[key]

    assert EXPECTATIONS[name] == told


def all_parts() -> list[tuple[str, str, Any]]:
    """Field, list and part of everything that the payload files list."""
    found = []
    for name in bodies.names():
        for entry in document.read(bodies.raw(name)).get("entry", []):
            for change in (c for c in entry["changes"] if isinstance(c, dict) and isinstance(c.get("value"), dict)):
                for key in ("messages", "statuses", "message_echoes", "calls"):
                    found += [(change["field"], key, part) for part in change["value"].get(key, [])]
    return [found_one for found_one in found if isinstance(found_one[2], dict) and "id" in found_one[2]]


def test_a_thousand_mixed_updates_with_one_malformed_lose_only_that_one() -> None:
    """Meta's promise is a thousand updates; every type is among them."""
    kinds = [part for part in all_parts() if part[1] in ("messages", "statuses") and part[0] == "messages"]
    values: list[Any] = []
    for i in range(999):
        _, key, part = kinds[i % len(kinds)]
        values.append({key: [{**copy.deepcopy(part), "id": f"wamid.MIXED{i:04d}"}]})
    values.insert(500, {"messages": [{"id": "wamid.BROKEN", "type": "text"}]})
    changes = [bodies.change(bodies.value(**lists)) for lists in values]
    expected_reasons = reasons(tell(bodies.envelope(*(c for i, c in enumerate(changes) if i != 500))))

    told = tell(bodies.envelope(*changes))

    broken = [e for e in told if isinstance(e, PartUnrecognised) and e.raw == values[500]["messages"][0]]
    assert 1 == len(broken)
    assert len(expected_reasons) + 1 == len(reasons(told))
    seen = {
        *wamids(told),
        *(e.raw.get("id") for e in told if isinstance(e, PartUnrecognised) and isinstance(e.raw, dict)),
    }
    kept = json.dumps([e.value for e in told if isinstance(e, AccountReported)])
    assert [] == [
        f"wamid.MIXED{i:04d}" for i in range(999) if f"MIXED{i:04d}" not in kept and f"wamid.MIXED{i:04d}" not in seen
    ]


def test_a_thousand_updates_in_one_value_are_told_in_order() -> None:
    """Messages first, then statuses, each as Meta listed them."""
    messages = [bodies.message(str(i)) for i in range(500)]
    statuses = [bodies.status(f"wamid.S{i:04d}") for i in range(500)]
    assert [m["id"] for m in messages] + [s["id"] for s in statuses] == wamids(
        of_value(statuses=statuses, messages=messages)
    )


def test_a_history_chunk_of_five_thousand_is_told_whole() -> None:
    """History chunks hold thousands; one broken message among them is one."""
    threads = []
    for t in range(50):
        contact = f"55119{t:08d}"
        ours = {"from": bodies.DISPLAY_NUMBER, "to": contact}
        messages = [bodies.message(str(i), **(ours if i % 2 else {"from": contact})) for i in range(100)]
        threads.append({"id": contact, "messages": messages})
    del threads[25]["messages"][50]["timestamp"]  # type: ignore[attr-defined]

    told = of_value("history", history=[{"metadata": {"phase": 1, "progress": 40}, "threads": threads}])

    assert 2499 == sum(isinstance(event, MessageReceived) for event in told)
    assert 2500 == sum(isinstance(event, MessageEchoed) for event in told)
    assert ["timestamp: Field required"] == reasons(told)


def spoiled(value: Any, chance: random.Random, replacement: Any) -> Any:
    """A copy in which one place, however deep, is something else or gone."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        key = chance.choice(list(value))
        if chance.random() < 0.2:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: spoiled(value[key], chance, replacement)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        return [*value[:place], spoiled(value[place], chance, replacement), *value[place + 1 :]]
    return replacement


def test_a_list_that_is_none_is_set_aside_and_the_others_are_told() -> None:
    """Each by its name; null is simply absent."""
    told = of_value(messages="odd", message_echoes=None, calls={"a": 1}, statuses=[bodies.status("wamid.S")])

    assert ["messages: not a list", "calls: not a list"] == reasons(told)
    assert ["wamid.S"] == wamids(told)


@settings(max_examples=300)
@given(st.sampled_from(all_parts()), st.randoms(use_true_random=False), anything)
def test_a_spoiled_part_never_loses_its_neighbours(
    part: tuple[str, str, Any], chance: random.Random, other: Any
) -> None:
    """Whatever one of a list becomes, the others are told, and no mistake of ours is needed to survive it."""
    field, key, whole = part
    neighbours = [{**copy.deepcopy(whole), "id": f"wamid.N{i}"} for i in range(2)]
    value = {"statuses": [bodies.status("wamid.S")], key: [neighbours[0], spoiled(whole, chance, other), neighbours[1]]}
    alone = reasons(of_value(field, **{key: [neighbours[0]]}))

    told = of_value(field, **value)

    text = b"\n".join(events.encode(event) for event in told).decode()
    assert ["wamid.N0", "wamid.N1"] == [name for name in ("wamid.N0", "wamid.N1") if name in text]
    assert len(reasons(told)) <= 2 * len(alone) + 2
    assert not [reason for reason in reasons(told) if reason.startswith("unexpected")]


@settings(max_examples=300)
@given(st.sampled_from(bodies.names()), st.randoms(use_true_random=False), anything)
def test_a_spoiled_entry_never_loses_its_neighbours(name: str, chance: random.Random, other: Any) -> None:
    """Nor does anything that happens in one entry reach another."""
    entry = document.read(bodies.raw(name)).get("entry", [{}])[:1]
    healthy = [bodies.envelope(bodies.change(bodies.value(messages=[bodies.message()])))["entry"][0] for _ in range(2)]
    expected = [h["changes"][0]["value"]["messages"][0]["id"] for h in healthy]

    told = tell({"entry": [healthy[0], *(spoiled(e, chance, other) for e in entry), healthy[1]]})

    assert expected == [wamid for wamid in wamids(told) if wamid in expected]
    assert not [reason for reason in reasons(told) if reason.startswith("unexpected")]
