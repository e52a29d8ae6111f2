"""A small world of facts for property tests: three contacts, a dozen messages, everything that may happen to them."""

from collections.abc import Callable, Sequence
from random import Random

from hypothesis import strategies as st

from services.api.projection import Fact
from shared.contract import commands, events
from shared.contract.errors import GraphError
from shared.contract.events import Identity
from shared.contract.ids import ContactId, MessageId, NumberId, Wamid, WorkspaceId
from shared.contract.order import arrival_key
from shared.contract.status import Status

WORKSPACE, NUMBER = WorkspaceId("w1"), NumberId("106540352242922")
T = 1_760_000_000_000
PEOPLE = (
    Identity(user_id="US.100", wa_id="15550000100", name="Ann"),
    Identity(user_id="BR.200", wa_id="5511900000200", username="bento"),
    Identity(user_id="DE.300", parent_user_id="DE.ENT.9", name="Çelik"),
)
INBOUND = [Wamid(f"wamid.in{i}") for i in range(6)]
SENT = [(MessageId(f"0000000{i}-0000-4000-8000-000000000000"), Wamid(f"wamid.out{i}")) for i in range(4)]
REACTION = (MessageId("0000000f-0000-4000-8000-000000000000"), Wamid("wamid.outreaction"))
OWN = {"workspace_id": WORKSPACE, "number_id": NUMBER}


def person(index: int) -> Identity:
    """Who wrote or got a message: fixed by the message, as it is in life."""
    return PEOPLE[index % len(PEOPLE)]


@st.composite
def identity(draw: st.DrawFn, whole: Identity) -> Identity:
    """What one webhook happens to say of a contact: some of the identifiers, at least one, and perhaps a name."""
    both = [name for name in ("user_id", "parent_user_id", "wa_id") if getattr(whole, name)]
    kept = draw(st.lists(st.sampled_from(both), min_size=1, unique=True))
    named = draw(st.booleans())
    return Identity(
        **{name: getattr(whole, name) for name in kept},
        name=draw(st.sampled_from([whole.name, "Another name"])) if named else None,
        username=whole.username if named else None,
    )


