"""What an installation needs, held to sums that a person can do."""

import dataclasses

import pytest

from tools.sizing import BEGIN, END, GIB, PAGE, Costs, Load, Plan, measured

COSTS = Costs(
    ingest_alone=600, ingest=200, rabbitmq_alone=700, rabbitmq=100, projector_alone=1_000, projector=100,
    redis_alone=300, redis=30, push_alone=300, sender=600, rabbitmq_of_send=100, redis_of_send=100,
)  # fmt: skip
# One message in and one out a second at the mean, ten at the peak.
LOAD = Load(numbers=864, received=100, sent=100)


def test_a_message_out_is_three_webhooks_and_five_facts() -> None:
    """And one in is one of each."""
    plan = Plan(LOAD, COSTS)
    assert (10, 40, 60) == tuple(map(round, (plan.sends_per_s, plan.webhooks_per_s, plan.facts_per_s)))
    assert 172_800 == plan.messages_a_day


def test_cores_are_costs_times_what_comes() -> None:
    """At a few webhooks a second each costs what it does alone."""
    cores = Plan(LOAD, COSTS).cores()
    assert 40 * 600e-6 == pytest.approx(cores["ingest"])
    assert 60 * 1_000e-6 == pytest.approx(cores["projector"])
    assert 40 * 700e-6 + 10 * 100e-6 == pytest.approx(cores["RabbitMQ"])
    assert 60 * 300e-6 + 120 * 5e-6 == pytest.approx(cores["push"])


def test_what_gathers_never_costs_less_for_more() -> None:
    """Between what was measured alone and together it stands still, and then it grows."""
    loads = [dataclasses.replace(LOAD, numbers=864 * times) for times in (1, 5, 10, 20, 50, 500)]
    spent = [Plan(load, COSTS).cores()["ingest"] for load in loads]
    assert spent == sorted(spent)
    assert 500 * 40 * 200e-6 == pytest.approx(spent[-1])


def test_one_of_each_may_go_but_the_sender_stands_alone_while_it_can() -> None:
    """It keeps the order of sends."""
    assert {"ingest": 2, "api": 2, "projector": 2, "push": 2, "sender": 1} == Plan(LOAD, COSTS).copies()
    assert 4 == Plan(dataclasses.replace(LOAD, numbers=20_000, agents=2), COSTS).copies()["push"]


def test_memory_is_days_times_messages() -> None:
    """Beside what is kept for a day and for eight."""
    kept = Plan(LOAD, COSTS).redis_bytes()
    assert 172_800 * 90 * 900 == kept["messages of 90 days"]
    assert 864 * 600 * 2 * 670 == kept["feeds of a day"]
    assert 8 * 86_400 * 1_330 == kept["sends of eight days"]
    more = Plan(dataclasses.replace(LOAD, kept_days=900), COSTS)
    assert 5 == more.masters == round(sum(more.redis_bytes().values()) / (32 * GIB) + 0.5)


def test_costs_come_from_the_results_that_are_shown() -> None:
    """Every stage that is needed is kept, and the page has a place for the tables."""
    costs = measured()
    assert all(getattr(costs, each.name) > 0 for each in dataclasses.fields(costs))
    assert 0 < PAGE.read_text().index(BEGIN) < PAGE.read_text().index(END)
