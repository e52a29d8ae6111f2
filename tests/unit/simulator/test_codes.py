"""The table of Graph's codes."""

import pytest

from simulator import codes

LISTED = [
    0, 1, 2, 3, 4, 10, 33, 100, 190, 200, 299, 368, 613, 80007, 130403, 130429, 130472, 130497, 131000, 131005, 131008,
    131009, 131016, 131020, 131021, 131026, 131030, 131031, 131037, 131041, 131042, 131044, 131045, 131047, 131048,
    131049, 131050, 131051, 131052, 131053, 131055, 131056, 131057, 131059, 131060, 131061, 131062, 131063, 131064,
    131070, *range(131201, 131216), 132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068,
    132069, 133000, 133004, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011, 134100, 134101, 134102,
    135000, 136024, 137000, *range(139000, 139005), *range(139100, 139104), *range(147001, 147006), 2494100, 2593107,
    2593108, 2593109,
]  # fmt: skip


@pytest.mark.parametrize("code", LISTED)
def test_every_code_meta_lists_is_known(code: int) -> None:
    """Nothing in Meta's table falls back to the row for strangers."""
    assert codes.UNLISTED is not codes.row(code)


def test_rate_limits_are_400_as_meta_documents_them() -> None:
    """Only group and call limits answer 429."""
    assert {400} == {codes.row(code).http_code for code in (4, 80007, 130429, 131056)}
    assert {429} == {codes.row(code).http_code for code in (613, 131208)}


def test_an_unlisted_code_still_has_a_shape() -> None:
    """Tomorrow's code can be had on cue today."""
    assert 400 == codes.row(999_999).http_code
