"""Every error Graph has for a business that sends, as one table (support/error-codes and its neighbours)."""

from typing import NamedTuple


class Code(NamedTuple):
    """How one error looks: Meta's HTTP code for it, its title, and the longer words in `details`."""

    http_code: int
    title: str
    details: str = ""
    subcode: int | None = None
    transient: bool = False


CODES: dict[int, Code] = {
    0: Code(401, "AuthException", "We were unable to authenticate the app user."),
    1: Code(400, "API Unknown", "Invalid request or possible server error."),
    2: Code(503, "API Service", "Temporary due to downtime or due to being overloaded.", transient=True),
    3: Code(500, "API Method", "Capability or permissions issue."),
    4: Code(400, "API Too Many Calls", "The app has reached its API call rate limit.", transient=True),
    10: Code(403, "API Permission Denied", "Permission is either not granted or has been removed."),
    33: Code(400, "Parameter value is not valid", "The business phone number has been deleted."),
    100: Code(400, "Invalid parameter", "The request included one or more unsupported or misspelled parameters."),
    190: Code(401, "Access token has expired", "Your access token has expired."),
    368: Code(403, "Temporarily blocked for policies violations", "The account has been restricted or disabled."),
    613: Code(429, "Calls to this API have exceeded the rate limit", "Too many call permission requests."),
    80007: Code(400, "Rate limit issues", "The WhatsApp Business Account has reached its rate limit.", transient=True),
    130403: Code(403, "Message not sent", "The recipient has blocked this business."),
    130429: Code(400, "Rate limit hit", "Cloud API message throughput has been reached."),
    130472: Code(400, "User's number is part of an experiment", "Message was not sent as part of an experiment."),
    130497: Code(403, "Business account is restricted from messaging users in this country", "Country restricted."),
    131000: Code(500, "Something went wrong", "Message failed to send due to an unknown error."),
    131005: Code(403, "Access denied", "Permission is either not granted or has been removed."),
    131008: Code(400, "Required parameter is missing", "The request is missing a required parameter."),
    131009: Code(400, "Parameter value is not valid", "One or more parameter values are invalid."),
    131016: Code(500, "Service unavailable", "A service is temporarily unavailable.", transient=True),
    131020: Code(400, "Group not valid", "The group cannot be used."),
    131021: Code(400, "Recipient cannot be sender", "Sender and recipient phone number is the same."),
    131026: Code(400, "Message undeliverable", "Message undeliverable."),
    131030: Code(400, "Recipient phone number not in allowed list", "Add the recipient to the allowed list."),
    131031: Code(403, "Account has been locked", "The account was restricted, or the PIN is wrong."),
    131037: Code(400, "Display name approval required", "The number's display name needs approval."),
    131041: Code(400, "Group unknown", "The group id is not known."),
    131042: Code(400, "Business eligibility payment issue", "There was an error related to your payment method."),
    131044: Code(400, "Business eligibility payment issue", "There was an error related to your payment method."),
    131045: Code(500, "Incorrect certificate", "Message failed to send due to a phone number registration error."),
    131047: Code(
        400,
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    ),
    131048: Code(400, "Spam rate limit hit", "Too many earlier messages were blocked or flagged as spam."),
    131049: Code(400, "Meta chose not to deliver", "Not delivered to maintain healthy ecosystem engagement."),
    131050: Code(400, "User has stopped marketing messages", "The recipient stopped marketing messages from you."),
    131051: Code(400, "Unsupported message type", "Message type is currently not supported."),
    131052: Code(400, "Media download error", "Unable to download the media sent by the user."),
    131053: Code(400, "Media upload error", "Unable to upload the media used in the message."),
    131055: Code(400, "Method not allowed", "This message cannot be sent by this API."),
    131056: Code(
        400,
        "(Business Account, Consumer Account) pair rate limit hit",
        "Too many messages sent from the sender phone number to the same recipient in a short period of time.",
    ),
    131057: Code(
        500, "Account in maintenance mode", "The throughput of this number is being upgraded.", transient=True
    ),
    131059: Code(400, "Invalid cursor", "The cursor is not valid any more."),
    131060: Code(400, "Message unavailable", "This message is currently unavailable."),
    131061: Code(400, "Invalid business-scoped user id", "The recipient is not a valid business-scoped user ID."),
    131062: Code(400, "Business-scoped user id not supported", "This message needs a phone number as recipient."),
    131063: Code(400, "Marketing templates not available", "Marketing templates are off for Cloud API."),
    131064: Code(400, "Template limit reached", "Limited after template misclassification."),
    131070: Code(400, "Thread owned by another app", "Another app controls this conversation."),
    131201: Code(400, "Group action failed", "The group action could not be completed."),
    131202: Code(206, "Group action partly failed", "Some participants could not be changed."),
    131203: Code(400, "Group not found", "The group does not exist."),
    131204: Code(400, "Group invite link not valid", "The invite link was reset."),
    131205: Code(400, "Group participant not valid", "The participant is not in the group."),
    131206: Code(400, "Group full", "The group has its greatest number of participants."),
    131207: Code(403, "Group suspended", "The group has been suspended."),
    131208: Code(429, "Group rate limit hit", "Too many group actions in a short time."),
    131209: Code(400, "Group subject not valid", "The subject is too long."),
    131210: Code(400, "Group description not valid", "The description is too long."),
    131211: Code(400, "Group picture not valid", "The picture cannot be used."),
    131212: Code(400, "Group join request not valid", "The join request is not open."),
    131213: Code(403, "Group action not allowed", "The number may not do this in the group."),
    131214: Code(400, "Group message not supported", "This message type is not supported in groups."),
    131215: Code(403, "Groups not available", "The number is not eligible for groups."),
    132000: Code(400, "Template Param Count Mismatch", "The number of variable parameter values did not match."),
    132001: Code(
        404, "Template does not exist", "The template does not exist in the given language or is not approved."
    ),
    132005: Code(400, "Template hydrated text too long", "The translated text is too long."),
    132007: Code(400, "Template format character policy violated", "The template content violates a policy."),
    132008: Code(400, "Template parameter value not valid", "A variable value is not valid."),
    132012: Code(400, "Template parameter format mismatch", "Variable parameter values formatted incorrectly."),
    132015: Code(400, "Template is paused", "Template is paused due to low quality."),
    132016: Code(400, "Template is disabled", "Template has been paused too many times."),
    132018: Code(400, "Template parameters not valid", "The template parameters are not valid."),
    132068: Code(400, "Flow is in blocked state", "Flow is in blocked state."),
    132069: Code(400, "Flow is in throttled state", "Flow is in throttled state."),
    133000: Code(500, "Incomplete deregistration", "A previous deregistration attempt failed."),
    133004: Code(503, "Server temporarily unavailable", "Server is temporarily unavailable.", transient=True),
    133005: Code(400, "Two step verification PIN mismatch", "The PIN is incorrect."),
    133006: Code(400, "Phone number re-verification needed", "Phone number needs to be verified before registering."),
    133008: Code(400, "Too many two step verification PIN guesses", "Too many PIN guesses for this number."),
    133009: Code(400, "Two step verification PIN guessed too fast", "The PIN was entered too quickly."),
    133010: Code(400, "Phone number not registered", "The number is not registered on the platform."),
    133015: Code(400, "Please wait a few minutes before attempting to register", "Wait 5 minutes."),
    133016: Code(400, "Account register deregister rate limit exceeded", "Too many registration attempts."),
    134011: Code(400, "Payments terms of service", "Accept the payments terms of service."),
    134100: Code(400, "Only marketing messages", "Only marketing templates can be sent by this API."),
    134101: Code(400, "Template is syncing", "The template is syncing; try again in 10 minutes."),
    134102: Code(500, "Template unavailable", "The template is not available.", transient=True),
    135000: Code(400, "Generic user error", "Message failed to send because of an unknown error with your parameters."),
    136024: Code(400, "Request code error", "Wait before requesting another code."),
    137000: Code(400, "Identity key mismatch", "The recipient's identity key hash does not match."),
    138000: Code(401, "Calling not enabled", "Calling is not enabled for this number."),
    138001: Code(400, "Receiver uncallable", "The recipient cannot take calls."),
    138006: Code(400, "Call permission missing", "The recipient gave no permission to be called."),
    138009: Code(429, "Call permission request limit reached", "Too many permission requests."),
    138012: Code(429, "Calling rate limit reached", "Too many calls."),
    138015: Code(500, "Calling failed", "The call could not be connected.", transient=True),
    139000: Code(400, "Flow error", "The flow could not be processed."),
    139001: Code(400, "Flow cannot be updated", "The flow is published."),
    139002: Code(400, "Flow cannot be published", "The flow is not valid."),
    139003: Code(400, "Flow cannot be deprecated", "The flow is not published."),
    139004: Code(500, "Flow cannot be deleted", "The flow is in use."),
    139100: Code(400, "Failed to block/unblock some users", "Some numbers could not be changed."),
    139101: Code(400, "Blocklist limit reached", "The blocklist is full."),
    139102: Code(400, "Blocklist concurrent update", "The blocklist was changed at the same time."),
    139103: Code(500, "Blocklist error", "The blocklist is not available.", transient=True),
    147001: Code(400, "Username not available", "The username is taken."),
    147002: Code(400, "Username not eligible", "The messaging limit is too low."),
    147003: Code(400, "Username not valid", "The username is not valid."),
    147004: Code(400, "Username change limit reached", "Too many changes."),
    147005: Code(400, "Username not found", "The number has no username."),
    2388023: Code(400, "Message template language is being deleted", "New content cannot be added while it is."),
    2494100: Code(400, "Account in maintenance mode", "The number is being migrated; try again in minutes."),
    2593107: Code(400, "Synchronization request limit exceeded", "History sync can be requested once."),
    2593108: Code(400, "Synchronization request outside of time window", "More than 24 hours have passed."),
    2593109: Code(400, "History sync declined", "The business chose not to share its history."),
}
# 200 to 299 are all the same thing to a business: a permission that is missing (graph-api/guides/error-handling).
CODES |= {code: Code(403, "API Permission", "Permission is missing or was removed.") for code in range(200, 300)}
UNLISTED = Code(400, "Unlisted error", "An error that is in no table.")


def row(code: int) -> Code:
    """What the table says about a code; codes it does not have get a plain 400, as new ones would."""
    return CODES.get(code, UNLISTED)
