"""What a rebuild applies at once is bounded."""

from hypothesis import given
from hypothesis import strategies as st

from services.api.rebuild import APPLIED_BYTES_MAX, pieces
from shared.broker import Archived

SIZES = st.sampled_from([0, 1, APPLIED_BYTES_MAX // 3, APPLIED_BYTES_MAX, APPLIED_BYTES_MAX + 1])


@given(st.lists(SIZES, max_size=8))
def test_pieces_are_bounded_and_in_order(sizes: list[int]) -> None:
    """Nothing is left out; only a body that is larger than the bound stands alone above it."""
    taken = [Archived(offset, bytes(size)) for offset, size in enumerate(sizes)]
    found = pieces(taken)

    assert taken == [each for piece in found for each in piece]
    for piece in found:
        assert len(piece) == 1 or sum(len(each.body) for each in piece) <= APPLIED_BYTES_MAX
