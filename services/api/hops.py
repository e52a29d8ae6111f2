"""What a hop of the connect doctor looks like to the outside: models and words only."""

from typing import Literal, get_args

from pydantic import Field

from shared.contract.chat import View
from shared.contract.clock import Timestamp
from shared.contract.errors import GraphError
from shared.contract.evidence import WebhookKind
from shared.contract.ids import NumberId

HopName = Literal[
    "callback_verified",
    "signed_webhooks",
    "token_accepted",
    "token_lasts",
    "subscribed",
    "fields_subscribed",
    "app_live",
    "last_webhook",
    "number_registered",
    "name_approved",
    "account_in_order",
    "nothing_missing",
]
HOPS = len(get_args(HopName))
State = Literal["ok", "problem", "unknown"]
Screen = Literal[
    "webhook",
    "webhook_fields",
    "app_secret",
    "api_setup",
    "system_users",
    "graph_explorer",
    "whatsapp_manager",
    "app_publish",
    "display_name",
    "billing",
    "business_support",
    "inbox_settings",
]
# Each has its sentences in findings.py, and its line in docs/meta-setup.md.
Code = Literal[
    "callback_verified",
    "callback_in_use",
    "callback_never_verified",
    "callback_token_mismatch",
    "callback_not_public",
    "signed",
    "no_app_secret",
    "unsigned_seen",
    "nothing_signed_yet",
    "signature_mismatch",
    "signature_mismatch_lately",
    "signature_missing",
    "replaced_secret_still_signs",
    "token_accepted",
    "token_refused",
    "number_not_visible",
    "permission_missing",
    "number_refused",
    "sending_refused",
    "graph_unreachable",
    "graph_trouble",
    "not_connected",
    "subscribed",
    "other_app_delivers",
    "not_subscribed",
    "other_app_only",
    "delivers_elsewhere",
    "override_elsewhere",
    "which_app_unknown",
    "account_unknown",
    "subscription_not_permitted",
    "subscription_unreadable",
    "token_first",
    "connect_first",
    "received",
    "quiet",
    "nothing_yet",
    "nothing_for_this_number",
    "latest_refused",
    "switched_off",
    "silent",
    "nothing_missing",
    "sent_messages_missing",
    "messages_missing",
    "other_app_sends",
    "token_lasts",
    "token_ends_later",
    "token_ends_soon",
    "token_ended",
    "messaging_not_granted",
    "management_not_granted",
    "token_not_inspected",
    "messages_arrive",
    "fields_subscribed",
    "messages_not_subscribed",
    "echoes_not_subscribed",
    "webhook_inactive",
    "fields_need_secret",
    "fields_unreadable",
    "app_live",
    "app_perhaps_unpublished",
    "app_blocked",
    "number_registered",
    "number_not_registered",
    "number_restricted",
    "registration_not_told",
    "name_approved",
    "name_in_review",
    "name_declined",
    "name_not_told",
    "account_in_order",
    "payment_problem",
    "account_blocked",
    "account_not_told",
]


class Hop(View):
    """One step of the way from Meta to the inbox and back."""

    hop: HopName
    state: State
    code: Code = Field(description="stable; the same code always has the same state and the same sentences")
    title: str
    what_happened: str
    what_to_do: str | None = Field(default=None, description="names the screen; absent where there is nothing to do")
    screen: Screen | None = Field(default=None, description="the screen that `what_to_do` names")
    at: Timestamp | None = Field(default=None, description="when it was seen, or when Graph was asked")
    named: str | None = Field(
        default=None, description="names of apps, a host, an account, a day, a count: whatever varies"
    )
    graph_error: GraphError | None = None


class LastOfKind(View):
    """When the last webhook of a kind came, to the minute."""

    kind: WebhookKind
    at: Timestamp


class NumberHealth(View):
    """How a number is connected, hop by hop."""

    number_id: NumberId
    checked_at: Timestamp
    healthy: bool = Field(description="every hop is ok; with an `unknown` it is not known to be")
    hops: list[Hop] = Field(min_length=HOPS, max_length=HOPS)
    webhooks: list[LastOfKind] = Field(description="what has come of each kind, and when last; newest first")
