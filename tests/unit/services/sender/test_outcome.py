"""What each of Graph's codes means for the message."""

import pytest

from services.sender.outcome import NO_ANSWER, NOT_SENT, Outcome, outcome

# Copied from Meta's error pages by hand, apart from the table under test: code, HTTP, what must happen.
DOCUMENTED: list[tuple[int, int, str]] = [
    (0, 401, "parked"),
    (1, 400, "unknown"),
    (2, 503, "unknown"),
    (3, 500, "parked"),
    (4, 400, "throttled"),
    (10, 403, "parked"),
    *((code, 403, "parked") for code in range(200, 300)),
    (33, 400, "parked"),
    (100, 400, "permanent"),
    (190, 401, "parked"),
    (368, 403, "parked"),
    (613, 429, "throttled"),
    (80007, 400, "throttled"),
    (130403, 400, "permanent"),
    (130429, 400, "throttled"),
    (130472, 400, "permanent"),
    (130497, 403, "permanent"),
    (131000, 500, "unknown"),
    (131005, 403, "parked"),
    (131008, 400, "permanent"),
    (131009, 400, "permanent"),
    (131016, 500, "unknown"),
    (131020, 400, "permanent"),
    (131021, 400, "permanent"),
    (131026, 400, "permanent"),
    (131030, 400, "permanent"),
    (131031, 403, "parked"),
    (131037, 400, "parked"),
    (131041, 400, "permanent"),
    (131042, 400, "parked"),
    (131044, 400, "parked"),
    (131045, 500, "parked"),
    (131047, 400, "permanent"),
    (131048, 400, "permanent"),
    (131049, 400, "permanent"),
    (131050, 400, "permanent"),
    (131051, 400, "permanent"),
    (131052, 400, "permanent"),
    (131053, 400, "permanent"),
    (131055, 400, "permanent"),
    (131056, 400, "throttled"),
    (131057, 500, "transient"),
    (131059, 400, "permanent"),
    (131060, 400, "permanent"),
    (131061, 400, "permanent"),
    (131062, 400, "permanent"),
    (131063, 400, "parked"),
    (131064, 400, "permanent"),
    (131070, 400, "permanent"),
    (131201, 206, "permanent"),
    *((code, 400, "permanent") for code in range(131202, 131208)),
    (131207, 403, "permanent"),
    (131208, 429, "throttled"),
    *((code, 400, "permanent") for code in range(131209, 131216)),
    (132000, 400, "permanent"),
    (132001, 404, "permanent"),
    (132005, 400, "permanent"),
    (132007, 400, "permanent"),
    (132008, 400, "permanent"),
    (132012, 400, "permanent"),
    (132015, 400, "permanent"),
    (132016, 400, "permanent"),
    (132018, 400, "permanent"),
    (132068, 400, "permanent"),
    (132069, 400, "throttled"),
    (133000, 500, "parked"),
    (133004, 503, "unknown"),
    *((code, 400, "parked") for code in (133005, 133006, 133008, 133009, 133010, 133015, 133016)),
    (134011, 400, "permanent"),
    (134100, 400, "permanent"),
    (134101, 500, "throttled"),
    (134102, 500, "throttled"),
    (135000, 400, "permanent"),
    (136024, 400, "permanent"),
    (137000, 400, "permanent"),
    (138000, 401, "permanent"),
    (138006, 400, "permanent"),
    (138018, 500, "permanent"),
    *((code, 400, "permanent") for code in range(139000, 139005)),
    *((code, 500, "permanent") for code in range(139100, 139104)),
    *((code, 400, "permanent") for code in range(147001, 147006)),
    (2388012, 400, "permanent"),
    (2388103, 400, "permanent"),
    (2494100, 400, "transient"),
    (2593107, 400, "permanent"),
    (2593108, 400, "permanent"),
    (2593109, 400, "permanent"),
]


@pytest.mark.parametrize(("code", "http", "expected"), DOCUMENTED)
def test_every_documented_code_has_its_consequence(code: int, http: int, expected: str) -> None:
    """Each code of Meta's pages ends as the table promises."""
    assert expected == outcome(http, code)


@pytest.mark.parametrize(("code", "_http", "expected"), DOCUMENTED)
def test_the_code_decides_and_not_the_http_status(code: int, _http: int, expected: str) -> None:
    """Meta sends codes with changing HTTP statuses: none of them changes what a known code means."""
    assert {expected} == {outcome(http, code) for http in (200, 206, 400, 401, 403, 404, 429, 500, 503)}


def test_a_wamid_is_acceptance() -> None:
    """With a wamid in the answer the message exists, whatever else was said."""
    assert Outcome.ACCEPTED == outcome(200, None, has_wamid=True)


@pytest.mark.parametrize("http", [400, 403, 404, 409, 413, 422])
def test_a_new_code_with_a_refusal_is_believed(http: int) -> None:
    """A code that Meta has not documented, with a 4xx, is a refusal for good."""
    assert Outcome.PERMANENT == outcome(http, 999_999)


@pytest.mark.parametrize("http", [500, 502, 503, 504])
@pytest.mark.parametrize("code", [None, "http_502", 999_999])
def test_a_failure_of_a_server_says_nothing(http: int, code: int | str | None) -> None:
    """A 5xx without a known code may hide an accepted message, so it is never repeated."""
    assert Outcome.UNKNOWN == outcome(http, code)


@pytest.mark.parametrize(
    ("http", "expected"),
    [(429, "throttled"), (401, "parked"), (403, "permanent"), (404, "permanent"), (408, "unknown"), (302, "unknown")],
)
def test_without_a_code_http_decides(http: int, expected: str) -> None:
    """An answer that is not Graph's own is judged by its status, and what is doubtful is unknown."""
    assert expected == outcome(http, None)


def test_what_never_left_may_go_again_and_what_was_lost_may_not() -> None:
    """The two words of the transport have the two opposite consequences."""
    assert (Outcome.TRANSIENT, Outcome.UNKNOWN) == (outcome(0, NOT_SENT), outcome(0, NO_ANSWER))
