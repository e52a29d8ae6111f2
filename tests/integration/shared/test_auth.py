"""Credentials on a real store: shown once, stored hashed, revoked at once, used once, ended in time."""

import asyncio
import re
import time

import pytest

from shared.auth import INVITES_MAX, LISTED_MAX, SESSION_MS, Credentials, TooMany, digest_of
from shared.contract.ids import WorkspaceId
from shared.redis import Redis
from tests.real.waiting import until, until_answered

DAY_MS = 24 * 3600 * 1000


class Clock:
    """The time of day, which a test may move."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def __call__(self) -> int:
        """Milliseconds since 1970."""
        return time.time_ns() // 1_000_000 + self.ahead_ms


@pytest.fixture
def clock() -> Clock:
    """One clock for both processes."""
    return Clock()


@pytest.fixture
def credentials(redis: Redis, clock: Clock) -> Credentials:
    """The credentials as one process sees them."""
    return Credentials(redis, clock)


@pytest.fixture
def elsewhere(redis: Redis, clock: Clock) -> Credentials:
    """As another process sees them."""
    return Credentials(redis, clock)


@pytest.fixture
def workspace_id(credentials: Credentials) -> WorkspaceId:
    """A workspace of the test's own."""
    return WorkspaceId(f"w{time.time_ns()}")


async def test_a_session_is_whoever_holds_its_secret(
    credentials: Credentials, elsewhere: Credentials, workspace_id: WorkspaceId
) -> None:
    """It may do everything but open the socket, and acts under the name it was given."""
    secret, session = await credentials.create_session(workspace_id, "Ada")

    for place in (credentials, elsewhere, elsewhere):
        principal = await place.authenticate(secret)
        assert principal is not None
        assert ("session", session.id, workspace_id) == (principal.kind, principal.id, principal.workspace_id)
        assert (session.id, "Ada") == (principal.agent.id, principal.agent.name)
        assert frozenset(("read", "send")) == principal.scopes
        assert digest_of(secret) == principal.digest


async def test_a_token_may_what_its_scopes_say(credentials: Credentials, workspace_id: WorkspaceId) -> None:
    """No more."""
    secret, token = await credentials.create_token(workspace_id, "CRM", ["read", "live"])

    principal = await credentials.authenticate(secret)
    assert principal is not None
    assert ("token", frozenset(("read", "live"))) == (principal.kind, principal.scopes)
    assert [token.id] == [listed.id for listed in await credentials.tokens(workspace_id)]


async def test_secrets_are_long_and_stored_as_hashes_only(
    credentials: Credentials, workspace_id: WorkspaceId, redis: Redis
) -> None:
    """At least 256 random bits, and a dump of the store lets nobody in."""
    secrets = [
        (await credentials.create_session(workspace_id, "Ada"))[0],
        (await credentials.create_token(workspace_id, "CRM", ["read"]))[0],
        (await credentials.create_invite(workspace_id))[0],
    ]
    assert all(re.fullmatch(r"ci[sti]_[A-Za-z0-9_-]{43}", secret) for secret in secrets)

    stored = ""
    for key in [f"{{{workspace_id}}}:{kind}" for kind in ("sessions", "tokens", "sessions:used", "tokens:used")]:
        stored += repr(await redis.hgetall(key))
    for secret in secrets:
        assert await redis.get(f"credential:{secret}") is None
        stored += repr(await redis.get(f"credential:{digest_of(secret)}"))
    assert not [secret for secret in secrets if secret in stored or secret[4:] in stored]


@pytest.mark.parametrize(
    "secret",
    ["", "cis_", "cis_" + "A" * 43, "cit_" + "A" * 42, "A" * 100_000, "cis_" + "é" * 43, "cis_" + "A" * 42 + "\n"],
)
async def test_whatever_was_never_given_out_is_nobody(credentials: Credentials, secret: str) -> None:
    """Malformed ones do not even reach the store."""
    assert await credentials.authenticate(secret) is None


