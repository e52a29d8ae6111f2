"""What came of an attempt."""

from services.sender import verdict
from services.sender.outcome import Outcome
from shared.contract.errors import GraphError
from shared.contract.events import Identity
from shared.contract.ids import Wamid
from shared.graph import Answer


def test_acceptance_carries_the_wamid_and_who_the_contact_is() -> None:
    """Both are needed to tell the projectors."""
    came = verdict.answered(Answer(200, wamid=Wamid("wamid.A"), contact=Identity(user_id="US.1")))
    assert (Outcome.ACCEPTED, "wamid.A", "US.1") == (came.outcome, came.wamid, came.contact.user_id)


def test_a_refusal_carries_meta_s_words_and_ours() -> None:
    """The error is explained once, here."""
    came = verdict.answered(Answer(400, error=GraphError(code=131047, message="Re-engagement message")))
    assert came.error is not None
    assert (Outcome.PERMANENT, 131047, "Re-engagement message") == (came.outcome, came.code, came.error.message)
    assert came.error.explanation
    assert came.error.advice


def test_an_answer_without_words_is_named_by_its_status() -> None:
    """A page of HTML has no code: its HTTP status stands in, and decides."""
    came = verdict.answered(Answer(502))
    assert came.error is not None
    assert (Outcome.UNKNOWN, "http_502", "http_502") == (came.outcome, came.code, came.error.code)


def test_graph_s_own_error_without_a_code_is_judged_by_the_status() -> None:
    """An error of Graph's shape that lacks a code does not count as unknown when it came with a 4xx."""
    came = verdict.answered(Answer(400, error=GraphError(code="http_400", message="no code")))
    assert Outcome.PERMANENT == came.outcome


def test_what_never_left_and_what_was_lost_are_told_apart() -> None:
    """The transport's two words become the two outcomes."""
    assert (Outcome.TRANSIENT, Outcome.UNKNOWN) == (verdict.never_left().outcome, verdict.lost().outcome)


def test_an_accepted_answer_is_never_without_evidence() -> None:
    """Everything but acceptance has an error to show."""
    others = [verdict.answered(Answer(code)) for code in (302, 400, 401, 404, 429, 500, 503)]
    assert all(came.error and came.error.explanation for came in (*others, verdict.never_left(), verdict.lost()))


def test_an_attempt_is_kept_with_its_numbers_and_without_words() -> None:
    """What HTTP and Graph said; where nobody was asked, or nobody answered, no status is made up."""
    refused = Answer(400, error=GraphError(code=131047, message="More than 24 hours", fbtrace_id="AbC"))
    unfit = Answer(401, error=GraphError(code="bad_token", message="The access token holds characters"))

    assert "permanent 400 131047 - AbC" == verdict.answered(refused).line
    assert "accepted 200" == verdict.answered(Answer(200, wamid=Wamid("wamid.A"))).line
    assert "unknown 502 http_502" == verdict.answered(Answer(502)).line
    assert "parked - bad_token" == verdict.answered(unfit).line
    assert "transient - not_sent" == verdict.never_left().line
    assert "unknown - no_answer" == verdict.lost().line
