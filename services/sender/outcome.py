"""What an attempt at Graph means for its message: one table of every code that Meta documents."""

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """The six ends of an attempt."""

    ACCEPTED = "accepted"  # it has a wamid
    THROTTLED = "throttled"  # surely not accepted: too fast, and by whom is in the code
    TRANSIENT = "transient"  # surely not accepted: it never left, or Meta was closed for a minute
    PERMANENT = "permanent"  # surely not accepted, and never will be
    PARKED = "parked"  # surely not accepted: the token or the account is at fault, so every send of the number waits
    UNKNOWN = "unknown"  # may have been accepted: never again by ourselves


PAIR_LIMIT = 131056  # the one throttle that concerns a single customer
NOT_SENT = "not_sent"  # a word of ours: the request surely never left
NO_ANSWER = "no_answer"  # and this one: it left, and nobody knows more

_TABLE: dict[Outcome, tuple[int | str, ...]] = {
    Outcome.THROTTLED: (
        *(4, 80007, 130429),  # the app, the account, the number
        PAIR_LIMIT,
        # Graph surely refused these too, and they pass within minutes.
        *(613, 131208, 132069, 134101, 134102),
    ),
    # Meta's maintenance: the number moves to a higher tier, or between hosts.
    Outcome.TRANSIENT: (NOT_SENT, 131057, 2494100),
    Outcome.PARKED: (
        *("bad_token", 0, 3, 10, 190),  # the token, or what it may do
        *(33, 131045, 133000, 133005, 133006, 133008, 133009, 133010, 133015, 133016),  # the number's registration
        *(368, 131005, 131031, 131037, 131042, 131044, 131063),  # the account: policy, lock, name, payment
    ),
    Outcome.UNKNOWN: (NO_ANSWER, 1, 2, 131000, 131016, 133004),
    Outcome.PERMANENT: (
        100,
        *(130403, 130472, 130497),
        *(131008, 131009, 131020, 131021, 131026, 131030, 131041, 131047),
        # These pass after hours, which is longer than an agent should believe that an answer is on its way.
        *(131048, 131049, 131064),
        *(131050, 131051, 131052, 131053, 131055, 131059, 131060, 131061, 131062, 131070),
        *(132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068),
        *(134011, 134100, 135000, 136024, 137000),
        *(2593107, 2593108, 2593109),
    ),
}

# (first, last) of codes that Meta documents by range; a single code above wins.
_RANGES: tuple[tuple[int, int, Outcome], ...] = (
    (200, 299, Outcome.PARKED),
    (131201, 131215, Outcome.PERMANENT),
    (138000, 138099, Outcome.PERMANENT),
    (139000, 139004, Outcome.PERMANENT),
    (139100, 139103, Outcome.PERMANENT),
    (147001, 147005, Outcome.PERMANENT),
    (2388000, 2388999, Outcome.PERMANENT),
)


def _inverted(table: dict[Outcome, tuple[int | str, ...]]) -> dict[int | str, Outcome]:
    pairs: Iterable[tuple[int | str, Outcome]] = ((code, outcome) for outcome in table for code in table[outcome])
    return dict(pairs)


_BY_CODE = _inverted(_TABLE)


def outcome(http_code: int, error_code: int | str | None, *, has_wamid: bool = False) -> Outcome:
    """What the answer means; HTTP's code decides only where Graph gave none of the table (META 5.1: it is unreliable).

    A code that Meta invents tomorrow is believed to be a refusal when it comes with a 4xx.
    """
    if has_wamid:
        return Outcome.ACCEPTED
    if error_code in _BY_CODE:
        return _BY_CODE[error_code]
    if isinstance(error_code, int):
        for first, last, known in _RANGES:
            if first <= error_code <= last:
                return known
    return _by_http(http_code)


def _by_http(http_code: int) -> Outcome:
    if http_code == 429:
        return Outcome.THROTTLED
    if http_code == 401:
        return Outcome.PARKED
    # 408: the request was read too slowly, in part or whole. Redirects and the like are nobody's answer.
    if 400 <= http_code < 500 and http_code != 408:
        return Outcome.PERMANENT
    return Outcome.UNKNOWN
