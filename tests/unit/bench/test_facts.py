"""What is promised of the facts that wait for a projector."""

from bench import facts
from bench.webhooks import serials
from shared.contract.events import MessageReceived, decode
from shared.contract.ids import WorkspaceId


def test_each_fact_is_a_message_and_names_its_serial() -> None:
    """So that what is in a store can be compared with what was asked."""
    wanted = facts.serials(5, 40)
    lines = list(facts.lines(WorkspaceId("w"), wanted, 1_785_000_000_000))

    assert all(isinstance(decode(line), MessageReceived) for line in lines)
    assert list(wanted) == list(serials(b"\n".join(lines)))


def test_the_facts_of_two_rounds_are_others() -> None:
    """And those of a later one have higher serials."""
    assert facts.serials(0, 10)[-1] < facts.serials(10, 10)[0]


def test_a_thousand_customers_write() -> None:
    """To one number: its commits are what has to be shared."""
    lines = facts.lines(WorkspaceId("w"), facts.serials(0, 2_000), 0)
    people = {fact.contact.user_id for line in lines if isinstance(fact := decode(line), MessageReceived)}

    assert 1_000 == len(people)


def test_customers_go_on_in_turn_where_the_last_facts_ended() -> None:
    """So that after any number of fillings each has as many messages as the others."""
    lines = facts.lines(WorkspaceId("w"), facts.serials(3, 2), 0, 4, 3)
    people = [fact.contact.name for line in lines if isinstance(fact := decode(line), MessageReceived)]

    assert ["Customer 3", "Customer 0"] == people


def test_some_of_each_customer_may_come_in_a_row() -> None:
    """So that however many customers there are, as many messages of one are in a batch."""
    lines = facts.lines(WorkspaceId("w"), facts.serials(0, 6), 0, 2, 0, 2)
    people = [fact.contact.name for line in lines if isinstance(fact := decode(line), MessageReceived)]

    assert ["Customer 0"] * 2 + ["Customer 1"] * 2 + ["Customer 0"] * 2 == people
