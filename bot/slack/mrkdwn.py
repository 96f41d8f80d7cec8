"""Sentences to Slack's mrkdwn and to plain text: the one place where anything is escaped.

Whatever reaches Slack as mrkdwn or as a message's `text` goes through `mrkdwn`; whatever stands in a plain_text object
goes through `plain` or `clean`. Raw text is cut before it is escaped, so that no entity is split, and measured after,
because `&` grows fivefold.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from bot.domain.prose import At, Channel, Fragment, Link, Sentence, Strong, Who, Words

SECTION: Final = 3000
MESSAGE: Final = 3900
"""Slack splits a message whose text is longer than about 4,000 characters, which looks like a duplicate."""
CUT: Final = "…"

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPED: Final = str.maketrans(_ENTITIES)
_USER: Final = re.compile(r"[UW][A-Z0-9]{1,40}")
_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{1,40}")
_ADDRESS: Final = re.compile(r"https?://[^\s<>|\"]+", re.IGNORECASE)
_BREAKS: Final = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_HIDDEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_HALF: Final = re.compile(r"[\ud800-\udfff]")
_NOT_AT_AN_END: Final = "\u200d\ufe0e\ufe0f"


def clean(text: str) -> str:
    """Take out what a reader cannot see but what changes what they read: control, direction and half characters."""
    return _tidy(text).strip()


def one_line(text: str) -> str:
    """Clean, and fold every run of white space into one space."""
    return " ".join(clean(text).split())


def cut(text: str, limit: int) -> str:
    """Shorten clean text to `limit` characters, the last of them an ellipsis where something is missing."""
    if len(text) <= limit:
        return text
    return text[: max(limit - 1, 0)].rstrip().rstrip(_NOT_AT_AN_END) + CUT if limit > 0 else ""


def escape(text: str, limit: int | None = None) -> str:
    """Escape text once, so that it can neither mention, link nor format a date; at most `limit` characters after it."""
    tidy = clean(text)
    whole = tidy.translate(_ESCAPED)
    if limit is None or len(whole) <= limit:
        return whole
    room, kept = limit - len(CUT), 0
    for character in tidy:
        room -= len(_ENTITIES.get(character, character))
        if room < 0:
            break
        kept += 1
    short = tidy[:kept].rstrip().rstrip(_NOT_AT_AN_END)
    return short.translate(_ESCAPED) + CUT if limit > 0 else ""


def moment(at: datetime, *, dated: bool = False) -> str:
    """Show a moment in the reader's own zone; where that cannot be done, in UTC and saying so."""
    shape = "{date_short_pretty} at {time}" if dated else "{time}"
    return f"<!date^{int(at.timestamp())}^{shape}|{utc(at, dated=dated)}>"


def utc(at: datetime, *, dated: bool = False) -> str:
    """Write a moment in UTC, for surfaces that know no zones."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if dated else f"{at.astimezone(UTC):%H:%M} UTC"


def mention(who: Who) -> str:
    """Mention a person by Slack id; name them where they have none."""
    if who.user and _USER.fullmatch(who.user):
        return f"<@{who.user}>"
    return escape(one_line(who.name), 80) or "somebody"


def link(url: str, label: str) -> str:
    """Link a web address; anything that is no web address is not linked, and its label stands alone."""
    shown = escape(one_line(label).replace("|", "/"), 300)
    if not _ADDRESS.fullmatch(url) or len(url) > SECTION // 2:
        return shown
    return f"<{url.replace('&', '&amp;')}|{shown or 'link'}>"


def mrkdwn(sentence: Iterable[Fragment], limit: int = SECTION) -> str:
    """Render a sentence as mrkdwn of at most `limit` characters: typed words give way first, then the end."""
    fragments = tuple(sentence)
    rendered = [_fragment(each) for each in fragments]
    if sum(map(len, rendered)) > limit:
        rendered = _shortened(fragments, rendered, limit)
    return _fit(rendered, limit)


def plain(sentence: Iterable[Fragment]) -> str:
    """Render a sentence for the record and for plain_text: names, UTC times, addresses; nothing is escaped."""
    return "".join(_plain(fragment) for fragment in sentence)


def joined(parts: Iterable[Sentence], between: str) -> Sentence:
    """Put sentences one after the other, with our own words between them; empty ones are left out."""
    whole: list[Fragment] = []
    for part in parts:
        if part:
            whole += [between, *part] if whole else part
    return tuple(whole)


def _tidy(text: str) -> str:
    lines = _BREAKS.sub("\n", text).replace("\t", " ")
    return _HALF.sub("\ufffd", _HIDDEN.sub("", lines))


def _shortened(fragments: tuple[Fragment, ...], rendered: list[str], limit: int) -> list[str]:
    """Cut the typed words to what room the rest leaves, the long ones first: each gets a fair share."""
    typed = [place for place, each in enumerate(fragments) if isinstance(each, Words)]
    room = max(limit - sum(len(each) for place, each in enumerate(rendered) if place not in typed), 0)
    short = list(rendered)
    for done, place in enumerate(sorted(typed, key=lambda each: len(rendered[each]))):
        fragment = fragments[place]
        if isinstance(fragment, Words):
            short[place] = escape(fragment.text, room // (len(typed) - done))
            room -= len(short[place])
    return short


def _fit(rendered: list[str], limit: int) -> str:
    """Drop whole parts from the end until the rest fits; half a mention would be markup."""
    whole = "".join(rendered)
    while len(whole) > limit and rendered:
        rendered = rendered[:-1]
        whole = "".join(rendered).rstrip() + CUT
    return whole if len(whole) <= limit else CUT[:limit]


def _fragment(fragment: Fragment) -> str:
    match fragment:
        case str():
            shown = _own(fragment)
        case Words():
            shown = escape(fragment.text)
        case Who():
            shown = mention(fragment)
        case At():
            shown = moment(fragment.at, dated=fragment.dated)
        case Link():
            shown = link(fragment.url, fragment.label)
        case Channel():
            shown = _channel(fragment)
        case Strong():
            words = escape(one_line(fragment.strong).replace("*", ""), 300)
            shown = f"*{words}*" if words else ""
    return shown


def _own(text: str) -> str:
    """Escape our own words, keeping the spaces at their edges."""
    return _tidy(text).translate(_ESCAPED)


def _channel(channel: Channel) -> str:
    if _CHANNEL.fullmatch(channel.channel):
        return f"<#{channel.channel}>"
    return f"#{escape(one_line(channel.name).lstrip('#'), 100)}"


def _plain(fragment: Fragment) -> str:
    match fragment:
        case str():
            shown = fragment
        case Words():
            shown = clean(fragment.text)
        case Who():
            shown = one_line(fragment.name) or "somebody"
        case At():
            shown = utc(fragment.at, dated=fragment.dated)
        case Link():
            shown = f"{one_line(fragment.label)} ({fragment.url})"
        case Channel():
            shown = f"#{one_line(fragment.name or fragment.channel).lstrip('#')}"
        case Strong():
            shown = one_line(fragment.strong)
    return shown
