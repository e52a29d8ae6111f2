"""What is known of a number's connection when the connect doctor looks, and what Graph's refusals say of it. Pure."""

from dataclasses import dataclass

from services.api.findings import hop
from services.api.hops import Code, Hop, HopName
from shared.contract.chat import Number
from shared.contract.errors import GraphError
from shared.contract.evidence import Evidence
from shared.graph_app import AppFields, Inspection
from shared.graph_wiring import App, Wiring
from shared.number_record import NumberRecord
from shared.registry import Callback

RECENT_MS = 24 * 60 * 60 * 1000  # whoever delivered within a day is believed to deliver still

# Graph's codes (META 5.2) by what they say of the token; any other is about the number or its account.
_TOKEN: frozenset[int | str] = frozenset({0, 102, 104, 190, 2500, "bad_token", "http_401"})
PERMISSION: frozenset[int | str] = frozenset({3, 10, 131005, *range(200, 300)})
_TROUBLE: frozenset[int | str] = frozenset(
    {1, 2, 4, 17, 32, 341, 613, 80007, 80008, 130429, 131000, 131016, 131057, 133004, 2494100}
)


@dataclass(frozen=True, slots=True)
class Examination:
    """What Graph answered to the doctor; where there is neither an answer nor a refusal, it did not answer in time."""

    asked_ms: int
    wiring: Wiring | None = None  # the token was accepted
    refusal: GraphError | None = None
    apps: tuple[App, ...] | None = None
    apps_refusal: GraphError | None = None
    token: Inspection | None = None
    token_refusal: GraphError | None = None
    fields: AppFields | None = None
    fields_refusal: GraphError | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known; without an examination the number is not connected."""

    record: NumberRecord
    number: Number
    callback: Callback
    callback_url: str
    evidence: Evidence
    examination: Examination | None
    now_ms: int

    @property
    def last_webhook_ms(self) -> int:
        """When a webhook about the number was last taken in, by either account of it; 0 is never."""
        return max(self.evidence.taken_ms, self.number.last_webhook_at or 0)

    @property
    def delivers_lately(self) -> bool:
        """Whether Meta's webhooks about the number reach us, whatever its settings say."""
        return self.last_webhook_ms > self.now_ms - RECENT_MS


def refused(error: GraphError) -> Code:
    """What a refusal to show the number says."""
    if error.code in _TOKEN:
        return "token_refused"
    if is_invisible(error):
        return "number_not_visible"
    if error.code in PERMISSION:
        return "permission_missing"
    return "graph_trouble" if is_trouble(error) else "number_refused"


def is_about_fields(error: GraphError) -> bool:
    """Whether Graph refused what was asked for rather than who asks: then less may be asked for."""
    return (error.code == 100 and error.subcode != 33) or error.code in PERMISSION


def is_invisible(error: GraphError) -> bool:
    """What a wrong id gets, and an id that the token may not see: Graph does not tell which."""
    return error.code == 33 or (error.code == 100 and error.subcode == 33)


def is_trouble(error: GraphError) -> bool:
    """Whether Graph, or something on the way to it, had no answer to give."""
    # Without Meta's own code it was a proxy, a firewall or a rate limit on the way that answered.
    return error.code in _TROUBLE or (isinstance(error.code, str) and error.code.startswith("http_"))


def unasked(facts: Facts, name: HopName) -> Hop | None:
    """The hop where Graph could not be asked about the number; None where it has answered."""
    found = facts.examination
    if found is None:
        return hop(name, "connect_first")
    if found.refusal is not None:
        if refused(found.refusal) != "graph_trouble":
            return hop(name, "token_first")
        return hop(name, "graph_trouble", found.asked_ms, graph_error=found.refusal)
    return hop(name, "graph_unreachable", found.asked_ms) if found.wiring is None else None
