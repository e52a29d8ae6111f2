"""What each of Meta's error codes means in plain words, and what a person can do about it: one table."""

from shared.contract.errors import GraphError

_RENEW = "Create a new permanent token in Meta Business Settings and put it in Settings; waiting messages then go out."
_REPAIR = "Put it right in WhatsApp Manager, then save the access token again in Settings to release waiting messages."
_WAIT = "Nothing to do: it is sent again by itself."
_LOOK = "Wait for its ticks or look at the customer's phone before you send it again."
_CHANGE = "Change the message and send it again."
_REPORT = "Send it again; if it fails again, look up the code in Meta's documentation."
_OTHER_WAY = "Reach the customer in another way."
_TEMPLATE = "Check the template in WhatsApp Manager."

# code: (explanation, advice). The codes are those of META: support/error-codes and of the groups and calling pages.
_WORDS: dict[int | str, tuple[str, str]] = {
    0: ("The access token is not valid, or no longer.", _RENEW),
    1: ("Meta had a problem and did not say whether the message was taken.", _LOOK),
    2: ("Meta was down or overloaded and may have taken the message all the same.", _LOOK),
    3: ("The access token may not do this.", _RENEW),
    4: ("The Meta app has made too many calls for now.", _WAIT),
    10: ("The access token lacks a permission.", _RENEW),
    33: ("Meta does not know this number any more.", "Check the phone number ID in Settings."),
    100: ("Meta found a part of the request invalid.", _CHANGE),
    190: ("The access token has expired or was revoked.", _RENEW),
    368: ("Meta has blocked the account for breaking its policies.", _REPAIR),
    613: ("Too many of these calls were made in a short time.", _WAIT),
    80007: ("The WhatsApp Business account has reached its rate limit.", _WAIT),
    130403: ("The customer has blocked this number.", _OTHER_WAY),
    130429: ("The number sends faster than Meta allows.", _WAIT),
    130472: ("Meta holds this customer in an experiment without marketing messages.", _OTHER_WAY),
    130497: ("Meta does not let this business message people in that country.", _OTHER_WAY),
    131000: ("Something went wrong at Meta, which may have taken the message.", _LOOK),
    131005: ("The access token may not send for this number.", _RENEW),
    131008: ("The request lacked something that Meta requires.", _CHANGE),
    131009: ("A value in the message was not valid, or the message it refers to is too old.", _CHANGE),
    131016: ("A service at Meta was overloaded and may have taken the message.", _LOOK),
    131020: ("Meta does not know this group.", "Check that the group still exists."),
    131021: ("The number would write to itself.", "Choose another recipient."),
    131026: (
        "WhatsApp cannot deliver to this customer: no account, an old app, or terms not accepted.",
        _OTHER_WAY,
    ),
    131030: ("The customer is not on the list of allowed recipients of this test number.", "Add them to that list."),
    131031: ("The WhatsApp Business account is locked.", _REPAIR),
    131037: ("The display name of this number is not approved.", _REPAIR),
    131041: ("Meta does not know this group.", "Check that the group still exists."),
    131042: ("There is a problem with the payment method of the account.", _REPAIR),
    131044: ("There is a problem with the payment method of the account.", _REPAIR),
    131045: ("The number is not registered correctly with the Cloud API.", _REPAIR),
    131047: (
        "More than 24 hours have passed since the customer last wrote.",
        "Wait until they write, or send a template from WhatsApp Manager.",
    ),
    131048: (
        "Meta limits this number because its messages were reported as spam.",
        "Look at the number's quality in WhatsApp Manager and send again later.",
    ),
    131049: (
        "Meta held the message back to protect the customer from too many.",
        "Wait at least 24 hours: sending sooner only repeats this.",
    ),
    131050: ("The customer has stopped marketing messages from this business.", "Send no marketing to them."),
    131051: ("WhatsApp does not support this type of message.", _CHANGE),
    131052: ("Meta could not fetch the file that the customer sent.", "Ask the customer to send it again."),
    131053: ("Meta could not take the file: its type, size or address was not accepted.", _CHANGE),
    131055: ("This way of sending is not allowed for this number.", _REPORT),
    131056: ("Too many messages went to this one customer in a short time.", _WAIT),
    131057: ("Meta was maintaining the account, which takes about a minute.", _WAIT),
    131059: ("A list at Meta changed while it was read.", _REPORT),
    131060: ("The message is not available to businesses.", "Ask the customer to send it in another way."),
    131061: ("The customer's WhatsApp id was not valid.", _REPORT),
    131062: (
        "This message cannot go to a customer known by id only.",
        "Ask for their phone number.",
    ),
    131063: ("Marketing templates are switched off for this number.", _REPAIR),
    131064: ("The account is limited because a template had the wrong category.", _TEMPLATE),
    131070: ("Another app is in charge of this conversation.", "Take the conversation back in that app first."),
    131207: ("Meta has suspended this group.", "Use another group."),
    131208: ("The group has reached its rate limit.", _WAIT),
    132000: ("The template got the wrong number of values.", _TEMPLATE),
    132001: ("There is no approved template of that name in that language.", _TEMPLATE),
    132005: ("The text became too long once the template was filled in.", _CHANGE),
    132007: ("The template breaks a policy of WhatsApp.", _TEMPLATE),
    132008: ("A value for the template was not allowed.", _TEMPLATE),
    132012: ("A value for the template has the wrong format.", _TEMPLATE),
    132015: ("The template is paused because customers rated it low.", _TEMPLATE),
    132016: ("The template is switched off for good.", _TEMPLATE),
    132018: ("The values for the template do not fit it.", _TEMPLATE),
    132068: ("The flow is blocked.", "Check the flow in WhatsApp Manager."),
    132069: ("The flow is used too often at present.", _WAIT),
    133000: ("An earlier deregistration of the number did not finish.", _REPAIR),
    133004: ("A server at Meta was busy and may have taken the message.", _LOOK),
    133005: ("The two-step PIN of the number was wrong.", _REPAIR),
    133006: ("The number has to be verified again.", _REPAIR),
    133008: ("The two-step PIN was entered wrongly too often.", _REPAIR),
    133009: ("The two-step PIN was entered too fast.", _REPAIR),
    133010: ("The number is not registered with the Cloud API.", _REPAIR),
    133015: ("The number was deleted a moment ago and has to rest for five minutes.", _REPAIR),
    133016: ("The number was registered too often in a short time.", _REPAIR),
    134011: ("Meta's terms for payments have not been accepted.", _REPAIR),
    134100: ("This way of sending takes marketing templates only.", _CHANGE),
    134101: ("Meta is still preparing a template, which takes about ten minutes.", _WAIT),
    134102: ("Sending of marketing templates is not available at present.", _WAIT),
    135000: ("Meta refused the values of the message without saying which.", _CHANGE),
    136024: ("Meta refused to send a verification code.", "Try again in a few hours."),
    141006: ("There is a problem with the payment method of the account.", _REPAIR),
    141010: ("Meta has not verified the business behind the account.", _REPAIR),
    137000: ("The customer's identity has changed since it was last confirmed.", "Confirm it with the customer."),
    2494100: ("The number is in maintenance for a few minutes.", _WAIT),
    2593107: ("The history of this number was fetched before, which Meta allows once.", "Nothing to do."),
    2593108: ("The history of a number can be fetched on its first day only.", "Nothing to do."),
    2593109: ("The owner of the number chose not to share its history.", "Nothing to do."),
    # Words of ours, for what Graph never said.
    "no_answer": ("Meta took the request and never answered: the message may have gone out.", _LOOK),
    "interrupted": ("The sender stopped while it was sending: the message may have gone out.", _LOOK),
    "expired": (
        "The message could not be handed to Meta within 24 hours and was given up.",
        "Check the number's health in Settings, then send it again.",
    ),
    "cannot_send": ("This type of message cannot be sent from here.", _CHANGE),
    "bad_token": ("The access token holds characters that no token has.", "Copy the token again into Settings."),
    "not_connected": ("The number is not connected.", "Connect it in Settings; waiting messages then go out."),
}

