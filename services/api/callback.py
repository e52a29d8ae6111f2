"""The workspace's webhook address at Meta: what to paste there, and whether Meta has come by."""

from services.api.fields import VerifyToken
from services.api.route import Answer, Body, Call, Nothing, route
from shared.contract.chat import Complete
from shared.contract.clock import Timestamp
from shared.contract.ids import WorkspaceId
from shared.registry import Registry


class CallbackState(Complete):
    """What the settings page shows while somebody is pasting things into Meta's dashboard."""

    always = ("last_verified_at", "last_webhook_at")

    callback_url: str
    verify_token_set: bool
    last_verified_at: Timestamp | None = None
    last_webhook_at: Timestamp | None = None
    unsigned_seen: int


class StagedToken(Body):
    """The verify token as it stands in the form right now."""

    verify_token: VerifyToken


class CallbackAddress:
    """Answers what concerns the callback."""

    def __init__(self, registry: Registry, public_url: str) -> None:
        self._registry = registry
        self._public_url = public_url.rstrip("/")

    @route(
        "GET",
        "/v1/callback",
        summary="The webhook address and its state",
        access="session",
        answers={200: CallbackState},
    )
    async def get_callback(self, call: Call[Nothing, Nothing]) -> Answer:
        """What Meta needs, and when it last came by."""
        return Answer(200, await self._state(call.caller.workspace_id))

    @route(
        "PUT",
        "/v1/callback",
        summary="Stage the verify token, because Meta verifies before anything is connected",
        access="session",
        body=StagedToken,
        answers={200: CallbackState},
    )
    async def put_callback(self, call: Call[Nothing, StagedToken]) -> Answer:
        """The latest one counts, beside those of connected numbers."""
        await self._registry.stage_verify_token(call.caller.workspace_id, call.body.verify_token)
        return Answer(200, await self._state(call.caller.workspace_id))

    async def _state(self, workspace_id: WorkspaceId) -> CallbackState:
        found = await self._registry.callback(workspace_id)
        return CallbackState(
            callback_url=f"{self._public_url}/webhooks/{found.key}",
            verify_token_set=found.verify_token is not None,
            last_verified_at=found.last_verified_ms,
            last_webhook_at=found.last_webhook_ms,
            unsigned_seen=found.unsigned_seen,
        )