async def test_a_revoked_one_is_refused_here_at_once_and_elsewhere_soon(
    credentials: Credentials, elsewhere: Credentials, workspace_id: WorkspaceId
) -> None:
    """Cut off, wherever it was seen a moment ago; how long that is remembered is told in the unit test of `recent`."""
    secret, token = await credentials.create_token(workspace_id, "CRM", ["read"])
    assert await credentials.authenticate(secret)
    assert await elsewhere.authenticate(secret)
    assert {digest_of(secret)} == await elsewhere.still_good([digest_of(secret), "0" * 64])

    assert await credentials.revoke_token(workspace_id, token.id)
    assert await credentials.authenticate(secret) is None
    assert set() == await elsewhere.still_good([digest_of(secret)])
    assert [] == await credentials.tokens(workspace_id)
    assert not await credentials.revoke_token(workspace_id, token.id)
    await until_answered(lambda: elsewhere.authenticate(secret), lambda caller: caller is None)


async def test_nobody_revokes_what_belongs_to_another_workspace(
    credentials: Credentials, workspace_id: WorkspaceId
) -> None:
    """An id is not enough: it is looked up in the workspace of who asks."""
    secret, session = await credentials.create_session(workspace_id, "Ada")

    assert not await credentials.revoke_session(WorkspaceId("another"), session.id)
    assert not await credentials.revoke_token(workspace_id, session.id)
    assert await credentials.authenticate(secret)


async def test_signing_out_ends_the_tokens_made_for_that_session_and_no_others(
    credentials: Credentials, workspace_id: WorkspaceId
) -> None:
    """The token that a browser made for itself goes with it; an integration's stays."""
    _, session = await credentials.create_session(workspace_id, "Ada")
    own, _ = await credentials.create_token(workspace_id, "this browser", ["read", "live"], session.id)
    other, _ = await credentials.create_token(workspace_id, "CRM", ["read"])

    assert await credentials.revoke_session(workspace_id, session.id)
    assert await credentials.authenticate(own) is None
    assert await credentials.authenticate(other)
    assert [] == await credentials.sessions(workspace_id)


async def test_a_session_ends_after_90_days_without_use_and_each_use_counts_anew(
    credentials: Credentials, workspace_id: WorkspaceId, redis: Redis, clock: Clock
) -> None:
    """A forgotten device is no door; a used one never closes by itself."""
    secret, session = await credentials.create_session(workspace_id, "Ada")
    key = f"credential:{digest_of(secret)}"
    assert SESSION_MS - 60_000 < await redis.pttl(key) <= SESSION_MS

    await redis.pexpire(key, DAY_MS)
    clock.ahead_ms = 89 * DAY_MS
    assert await Credentials(redis, clock).authenticate(secret)
    assert SESSION_MS - 60_000 < await redis.pttl(key) <= SESSION_MS
    assert [clock() - session.created_ms > 88 * DAY_MS] == [
        listed.last_used_ms - session.created_ms > 88 * DAY_MS for listed in await credentials.sessions(workspace_id)
    ]

    await redis.pexpire(key, 1)
    clock.ahead_ms += 91 * DAY_MS
    await asyncio.sleep(0.01)
    assert await Credentials(redis, clock).authenticate(secret) is None
    assert [] == await credentials.sessions(workspace_id)


async def test_tokens_do_not_end_by_themselves_and_tell_their_last_use(
    credentials: Credentials, workspace_id: WorkspaceId, redis: Redis
) -> None:
    """An integration that is quiet for a year still works."""
    secret, _ = await credentials.create_token(workspace_id, "CRM", ["read"])
    assert [None] == [listed.last_used_ms for listed in await credentials.tokens(workspace_id)]
    await credentials.authenticate(secret)

    assert -1 == await redis.pttl(f"credential:{digest_of(secret)}")
    (listed,) = await credentials.tokens(workspace_id)
    assert listed.last_used_ms is not None


async def test_an_invite_is_used_once_however_many_try_at_the_same_time(
    credentials: Credentials, elsewhere: Credentials, workspace_id: WorkspaceId
) -> None:
    """Two who share a link do not both get in."""
    invite, ends_ms = await credentials.create_invite(workspace_id)
    assert 0 <= ends_ms - time.time_ns() // 1_000_000 - DAY_MS + 5_000 <= 5_000

    led = await asyncio.gather(*(place.use_invite(invite) for place in [credentials, elsewhere] * 10))
    assert [workspace_id] == [place for place in led if place]
    assert await credentials.use_invite("cii_" + "A" * 43) is None
    assert await credentials.authenticate(invite) is None


