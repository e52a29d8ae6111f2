"""What the scripted agent says: a friendly word in the customer's language, never the same twice running. Pure."""

import re

from demo.state import Value

ANSWERS = {
    "en": ("Hi! Yes, of course — fresh from the oven 🥖", "With pleasure, I have noted it.", "Done! See you soon 👋"),
    "es": ("¡Hola! Sí, claro, y está riquísima 🎂", "¡Anotado! ¿A qué hora la recoges?", "¡Perfecto, hasta pronto! 👋"),
    "ar": ("أهلاً وسهلاً! نعم، طازج من الفرن 🥐", "تم، سنحجزه لك.", "شكراً لك، إلى اللقاء 🌙"),
    "he": ("היי! ההזמנה כבר בתנור 🙂", "רשמתי, תודה!", "נתראה בקרוב 👋"),
    "ja": ("こんにちは！はい、まだ空いています🍞", "承知しました。お席をお取りしますね。", "お待ちしております ✨"),
    "hi": ("नमस्ते! जी हाँ, ताज़ा मिलेगा 🥖", "ठीक है, लिख लिया।", "धन्यवाद, कल मिलते हैं 🙏"),
    "pt": ("Oi! Temos sim, quentinho 🥐", "Anotado, obrigada!", "Até já 👋"),
    "sv": ("Hej! Ja, nybakade på lördag 🙂", "Det är noterat.", "Välkommen in! 👋"),
    "fr": ("Bonsoir ! Oui, il en reste 👑", "C'est noté, merci !", "À bientôt 👋"),
    "de": ("Moin! Ja, sehr gern 🙂", "Ist notiert, danke!", "Bis bald 👋"),
}
# Country codes of the demo's customers, as a business-scoped id begins with one, and how their phones are dialled.
LANGUAGES = {
    **dict.fromkeys(("ES", "+34"), "es"),
    **dict.fromkeys(("LB", "+961"), "ar"),
    **dict.fromkeys(("IL", "+972"), "he"),
    **dict.fromkeys(("JP", "+81"), "ja"),
    **dict.fromkeys(("IN", "+91"), "hi"),
    **dict.fromkeys(("BR", "+55"), "pt"),
    **dict.fromkeys(("SE", "+46"), "sv"),
    **dict.fromkeys(("FR", "+33"), "fr"),
    **dict.fromkeys(("DE", "+49"), "de"),
}
EMOJI = ("👍", "❤️", "🙏")
_COUNTRY = re.compile(r"([A-Z]{2})\.")


def language(conversation: Value) -> str:
    """A guess from where the customer is."""
    if country := _COUNTRY.match(conversation["contact_id"]):
        return LANGUAGES.get(country[1], "en")
    phone = conversation.get("contact", {}).get("phone") or ""
    return next((tongue for code, tongue in LANGUAGES.items() if code[0] == "+" and phone.startswith(code)), "en")


def text(conversation: Value, turn: int) -> str:
    """What to say the so-many-th time in this conversation."""
    said = ANSWERS[language(conversation)]
    return said[turn % len(said)]


def is_reply(turn: int) -> bool:
    """Every other answer quotes what it answers."""
    return turn % 2 == 1


def emoji(turn: int) -> str | None:
    """Now and then a reaction goes before the words."""
    return EMOJI[turn // 2 % len(EMOJI)] if turn % 2 == 0 else None
