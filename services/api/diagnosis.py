"""What the facts about a number's connection mean, hop by hop. Pure."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from services.api.findings import hop
from services.api.hops import Code, Hop
from shared.contract.chat import Gaps, Number
from shared.contract.errors import GraphError
from shared.contract.evidence import Evidence
from shared.graph_wiring import App, Wiring
from shared.number_record import NumberRecord
from shared.registry import Callback

RECENT_MS = 24 * 60 * 60 * 1000  # whoever delivered within a day is believed to deliver still
MINUTE_MS = 60 * 1000
QUIET_MS = 7 * 24 * 60 * 60 * 1000

# Graph's codes (META 5.2) by what they say of the token; any other is about the number or its account.
_TOKEN: frozenset[int | str] = frozenset({0, 102, 104, 190, 2500, "bad_token", "http_401"})
_PERMISSION: frozenset[int | str] = frozenset({3, 10, 131005, *range(200, 300)})
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


def diagnose(facts: Facts) -> list[Hop]:
    """The six hops, in the order in which somebody sets them up."""
    hops = [_callback(facts), _signatures(facts), _token(facts), _subscription(facts), _last_webhook(facts)]
    return [*hops, _missing(facts)]


def _callback(facts: Facts) -> Hop:
    verified_ms, refused_ms = facts.callback.last_verified_ms or 0, facts.callback.last_verify_refused_ms or 0
    # A failed attempt to save it once more leaves the address as it was: what arrives since then proves that it works.
    if refused_ms > max(verified_ms, facts.last_webhook_ms):
        return hop("callback_verified", "callback_token_mismatch", refused_ms)
    if verified_ms:
        return hop("callback_verified", "callback_verified", verified_ms)
    if facts.evidence.verified:
        return hop("callback_verified", "callback_in_use", facts.evidence.verified)
    return hop("callback_verified", "callback_never_verified")


def _signatures(facts: Facts) -> Hop:
    record, seen = facts.record, facts.evidence
    if not record.connected:
        return hop("signed_webhooks", "connect_first")
    if not any(secret.until_ms is None for secret in record.app_secrets):
        unsigned = max(seen.unsigned or 0, seen.unchecked or 0)
        return hop("signed_webhooks", "unsigned_seen" if unsigned else "no_app_secret", unsigned)
    # What was held against an earlier secret says nothing of the present one.
    at = partial(seen.judged, secret_ms=record.app_secret_set_ms or 0)
    good_ms = max(at("verified"), at("released"))
    mismatch: Code = "signature_mismatch_lately" if good_ms else "signature_mismatch"
    found: list[tuple[int, Code]] = [
        (at("missing"), "signature_missing"),
        (max(at("mismatch"), at("buried")), mismatch),
        (at("superseded"), "replaced_secret_still_signs"),
    ]
    bad_ms, bad = max(found)
    if good_ms and good_ms >= bad_ms:
        return hop("signed_webhooks", "signed", good_ms)
    return hop("signed_webhooks", bad, bad_ms) if bad_ms else hop("signed_webhooks", "nothing_signed_yet")


def _token(facts: Facts) -> Hop:
    found = facts.examination
    if found is None:
        return hop("token_accepted", "not_connected")
    if found.refusal is not None:
        return hop("token_accepted", _refused(found.refusal), found.asked_ms, graph_error=found.refusal)
    if found.wiring is None:
        return hop("token_accepted", "graph_unreachable", found.asked_ms)
    if facts.number.state == "token_refused":
        return hop("token_accepted", "sending_refused", found.asked_ms, graph_error=facts.number.error)
    return hop("token_accepted", "token_accepted", found.asked_ms)


def _refused(error: GraphError) -> Code:
    if error.code in _TOKEN:
        return "token_refused"
    if is_invisible(error):
        return "number_not_visible"
    if error.code in _PERMISSION:
        return "permission_missing"
    return "graph_trouble" if _is_trouble(error) else "number_refused"


def is_about_fields(error: GraphError) -> bool:
    """Whether Graph refused what was asked for rather than who asks: then less may be asked for."""
    return (error.code == 100 and error.subcode != 33) or error.code in _PERMISSION


def is_invisible(error: GraphError) -> bool:
    """What a wrong id gets, and an id that the token may not see: Graph does not tell which."""
    return error.code == 33 or (error.code == 100 and error.subcode == 33)


def _is_trouble(error: GraphError) -> bool:
    # Without Meta's own code it was a proxy, a firewall or a rate limit on the way that answered.
    return error.code in _TROUBLE or (isinstance(error.code, str) and error.code.startswith("http_"))


def _subscription(facts: Facts) -> Hop:
    found = facts.examination
    if found is None:
        return hop("subscribed", "connect_first")
    if found.refusal is not None:
        if _refused(found.refusal) != "graph_trouble":
            return hop("subscribed", "token_first")
        return hop("subscribed", "graph_trouble", found.asked_ms, graph_error=found.refusal)
    if found.wiring is None:
        return hop("subscribed", "graph_unreachable", found.asked_ms)
    if found.apps_refusal is not None:
        return hop("subscribed", _unreadable(found.apps_refusal), found.asked_ms, graph_error=found.apps_refusal)
    account_id = found.wiring.account_id or facts.evidence.account_id
    if found.apps is None:
        return hop("subscribed", "account_unknown" if account_id is None else "graph_unreachable", found.asked_ms)
    if not found.apps:
        return hop("subscribed", "not_subscribed", found.asked_ms, named=account_id)
    return _subscribed(facts, found, found.wiring, found.apps)


def _unreadable(error: GraphError) -> Code:
    if error.code in _PERMISSION or is_invisible(error):
        return "subscription_not_permitted"
    return "graph_trouble" if _is_trouble(error) else "subscription_unreadable"


def _subscribed(facts: Facts, found: Examination, wiring: Wiring, apps: tuple[App, ...]) -> Hop:
    others = [app.name for app in apps if app.id != wiring.app_id]
    named = ", ".join(others)
    if wiring.app_id is None:
        if facts.delivers_lately:
            return hop("subscribed", "subscribed", found.asked_ms)
        return hop("subscribed", "which_app_unknown", found.asked_ms, named=named)
    by_another = hop("subscribed", "other_app_delivers", facts.last_webhook_ms, named=named)
    if len(others) == len(apps):
        if facts.delivers_lately:
            return by_another
        return hop("subscribed", "other_app_only", found.asked_ms, named=named)
    if wiring.delivers_to is None:
        return hop("subscribed", "subscribed", found.asked_ms)
    level, url = wiring.delivers_to
    here, there = urlsplit(facts.callback_url), urlsplit(url)
    # The path holds a key that nobody guesses: with it, another name of the host is still this inbox while it works.
    ours = here.path == there.path.rstrip("/")
    if ours and (facts.delivers_lately or here.netloc.lower() == there.netloc.lower()):
        return hop("subscribed", "subscribed", found.asked_ms)
    if others and facts.delivers_lately:
        return by_another
    return hop(
        "subscribed",
        "delivers_elsewhere" if level == "app" else "override_elsewhere",
        found.asked_ms,
        named=there.hostname,
    )


def _last_webhook(facts: Facts) -> Hop:
    at = partial(facts.evidence.judged, secret_ms=facts.record.app_secret_set_ms or 0)
    taken_ms, refused_ms = facts.last_webhook_ms, max(at("missing"), at("mismatch"))
    if not facts.record.connected:
        return hop("last_webhook", "connect_first")
    if not facts.record.enabled:
        return hop("last_webhook", "switched_off", taken_ms)
    if refused_ms > taken_ms:
        return hop("last_webhook", "latest_refused", refused_ms)
    gaps = facts.number.gaps
    # Of a webhook that has just been taken in, chat state may not know yet.
    if gaps is not None and gaps.silent_since is not None and taken_ms < gaps.silent_since + MINUTE_MS:
        return hop("last_webhook", "silent", gaps.silent_since)
    if taken_ms:
        return hop("last_webhook", "received" if taken_ms > facts.now_ms - QUIET_MS else "quiet", taken_ms)
    if facts.callback.last_webhook_ms:
        return hop("last_webhook", "nothing_for_this_number", facts.callback.last_webhook_ms)
    return hop("last_webhook", "nothing_yet")


def _missing(facts: Facts) -> Hop:
    gaps = facts.number.gaps or Gaps()
    found: list[tuple[int, Code]] = [
        (gaps.unknown_statuses, "sent_messages_missing"),
        (gaps.unseen_quotes + gaps.unseen_targets, "messages_missing"),
        (gaps.elsewhere_statuses, "other_app_sends"),
    ]
    if not facts.record.connected:
        return hop("nothing_missing", "connect_first")
    for count, code in found:
        if count:
            return hop("nothing_missing", code, gaps.latest_at, named=str(count))
    return hop("nothing_missing", "nothing_missing")