def disordered(facts: Sequence[Fact], chance: Random) -> list[Fact]:
    """In any order, a third of them twice."""
    told = [*facts, *chance.sample(facts, len(facts) // 3)]
    chance.shuffle(told)
    return told


def text(words: str) -> dict[str, object]:
    """The content of a text."""
    return {"type": "text", "text": {"body": words}}


@st.composite
def fact(draw: st.DrawFn) -> Fact:
    """One thing that happened or was asked."""
    kind = draw(st.sampled_from(sorted(_KINDS)))
    return draw(_KINDS[kind]())


@st.composite
def _received(draw: st.DrawFn) -> Fact:
    i = draw(st.integers(0, len(INBOUND) - 1))
    quoted = {3: INBOUND[0], 4: SENT[1][1], 5: SENT[2][1]}.get(i)
    content = {"type": "system", "system": {}} if i == 2 else text(f"in {i}")
    return events.MessageReceived(
        **OWN,
        received_ms=T + i * 1000 + draw(st.sampled_from([300, 900])),
        position=draw(st.integers(0, 2)),
        wamid=INBOUND[i],
        contact=draw(identity(person(i))),
        sent_ms=T + (i // 2) * 2000,
        content=content,
        context=events.Context(message_id=quoted) if quoted else None,
        history=draw(st.booleans()) if i == 5 else False,
        standby=draw(st.booleans()) if i == 1 else False,
    )


@st.composite
def _echoed(draw: st.DrawFn) -> Fact:
    i = draw(st.integers(2, 3))  # an echo may be of what was sent here: then both are one message
    return events.MessageEchoed(
        **OWN, received_ms=T + 20_500, wamid=SENT[i][1], contact=draw(identity(person(i))), sent_ms=T + 20_000 + i,
        content=text(f"echo {i}"),
    )  # fmt: skip


@st.composite
def _asked(draw: st.DrawFn) -> Fact:
    i = draw(st.integers(0, len(SENT) - 1))
    who = person(i)
    quoted = INBOUND[i % 3] if i % 2 else None
    return commands.SendMessage(
        **OWN, at_ms=T + 10_000 + i, message_id=SENT[i][0], lane="lane", address=commands.Address(),
        contact_id=ContactId(draw(st.sampled_from([n for n in (who.user_id, who.wa_id) if n]))),
        content=text(f"out {i}"), context_message_id=MessageId(quoted) if quoted else None, context_wamid=quoted,
    )  # fmt: skip


@st.composite
def _reaction_asked(draw: st.DrawFn) -> Fact:
    who = person(0)
    return commands.SendMessage(
        **OWN, at_ms=T + 30_000, message_id=REACTION[0], lane="lane", address=commands.Address(),
        contact_id=ContactId(draw(st.sampled_from([n for n in (who.user_id, who.wa_id) if n]))),
        content={"type": "reaction", "reaction": {"message_id": INBOUND[0], "emoji": "👍"}},
        target_message_id=MessageId(INBOUND[0]), target_wamid=INBOUND[0],
    )  # fmt: skip


@st.composite
def _status(draw: st.DrawFn) -> Fact:
    ours = draw(st.sampled_from([*SENT, REACTION]))
    i = SENT.index(ours) if ours in SENT else 0
    status = draw(st.sampled_from([Status.SENT, Status.DELIVERED, Status.READ, Status.FAILED]))
    return events.StatusReported(
        **OWN, received_ms=T + 40_000, wamid=ours[1], message_id=ours[0] if draw(st.booleans()) else None,
        status=status, at_ms=T + 11_000 + status.rank * 100 + draw(st.integers(0, 3)),
        contact=draw(identity(person(i))) if draw(st.booleans()) else Identity(),
        error=GraphError(code=131026, message="undeliverable") if status is Status.FAILED else None,
    )  # fmt: skip


@st.composite
def _answered(draw: st.DrawFn) -> Fact:
    ours = draw(st.sampled_from([*SENT, REACTION]))
    i = SENT.index(ours) if ours in SENT else 0
    own = {**OWN, "received_ms": T, "message_id": ours[0], "at_ms": T + 10_500}
    error = GraphError(code=131000, message="something went wrong")
    return draw(
        st.sampled_from(
            [
                events.SendAccepted(**own, wamid=ours[1], contact=person(i)),
                events.SendFailed(**own, error=error),
                events.SendUncertain(**own, error=error),
            ]
        )
    )


@st.composite
def _reacted(draw: st.DrawFn) -> Fact:
    i = draw(st.integers(0, 1))
    at = draw(st.integers(0, 3))
    return events.ReactionReceived(
        **OWN, received_ms=T, wamid=Wamid(f"wamid.react{at}"), target=SENT[i][1], contact=draw(identity(person(i))),
        emoji=["❤️", "😂", "", "🙏"][at], at_ms=T + 50_000 + at, by_contact=at < 3,
    )  # fmt: skip


@st.composite
def _edited(draw: st.DrawFn) -> Fact:
    i, at = draw(st.integers(0, 3)), draw(st.integers(0, 2))
    return events.MessageEdited(
        **OWN, received_ms=T, wamid=Wamid(f"wamid.edit{i}{at}"), target=INBOUND[i], contact=draw(identity(person(i))),
        content=text(f"edited {at}"), at_ms=T + 60_000 + at,
    )  # fmt: skip


@st.composite
def _revoked(draw: st.DrawFn) -> Fact:
    target = draw(st.sampled_from([INBOUND[4], SENT[3][1]]))
    who = person(4) if target == INBOUND[4] else person(3)
    return events.MessageRevoked(
        **OWN, received_ms=T, wamid=Wamid("wamid.revoke"), target=target, contact=draw(identity(who)), at_ms=T + 70_000
    )


@st.composite
def _marked(draw: st.DrawFn) -> Fact:
    i = draw(st.integers(0, 5))
    who = person(i)
    contact_id = ContactId(draw(st.sampled_from([n for n in (who.user_id, who.wa_id) if n])))
    at_ms = T + 80_000 + draw(st.integers(0, 3))
    if draw(st.booleans()):
        return commands.MarkUnread(**OWN, at_ms=at_ms, contact_id=contact_id)
    up_to = arrival_key(T + i * 1000 + 900, 2, INBOUND[i])
    return commands.MarkRead(**OWN, at_ms=at_ms, contact_id=contact_id, up_to=up_to)


@st.composite
def _identified(draw: st.DrawFn) -> Fact:
    new = Identity(user_id="US.101", wa_id="15550000101")
    return events.ContactIdentified(
        **OWN, received_ms=T, contact=draw(identity(new)), previous=draw(identity(PEOPLE[0])), at_ms=T + 90_000
    )


_KINDS = {
    "answered": _answered, "asked": _asked, "echoed": _echoed, "edited": _edited, "identified": _identified,
    "marked": _marked, "reacted": _reacted, "reaction asked": _reaction_asked, "received": _received,
    "revoked": _revoked, "status": _status,
}  # fmt: skip


@st.composite
def erased(draw: st.DrawFn, digest: Callable[[str], str]) -> events.ContactErased:
    """One of the three is erased, at any time; perhaps not all of their identifiers are known by then."""
    i = draw(st.integers(0, len(PEOPLE) - 1))
    whole = [*PEOPLE[i].identifiers, *(("US.101", "15550000101") if i == 0 else ())]
    at_ms = T + draw(st.sampled_from([500, 3_000, 10_001, 15_000, 25_000, 45_000, 65_000, 80_001, 95_000]))
    said: list[tuple[int, tuple[str, ...]]] = [(T + (n // 2) * 2000, (INBOUND[n],)) for n in range(i, len(INBOUND), 3)]
    said += [(T + 10_000 + n, SENT[n]) for n in range(i, len(SENT), 3)]
    gone = [name for sent_ms, names in said if sent_ms <= at_ms for name in names]
    told = bool(gone) and draw(st.booleans())
    references = draw(st.lists(st.sampled_from(gone), unique=True)) if told else []
    names = whole if references else draw(st.lists(st.sampled_from(whole), min_size=1, unique=True))
    return events.ContactErased(
        **OWN, received_ms=at_ms, erasure_id="e", names=tuple(map(digest, names)),
        references=tuple(map(digest, references)), at_ms=at_ms,
    )  # fmt: skip


# Long lists: what goes wrong needs several facts of one message, and a short list rarely has them.
facts = st.lists(fact(), min_size=25, max_size=60)


def names() -> list[str]:
    """Every identifier and every message's id that may be erased here."""
    people = [name for whole in PEOPLE for name in whole.identifiers]
    return [*people, "US.101", "15550000101", *INBOUND, *(name for ours in (*SENT, REACTION) for name in ours)]
