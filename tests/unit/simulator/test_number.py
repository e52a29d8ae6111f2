"""What Graph says about a number."""

from simulator import number
from simulator.number import Number

NUMBER = Number("1", "9", "15550783881", "Lakeside Bakery")


def test_field_lists_are_read_as_graph_reads_them() -> None:
    """Sub-fields, modifiers and blanks do not confuse the names."""
    assert ["verified_name", "throughput", "webhook_configuration"] == number.names(
        "verified_name, throughput{level,x{y}},webhook_configuration.limit(3)"
    )
    assert [] == number.names(" , ")


def test_a_number_shows_itself_in_metas_words() -> None:
    """Display numbers have a plus in lookups and none in webhooks."""
    assert "+15550783881" == NUMBER.fields({})["display_phone_number"]
    assert {"display_phone_number": "15550783881", "phone_number_id": "1"} == NUMBER.metadata()


def test_a_coexistence_number_says_so() -> None:
    """is_on_biz_app, and no throughput level of its own."""
    shared = Number("1", "9", "15550783881", "Lakeside Bakery", coexistence=True)

    assert shared.fields({})["is_on_biz_app"]
    assert {"level": "NOT_APPLICABLE"} == shared.fields({})["throughput"]


def test_every_default_field_exists() -> None:
    """A lookup without fields answers them all."""
    assert set(number.DEFAULT_FIELDS) <= set(NUMBER.fields({}))
