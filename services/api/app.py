"""The api process put together: what answers, behind one entrance, described by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import web

from services.api import openapi, pages
from services.api.awaited import Awaited
from services.api.callback import CallbackAddress
from services.api.changes import FeedReading
from services.api.commands import Asking
from services.api.doctor import Doctor
from services.api.entrance import Entrance
from services.api.erasing import Erasing
from services.api.erasures import Erasures
from services.api.examination import examining
from services.api.intake import Intake
from services.api.ledger import Ledger
from services.api.limits import Places
from services.api.numbers import Numbers
from services.api.queries import Queries
from services.api.reading import Reading
from services.api.route import Route, answering, declared
from services.api.sessions import Sessions
from services.api.settings import ApiSettings
from services.api.support import Support
from services.api.tokens import Tokens
from shared.broker.gathered import Gathered
from shared.broker.groupcommit import GroupCommit
from shared.cors import origin_allowed
from shared.crowd import Ways
from shared.erasure_key import ErasureKeys
from shared.evidence import EvidenceBook
from shared.feed import Feed
from shared.graph import Graph
from shared.join_key import JoinKey
from shared.limits import Failures, Rates
from shared.peer import Peers
from shared.process import Ground
from shared.redis import is_outage
from shared.topology import EVENTS

ANNOUNCE_AGAIN_S = 1.0
PARTS = (Sessions, Tokens, CallbackAddress, Numbers, Doctor, Reading, FeedReading, Asking, Support, Erasing)


def described_routes() -> list[Route]:
    """Every route of the API, without anything running."""
    return [route for part in PARTS for route in declared(part)]


@asynccontextmanager
async def serving(ground: Ground, settings: ApiSettings) -> AsyncIterator[list[web.RouteDef]]:
    """The routes of the API and its pages, for as long as the context is entered."""
    feed = Feed(ground.redis)
    queries = Queries(ground.redis, ground.vault.fingerprint)
    credentials, registry = ground.credentials, ground.registry
    places = Places(settings.long_polls_max, settings.long_polls_per_credential_max)
    entrance = Entrance(
        credentials,
        registry,
        Rates(settings.rate_per_s, settings.rate_burst),
        Peers(settings.trusted_proxies),
        partial(origin_allowed, settings),
    )
    async with (
        Graph(settings.graph_url, settings.graph_version) as graph,
        examining(graph, settings.doctor_remembered_s) as examiner,
        feed.watching() as watch,
    ):
        erasing = Erasing(
            queries,
            ErasureKeys(ground.redis, ground.vault),
            Erasures(ground.redis),
            GroupCommit(ground.broker, EVENTS),
            settings.archive_weeks if ground.broker.archive is not None else None,
        )
        asked = Gathered(ground.broker)
        parts = (
            Sessions(credentials, registry, ground.join_key, Failures(settings.join_failures_per_minute)),
            Tokens(credentials),
            CallbackAddress(registry, settings.public_url),
            Numbers(registry, queries, graph, ground.broker, GroupCommit(ground.broker, EVENTS), erasing),
            Doctor(registry, EvidenceBook(ground.redis), queries, examiner, settings.public_url),
            Reading(queries, feed),
            FeedReading(feed, watch, credentials, ground.stopping, places),
            Asking(
                queries,
                Ledger(ground.redis),
                Awaited(ground.redis),
                Intake(ground.redis),
                Ways(ground.redis, asked),
                asked,
            ),
            Support(queries, Ledger(ground.redis), ground.redis),
            erasing,
        )
        served = [entrance.served(route, answer) for part in parts for route, answer in answering(part)]
        announcing = asyncio.create_task(_announced(ground.join_key))
        try:
            yield [*served, *pages.routes(openapi.description(described_routes()))]
        finally:
            announcing.cancel()


async def _announced(join_key: JoinKey) -> None:
    """The operator has to see the join key without anybody trying one first."""
    while True:
        try:
            return await join_key.announce()
        except Exception as error:
            if not is_outage(error):
                raise
            await asyncio.sleep(ANNOUNCE_AGAIN_S)