async def test_an_invite_ends_after_a_day(credentials: Credentials, workspace_id: WorkspaceId, redis: Redis) -> None:
    """The store forgets it by itself."""
    invite, _ = await credentials.create_invite(workspace_id)

    assert DAY_MS - 60_000 < await redis.pttl(f"invite:{digest_of(invite)}") <= DAY_MS


async def test_everything_is_bounded_by_workspace(
    credentials: Credentials, workspace_id: WorkspaceId, redis: Redis, clock: Clock
) -> None:
    """A script gone wrong fills no store; ended sessions and invites make room again."""
    for _ in range(INVITES_MAX):
        await credentials.create_invite(workspace_id)
    with pytest.raises(TooMany):
        await credentials.create_invite(workspace_id)

    secret, _ = await credentials.create_session(workspace_id, "Ada")
    for kind in ("sessions", "tokens"):
        fill = {f"{kind}{count}": "{}" for count in range(LISTED_MAX)}
        used = {name: str(clock()) for name in fill}
        await redis.hset(f"{{{workspace_id}}}:{kind}", mapping=fill)  # type: ignore[arg-type]
        await redis.hset(f"{{{workspace_id}}}:{kind}:used", mapping=used)  # type: ignore[arg-type]
    with pytest.raises(TooMany):
        await credentials.create_session(workspace_id, "Eve")
    with pytest.raises(TooMany):
        await credentials.create_token(workspace_id, "CRM", ["read"])
    assert await credentials.authenticate(secret)

    clock.ahead_ms = 91 * DAY_MS
    await credentials.create_invite(workspace_id)
    await credentials.create_session(workspace_id, "Eve")
    assert ["Eve"] == [session.agent.name for session in await credentials.sessions(workspace_id)]


async def test_thousands_of_sockets_are_asked_after_at_once(
    credentials: Credentials, workspace_id: WorkspaceId
) -> None:
    """Push asks every two seconds for all of its sockets."""
    good = {digest_of((await credentials.create_token(workspace_id, "t", ["live"]))[0]) for _ in range(20)}
    strangers = {digest_of(str(count)) for count in range(5_000)}

    assert good == await credentials.still_good(good | strangers)
    assert set() == await credentials.still_good([])


async def test_who_is_looked_up_again_is_known_for_longer_or_not_at_all(
    credentials: Credentials, elsewhere: Credentials, workspace_id: WorkspaceId
) -> None:
    """Together with others: the good ones need not be asked for again, a revoked one is refused from then on."""
    made = [await credentials.create_session(workspace_id, f"Agent {n}") for n in range(3)]
    for secret, _ in made:
        assert await elsewhere.authenticate(secret)
    revoked, session = made[0]
    assert await credentials.revoke_session(workspace_id, session.id)
    began_s = elsewhere._known.now_s()

    await elsewhere._renew([digest_of(secret) for secret, _ in made])

    assert await elsewhere.authenticate(revoked) is None
    read_s = [elsewhere._known._entries[digest_of(secret)][0] for secret, _ in made[1:]]
    assert all(began_s <= each for each in read_s)


async def test_only_who_is_known_is_at_hand(
    credentials: Credentials, elsewhere: Credentials, workspace_id: WorkspaceId
) -> None:
    """Without asking the store: not before it was asked, not after it was revoked, and never by the form alone."""
    secret, token = await credentials.create_token(workspace_id, "t", ("read", "live"))
    assert elsewhere.at_hand(secret) is None
    known = await elsewhere.authenticate(secret)
    assert known is not None
    assert known == elsewhere.at_hand(secret)
    assert [None, None] == [elsewhere.at_hand(forged) for forged in ("", secret[:-1] + "-")]

    await credentials.revoke_token(workspace_id, token.id)
    assert credentials.at_hand(secret) is None
    await until(lambda: elsewhere.at_hand(secret) is None)
