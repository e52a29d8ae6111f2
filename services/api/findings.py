"""What the connect doctor says of every outcome: its state, plain words, and the screen where it is put right."""

from services.api.hops import Code, Hop, HopName
from services.api.prospects import PROSPECTS
from services.api.screens import EXPLORER, FIELDS, SECRET, TOKENS, TRY, WEBHOOK, Finding
from shared.contract.errors import GraphError


def hop(
    name: HopName,
    code: Code,
    at_ms: int | None = None,
    *,
    named: str | None = None,
    graph_error: GraphError | None = None,
) -> Hop:
    """The outcome as people see it."""
    said = FINDINGS[code]
    return Hop(
        hop=name,
        state=said.state,
        code=code,
        title=said.title,
        what_happened=said.what_happened,
        what_to_do=said.what_to_do,
        screen=said.screen,
        at=at_ms or None,
        named=named,
        graph_error=graph_error,
    )


FINDINGS: dict[Code, Finding] = {
    "callback_verified": Finding("ok", "Callback verified", "Meta has verified the callback URL."),
    "callback_in_use": Finding(
        "ok", "Callback in use", "Webhooks signed by Meta arrive, so Meta knows the callback URL."
    ),
    "callback_never_verified": Finding(
        "problem",
        "Callback not verified",
        "Meta has never verified the callback URL.",
        f"In {WEBHOOK}, paste the callback URL and the verify token of this form, then press Verify and save.",
        "webhook",
    ),
    "callback_token_mismatch": Finding(
        "problem",
        "Verify token does not match",
        "Meta tried to verify the callback URL with another verify token than the one set here.",
        f"Copy the verify token from here again and paste it in {WEBHOOK}.",
        "webhook",
    ),
    "callback_not_public": Finding(
        "problem",
        "Callback not reachable",
        "Meta has never verified the callback URL, and cannot: it is not an https address on the internet.",
        "Have whoever runs the server give it a public https address (INBOX_PUBLIC_URL), then paste the callback URL "
        f"of this form in {WEBHOOK}.",
        "webhook",
    ),
    "signed": Finding("ok", "Webhooks are signed", "Meta's signature matches the app secret."),
    "no_app_secret": Finding(
        "unknown",
        "Signatures are not checked",
        "No app secret is set, so it cannot be checked that webhooks come from Meta.",
        f"Copy the app secret from {SECRET} and paste it in Settings.",
        "app_secret",
    ),
    "unsigned_seen": Finding(
        "unknown",
        "Webhooks are taken unchecked",
        "Webhooks arrive, but without an app secret anybody who knows the callback URL could have sent them.",
        f"Copy the app secret from {SECRET} and paste it in Settings.",
        "app_secret",
    ),
    "nothing_signed_yet": Finding(
        "unknown", "No signature seen yet", "No webhook has come since the app secret was set here.", TRY
    ),
    "signature_mismatch": Finding(
        "problem",
        "App secret does not match",
        "Webhooks arrive but are refused, because their signature does not match the app secret that was pasted here.",
        f"Copy the app secret of the app that sends the webhooks from {SECRET} and paste it again in Settings.",
        "app_secret",
    ),
    "signature_mismatch_lately": Finding(
        "problem",
        "App secret no longer matches",
        "Signatures used to match the app secret and no longer do: it was reset at Meta, or a second app sends here.",
        f"Compare the app secret in {SECRET} with the one pasted here, and paste it again in Settings.",
        "app_secret",
    ),
    "signature_missing": Finding(
        "problem",
        "Signature is missing",
        "A webhook came without a signature and was refused; Meta signs every one.",
        "Let the proxy or tunnel in front of the inbox pass on the header X-Hub-Signature-256.",
    ),
    "replaced_secret_still_signs": Finding(
        "problem",
        "Signed with the old app secret",
        "Webhooks are still signed with the app secret that was replaced, and will be refused a day after that.",
        f"Make sure that the newest app secret pasted here is the one in {SECRET}.",
        "app_secret",
    ),
    "token_accepted": Finding("ok", "Token accepted", "Graph accepts the access token for this number."),
    "token_refused": Finding(
        "problem",
        "Token refused",
        "Graph does not accept the access token.",
        f"Make a permanent token in {TOKENS} and paste it in Settings; waiting messages then go out.",
        "system_users",
    ),
    "number_not_visible": Finding(
        "problem",
        "Number not visible",
        "Graph does not show this number to the access token.",
        "Compare the phone number ID with Meta app → WhatsApp → API Setup, and use a token of the same account.",
        "api_setup",
    ),
    "permission_missing": Finding(
        "problem",
        "Permission missing",
        "The access token may not use this number.",
        f"Make a token with whatsapp_business_messaging and whatsapp_business_management in {TOKENS}.",
        "system_users",
    ),
    "number_refused": Finding(
        "problem",
        "Number refused",
        "Graph refuses this number, though not for its token.",
        "Look at the number in WhatsApp Manager → Phone numbers.",
        "whatsapp_manager",
    ),
    "sending_refused": Finding(
        "problem",
        "Sending refused",
        "Graph shows the number to the access token but has refused to send with it; the messages wait.",
        f"Put right what Graph says, or make a new token in {TOKENS}, and save the token again in Settings.",
        "system_users",
    ),
    "graph_unreachable": Finding(
        "unknown",
        "Graph does not answer",
        "Meta's Graph API did not answer in time, so this could not be found out.",
        "Check again in a minute; if it stays so, see whether the server may reach graph.facebook.com.",
    ),
    "graph_trouble": Finding(
        "unknown",
        "Graph has trouble",
        "Graph answered, but not the question: it is busy, or something on the way to it answered instead.",
        "Check again in a few minutes.",
    ),
    "not_connected": Finding(
        "problem",
        "Not connected",
        "The number is not connected: its credentials are not stored here.",
        "Connect it again in Settings.",
        "inbox_settings",
    ),
    "subscribed": Finding("ok", "Subscribed", "The number's account sends its webhooks to this app, and it to here."),
    "other_app_delivers": Finding(
        "ok",
        "Another app delivers",
        "The account is subscribed to another app than the token's, and webhooks do arrive here.",
    ),
    "not_subscribed": Finding(
        "problem",
        "Not subscribed",
        "No app is subscribed to the number's WhatsApp account, so Meta sends no webhooks to anybody.",
        f"In {EXPLORER}, choose the app and send POST <account id>/subscribed_apps with the access token.",
        "graph_explorer",
    ),
    "other_app_only": Finding(
        "problem",
        "Subscribed to another app",
        "The number's WhatsApp account sends its webhooks to another app only.",
        f"In {EXPLORER}, choose the token's app and send POST <account id>/subscribed_apps with the access token.",
        "graph_explorer",
    ),
    "delivers_elsewhere": Finding(
        "problem",
        "Webhooks go elsewhere",
        "The app's callback URL at Meta is another address than this inbox.",
        f"In {WEBHOOK}, paste the callback URL of this form.",
        "webhook",
    ),
    "override_elsewhere": Finding(
        "problem",
        "Webhooks are diverted",
        "At Meta, this number or its account diverts its webhooks to another address.",
        f"Have whoever set the diversion remove it, or do it in {EXPLORER}.",
        "graph_explorer",
    ),
    "which_app_unknown": Finding(
        "unknown",
        "Subscribed to some app",
        "The account is subscribed to an app, but Graph did not say whether it is the token's.",
        TRY,
    ),
    "account_unknown": Finding(
        "unknown",
        "Account not known yet",
        "Graph did not name the number's WhatsApp account, so its subscription cannot be read before a webhook came.",
        f"See in {FIELDS} that messages is subscribed, then write to the number from another phone.",
        "webhook_fields",
    ),
    "subscription_not_permitted": Finding(
        "unknown",
        "Subscription not readable",
        "The access token may not read which apps are subscribed; sending and receiving can work all the same.",
        f"Make a token with whatsapp_business_management in {TOKENS}, for a system user of the account.",
        "system_users",
    ),
    "subscription_unreadable": Finding(
        "unknown",
        "Subscription not readable",
        "Graph refused to say which apps are subscribed to the account.",
        TRY,
    ),
    "token_first": Finding(
        "unknown", "Not asked", "Without an accepted token Graph cannot be asked.", "Put the access token right first."
    ),
    "connect_first": Finding(
        "unknown", "Not checked", "The number is not connected.", "Connect it in Settings first.", "inbox_settings"
    ),
    "received": Finding("ok", "Webhooks arrive", "A webhook for this number has arrived."),
    "quiet": Finding(
        "unknown",
        "Quiet for a week",
        "Webhooks for this number have arrived, but none for more than a week.",
        TRY,
    ),
    "nothing_yet": Finding(
        "unknown",
        "Nothing yet",
        "No webhook has arrived at the callback URL yet.",
        f"In {FIELDS}, subscribe to messages and publish the app; then write to the number from another phone.",
        "webhook_fields",
    ),
    "nothing_for_this_number": Finding(
        "unknown",
        "Nothing for this number",
        "Webhooks arrive at the callback URL, but none for this number yet.",
        f"In {FIELDS}, subscribe to messages and publish the app; then write to the number from another phone.",
        "webhook_fields",
    ),
    "latest_refused": Finding(
        "problem",
        "Latest webhook refused",
        "The latest webhook for this number was refused for its signature; Meta sends it again for some days.",
        "Put the signature right first: what is missing then comes by itself.",
    ),
    "switched_off": Finding(
        "problem",
        "Switched off",
        "The number is switched off here: what Meta sends is kept, and shown once it is switched on.",
        "Switch it on in Settings.",
        "inbox_settings",
    ),
    "silent": Finding(
        "unknown",
        "Unusually silent",
        "At this time webhooks usually come, and none has come for longer than chance explains.",
        TRY,
    ),
    "nothing_missing": Finding("ok", "Nothing missing", "No message is missing here that anybody speaks of."),
    "sent_messages_missing": Finding(
        "problem",
        "Sent messages are missing",
        "WhatsApp tells how far messages have got that were sent from here and are not shown here.",
        "Have whoever runs the server look at its dead letters: what is kept there can be replayed.",
    ),
    "messages_missing": Finding(
        "unknown",
        "Some messages never came",
        "Somebody answered or changed messages that never came here; they may be older than the connection.",
        f"If they are newer, see in {FIELDS} that messages is subscribed; what Meta held back it sends again.",
        "webhook_fields",
    ),
    "other_app_sends": Finding(
        "ok",
        "Another app sends, too",
        "WhatsApp tells of messages on this number that another app has sent; what they say never comes here.",
    ),
    **PROSPECTS,
}
