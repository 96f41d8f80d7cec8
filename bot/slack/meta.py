"""What travels with a view or a button and comes back: ids in small JSON or colons, through one codec each.

People can see and alter it, so it holds no secret and no decision; whatever it names is looked up and checked again.
"""

import json
from dataclasses import asdict, dataclass
from typing import Final

METADATA_LIMIT: Final = 3000
ID_LIMIT: Final = 300

_WHOLE: Final = frozenset({"incident", "page", "epoch", "question"})
_TEXT: Final = frozenset({"role", "audience", "act", "words", "channel", "thread", "link"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What a form is about.

    `updates` are the numbers of the drafts that a preview shows; `question` is the one that is answered or merged, and
    `questions` are those whose answers a summary tells of; `act` is the refused action that *Do it anyway*
    repeats, `words` what it was given; `channel`, `thread` and `link` say where the form was opened and from which
    message.
    """

    incident: int | None = None
    page: int | None = None
    epoch: int | None = None
    role: str = ""
    question: int | None = None
    questions: tuple[int, ...] = ()
    updates: tuple[int, ...] = ()
    audience: str = ""
    act: str = ""
    words: str = ""
    channel: str = ""
    thread: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """Which page a button acts on, in which epoch, from which tier's copy: an old button can then be told apart."""

    page: int
    epoch: int | None = None
    tier: int | None = None


def write_meta(meta: Meta) -> str:
    """Write a form's metadata; words that would not fit are shortened, ids never."""
    written = _json(meta, meta.words)
    if len(written) <= METADATA_LIMIT:
        return written
    low, high = 0, len(meta.words)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(_json(meta, meta.words[:middle])) <= METADATA_LIMIT else (low, middle - 1)
    return _json(meta, meta.words[:low])


def read_meta(written: str) -> Meta:
    """Read a form's metadata; what is missing, unknown or of the wrong type counts as not given."""
    try:
        given = json.loads(written or "{}")
    except (ValueError, RecursionError):
        return Meta()
    if not isinstance(given, dict):
        return Meta()
    known = {name: value for name, value in given.items() if name in _WHOLE | _TEXT and _fits(name, value)}
    return Meta(**known, updates=_numbers(given.get("updates")), questions=_numbers(given.get("questions")))


def write_page_ref(ref: PageRef) -> str:
    """Write a page button's value: `page:epoch:tier`, as far as known."""
    known = [ref.page, ref.epoch, ref.tier]
    while known[-1] is None:
        known.pop()
    return ":".join("" if each is None else str(each) for each in known)


def read_page_ref(value: str) -> PageRef | None:
    """Read a page button's value; None if it names no page."""
    page, epoch, tier, *_ = [*value.split(":"), "", "", ""]
    if not _number(page):
        return None
    return PageRef(
        page=int(page), epoch=int(epoch) if _number(epoch) else None, tier=int(tier) if _number(tier) else None
    )


def write_about(incident: int, about: str = "") -> str:
    """Write an incident button's value: `incident` or `incident:about` (a role, an audience, an update's number …)."""
    return f"{incident}:{about}" if about else str(incident)


def read_about(value: str) -> tuple[int | None, str]:
    """Read an incident button's value: the incident's number, if it has one, and what it is about."""
    number, _, about = value.partition(":")
    return (int(number), about) if _number(number) else (None, value)


def _json(meta: Meta, words: str) -> str:
    everything = asdict(meta) | {"words": words}
    given = {
        name: value for name, value in everything.items() if value not in (None, "", ()) and not _too_long(name, value)
    }
    return json.dumps(given, separators=(",", ":"))


def _too_long(name: str, value: object) -> bool:
    """Only words are shortened; half an id or half a link would name something else, so it is left out."""
    return name != "words" and isinstance(value, str) and len(value) > ID_LIMIT


def _fits(name: str, value: object) -> bool:
    return isinstance(value, str) if name in _TEXT else _whole(value)


def _numbers(given: object) -> tuple[int, ...]:
    return tuple(each for each in given if _whole(each)) if isinstance(given, list) else ()


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18  # noqa: PLR2004 - what fits in a database's integer
