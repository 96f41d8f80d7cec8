"""Names of an incident's channels, and the cleaning of words that people type before anything is made of them."""

import re
import unicodedata
from typing import Final

NAME_LIMIT: Final = 80
WORDS_LIMIT: Final = 3000
STAKEHOLDERS_SUFFIX: Final = "updates"

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")
_MARKUP: Final = re.compile(r"<(?:[@#!][^<>|]*|https?:[^<>|]*)(?:\|(?P<label>[^<>]*))?>")


def clean(text: str) -> str:
    """Typed words without control characters and without marks that turn the direction of reading.

    Line breaks and tabs stay; spaces around the text go.
    """
    if text.isascii() and text.isprintable():  # as nearly everything is; looking at each character takes its time
        return text.strip()
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(character for character in plain if _stays(character)).strip()


def clean_line(text: str) -> str:
    """Typed words cleaned and brought onto one line."""
    return " ".join(clean(text).split())


def split_words(text: str) -> tuple[str, str]:
    """Clean words cut to what a form holds, and what did not fit (for the record, so that nothing is lost)."""
    cleaned = clean(text)
    return cleaned[:WORDS_LIMIT], cleaned[WORDS_LIMIT:]


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens; empty when nothing of the text can be written so.

    Mentions and links of Slack's own notation leave only their label.
    """
    labels = _MARKUP.sub(lambda found: f" {found['label'] or ''} ", clean(text))
    ascii_only = unicodedata.normalize("NFKD", labels).encode("ascii", "ignore").decode()
    return _NO_SLUG.sub("-", ascii_only.lower().replace("'", "")).strip("-")


def war_room_name(prefix: str, number: int, words: str, pain: str, *, private: bool) -> str:
    """`inc-42-cards-are-declined`: at most 80 characters, cut between words where that leaves most of them.

    Without a usable slug, for the slug `updates` (the stakeholder channel's) and for private incidents: `inc-42`.
    """
    bare = f"{prefix}-{number}"
    spoken = slug(words if words.strip() else pain)
    if private or spoken in {"", STAKEHOLDERS_SUFFIX}:
        return bare
    room = NAME_LIMIT - len(bare) - 1
    if len(spoken) > room:
        between = spoken.rfind("-", 0, room + 1)
        spoken = spoken[: between if between > room // 2 else room].strip("-")
    return bare if spoken in {"", STAKEHOLDERS_SUFFIX} else f"{bare}-{spoken}"


def stakeholders_name(prefix: str, number: int) -> str:
    """`inc-42-updates`."""
    return f"{prefix}-{number}-{STAKEHOLDERS_SUFFIX}"


def _stays(character: str) -> bool:
    if character in "\n\t":
        return True
    return character not in _BIDI and unicodedata.category(character) not in {"Cc", "Cs"}