# (first, last, words) of codes that Meta documents by range.
_RANGES: tuple[tuple[int, int, tuple[str, str]], ...] = (
    (200, 299, ("The access token lacks a permission.", _RENEW)),
    (131201, 131215, ("Meta refused something about this group.", "Check the group and its settings.")),
    (138000, 138099, ("Meta refused a call.", "Check the calling settings of the number.")),
    (139000, 139004, ("Meta refused a flow.", "Check the flow in WhatsApp Manager.")),
    (139100, 139103, ("Meta could not block or unblock the customer.", _REPORT)),
    (147001, 147005, ("Meta refused something about a username.", "Check the username in WhatsApp Manager.")),
    (2388000, 2388999, ("Meta refused something about a template.", _TEMPLATE)),
)

_BY_HTTP = {
    "http_401": ("Meta did not accept the access token.", _RENEW),
    "http_403": ("Something between here and Meta refused the request.", "Check the network's proxy and firewall."),
    "http_404": ("There is no such address at Meta.", "Check the Graph address and the phone number ID."),
    "http_429": ("Too many requests were made in a short time.", _WAIT),
}

# Code 100 is said of anything; with this subcode it is what a wrong number ID or somebody else's token gets.
_BY_SUBCODE: dict[tuple[int | str, int | None], tuple[str, str]] = {
    (100, 33): (
        "Meta does not know this number, or does not show it to this access token.",
        "Check the phone number ID, and that the token is for the account of that number.",
    ),
}

_REFUSED = ("Meta refused the message.", _REPORT)
_UNREADABLE = ("Meta's answer could not be understood: the message may have gone out.", _LOOK)


def is_documented(code: int | str) -> bool:
    """Whether it is one of the few hundred that Meta documents, or one of ours: what may be counted by."""
    return code in _WORDS or code in _BY_HTTP


def explained(error: GraphError) -> GraphError:
    """The same error with our sentence of explanation and our sentence of advice."""
    explanation, advice = _BY_SUBCODE.get((error.code, error.subcode)) or _words(error.code)
    return error.model_copy(update={"explanation": explanation, "advice": advice})


def _words(code: int | str) -> tuple[str, str]:
    if code in _WORDS:
        return _WORDS[code]
    if isinstance(code, int):
        return next((words for first, last, words in _RANGES if first <= code <= last), _REFUSED)
    if code in _BY_HTTP:
        return _BY_HTTP[code]
    return _REFUSED if code.startswith("http_4") else _UNREADABLE
