"""What is said of settled deliveries."""

from hypothesis import given
from hypothesis import strategies as st

from shared.broker.amqp.acks import Tags

TAGS = 40


@given(st.permutations(range(1, TAGS + 1)), st.lists(st.integers(1, 7), min_size=TAGS, max_size=TAGS))
def test_each_is_acknowledged_once_and_none_before_its_turn(order: list[int], sizes: list[int]) -> None:
    """In whatever order and company they end: never one that is still in hand, never one twice, all in the end."""
    tags, settled, gone, at = Tags(), set[int](), set[int](), 0
    for size in sizes:
        ended, at = order[at : at + size], at + size
        settled |= set(ended)
        for tag, multiple in tags.told(ended) if ended else []:
            assert tag not in gone
            covered = set(range(1, tag + 1)) - gone if multiple else {tag}
            assert covered <= settled
            gone |= covered
    assert gone == set(range(1, TAGS + 1))


def test_all_without_a_gap_are_one_word() -> None:
    """A batch costs no more than its last one."""
    tags = Tags()
    assert [(3, True)] == tags.told([1, 2, 3])
    assert [(6, False), (4, False)] == tags.told([4, 6])
    assert [(5, False)] == tags.told([5])
    assert [(8, True)] == tags.told([8, 7])
