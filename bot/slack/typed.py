"""Messages that people type, change and delete: Slack's event read into what was said, in the words they typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from bot.domain.typed_questions import Heard
from bot.services import questions
from bot.services.ports import Desk, Members
from bot.slack.answers import Answer, object_at, text_at
from bot.slack.asked import known

BY_PEOPLE: Final = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of messages that a person wrote; what Slack itself writes (joins, topics …) has another."""
TOMBSTONE: Final = "tombstone"
"""What a deleted message turns into where replies stand below it."""

_MARKED: Final = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


class What(Enum):
    """What happened to a message."""

    SAID = "said"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A person's message in a channel, and what happened to it; `text` is in Slack's notation."""

    what: What
    channel: str
    ts: str
    user: str
    text: str = ""
    thread: str = ""


async def take_typed(desk: Desk, members: Members, body: Answer) -> None:
    """Take what somebody typed, changed or deleted in a stakeholder channel into the comms queue."""
    said = read_typed(object_at(body, "event"))
    if said is None or not await questions.listens(desk, said.channel):
        return
    key = f"ev:{text_at(body, 'team_id')}:{text_at(body, 'event_id')}"
    if said.what is What.DELETED:
        await questions.taken_back(desk, said.channel, said.ts, delivery=key)
        return
    who, _ = await known(desk, members, said.user, "", "")
    names = await questions.names(desk, mentioned(said.text))
    heard = Heard(ts=said.ts, thread=said.thread, by=who, text=as_typed(said.text, names))
    take = questions.hear if said.what is What.SAID else questions.changed
    await take(desk, said.channel, heard, delivery=key)


def read_typed(event: Answer) -> Typed | None:
    """Read a `message` event; None for what no person wrote: our own lines, other apps', Slack's."""
    subtype, channel = text_at(event, "subtype"), text_at(event, "channel")
    if subtype == "message_deleted":
        old = object_at(event, "previous_message")
        return _by_person(What.DELETED, channel, {**old, "ts": text_at(event, "deleted_ts")})
    if subtype == "message_changed":
        new = object_at(event, "message")
        if text_at(new, "subtype") == TOMBSTONE:
            return _by_person(What.DELETED, channel, {**object_at(event, "previous_message"), "ts": text_at(new, "ts")})
        return _by_person(What.CHANGED, channel, new)
    return _by_person(What.SAID, channel, event)


def mentioned(text: str) -> tuple[str, ...]:
    """The people mentioned in a message, by Slack id."""
    return tuple(found[2] for found in _MARKED.finditer(text) if found[1] == "@")


def as_typed(text: str, names: Mapping[str, str] = _NOBODY) -> str:
    """A message's words as they were typed: mentions and links as people read them, nothing escaped.

    `names` gives people's names by Slack id.
    """
    plain = _MARKED.sub(lambda found: _spoken(found, names), text)
    for entity, character in _ENTITIES:
        plain = plain.replace(entity, character)
    return plain


def _by_person(what: What, channel: str, message: Answer) -> Typed | None:
    user, ts = text_at(message, "user"), text_at(message, "ts")
    if text_at(message, "subtype") not in BY_PEOPLE or text_at(message, "bot_id") or not (user and ts and channel):
        return None
    thread = text_at(message, "thread_ts")
    return Typed(
        what=what,
        channel=channel,
        ts=ts,
        user=user,
        text=text_at(message, "text"),
        thread=thread if thread != ts else "",
    )


def _spoken(found: re.Match[str], names: Mapping[str, str]) -> str:
    sign, about, label = found[1], found[2], found[3] or ""
    if sign == "@":
        return f"@{names.get(about) or label or about}"
    if sign == "#":
        return f"#{label or about}"
    if sign == "!":
        return label or f"@{about.partition('^')[0]}"
    return f"{label} ({about})" if label and label not in {about, about.removeprefix("mailto:")} else label or about
