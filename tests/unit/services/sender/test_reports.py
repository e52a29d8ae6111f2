"""The events that the sender tells."""

from services.sender import reports
from services.sender.outcome import Outcome
from services.sender.verdict import Verdict
from shared.contract import events
from shared.contract.errors import GraphError
from shared.contract.events import Identity, NumberRefused, SendAccepted, SendFailed, SendUncertain
from shared.contract.ids import NumberId, Wamid, WorkspaceId
from tests.unit.services.sender.test_request import TEXT, send

ERROR = GraphError(code=1, message="m")


def test_each_event_names_the_message_and_its_number() -> None:
    """What was told can be read back, and says when."""
    command = send(TEXT)
    came = Verdict(Outcome.ACCEPTED, contact=Identity(wa_id="1650"))
    lines = [
        reports.accepted(command, came, Wamid("wamid.A"), 77),
        reports.failed(command, ERROR, 77),
        reports.uncertain(command, None, 77),
    ]
    told = [events.decode(line) for line in lines]
    assert [SendAccepted, SendFailed, SendUncertain] == [type(each) for each in told]
    for each in told:
        assert isinstance(each, SendAccepted | SendFailed | SendUncertain)
        assert (command.message_id, command.number_id, command.workspace_id) == (
            each.message_id,
            each.number_id,
            each.workspace_id,
        )
        assert (77, 77) == (each.received_ms, each.at_ms)


def test_an_event_is_one_line() -> None:
    """Events travel joined by line breaks, so whatever Meta wrote must not hold one."""
    line = reports.failed(send(TEXT), GraphError(code=1, message="two\nlines"), 1)
    assert b"\n" not in line


def test_a_refused_number_names_the_credentials() -> None:
    """Which version was refused decides whether it still matters."""
    told = events.decode(reports.refused(WorkspaceId("w"), NumberId("n"), 3, ERROR, 77))
    assert isinstance(told, NumberRefused)
    assert (3, 1, 77) == (told.credential_version, told.error.code, told.at_ms)
