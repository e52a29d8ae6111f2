"""Words for every code."""

import pytest

from shared.contract.advice import explained
from shared.contract.errors import GraphError

# Every code of Meta's error pages, and the words of ours, copied by hand.
CODES: list[int | str] = [
    *(0, 1, 2, 3, 4, 10, 200, 250, 299, 33, 100, 190, 368, 613, 80007),
    *(130403, 130429, 130472, 130497),
    *(131000, 131005, 131008, 131009, 131016, 131020, 131021, 131026, 131030, 131031, 131037, 131041, 131042, 131044),
    *(131045, 131047, 131048, 131049, 131050, 131051, 131052, 131053, 131055, 131056, 131057, 131059, 131060, 131061),
    *(131062, 131063, 131064, 131070, 131201, 131207, 131208, 131215),
    *(132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069),
    *(133000, 133004, 133005, 133006, 133008, 133009, 133010, 133015, 133016),
    *(134011, 134100, 134101, 134102, 135000, 136024, 137000, 138000, 138099),
    *(139000, 139004, 139100, 139103, 147001, 147005, 2388000, 2388999, 2494100, 2593107, 2593108, 2593109),
    *("no_answer", "interrupted", "expired", "cannot_send", "bad_token", "not_connected", "http_401", "http_404"),
]
GENERAL = {explained(GraphError(code=code, message="")).explanation for code in (999_999, "http_400", "http_502")}


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_in_one_sentence_and_advised_in_another(code: int | str) -> None:
    """Each documented code has words of its own, each a sentence that ends."""
    error = explained(GraphError(code=code, message="(#1) Meta's words"))
    assert error.explanation not in GENERAL
    for words in (error.explanation, error.advice):
        assert words[0].isupper()
        assert words.endswith(".")
        assert ". " not in words


def test_meta_s_own_words_are_left_alone() -> None:
    """Only our two fields are written."""
    error = GraphError(code=131047, title="T", message="M", details="D", subcode=5, fbtrace_id="F")
    ours = {"explanation", "advice"}
    assert error.model_dump(exclude=ours) == explained(error).model_dump(exclude=ours)


def test_a_number_that_the_token_cannot_see_is_not_blamed_on_a_message() -> None:
    """What Graph says when a number is connected with a wrong ID or token (100, subcode 33) has its own words."""
    error = explained(GraphError(code=100, subcode=33, message="Unsupported get request."))
    assert error.advice is not None
    assert "phone number ID" in error.advice
    assert error.advice != explained(GraphError(code=100, message="")).advice


@pytest.mark.parametrize(
    ("code", "doubtful"), [(999_999, False), ("http_400", False), ("http_502", True), ("tomorrow", True)]
)
def test_an_unlisted_code_still_gets_words(code: int | str, doubtful: bool) -> None:
    """A code that Meta invents tomorrow reads as a refusal, an unreadable answer as a doubt."""
    assert doubtful == ("may have gone out" in explained(GraphError(code=code, message="")).explanation)
