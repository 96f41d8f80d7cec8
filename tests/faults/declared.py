"""An incident just declared, as it stands in Slack and in the database, in a form in which two of them compare."""

from collections import Counter
from dataclasses import dataclass, fields

from bot.sandbox.jsons import JsonObject, as_object, as_text
from bot.sandbox.models import Channel
from bot.sandbox.server import LocalSlack
from tests.faults.process import Field

FALLBACK = ":fallback"
"""A page that was not confirmed for 30 s goes by the fallback, and the war room reads it: true after a kill."""
GIVEN_UP = "SELECT id, last_error FROM outbox WHERE state IN ('failed', 'dead') AND kind != 'send_by_fallback'"
"""What the outbox has given up; no fallback is set up, which a page that waits for long finds out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Everything that a declaration brings about, each thing as often as it is there; `#` stands for the number."""

    incidents: int
    rooms: Counter[str]
    messages: Counter[str]
    members: dict[str, frozenset[str]]
    pins: dict[str, Counter[str]]
    bookmarks: dict[str, Counter[str]]
    topics: dict[str, str]
    timers: Counter[str]
    gone_wrong: tuple[object, ...]

    def compared(self, whole: "Declared") -> tuple[list[str], list[str]]:
        """What is missing here, and what is too much, against a declaration that nothing disturbed."""
        lost, doubled = [], []
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(whole, each.name)
            if isinstance(mine, Counter):
                lost += [f"{each.name}: {name}" for name in theirs - mine]
                doubled += [f"{each.name}: {name}" for name in mine - theirs if mine[name] > 1 or FALLBACK not in name]
            elif mine != theirs:
                lost.append(f"{each.name}: {mine} instead of {theirs}")
        return lost, doubled


def as_declared(here: Field, number: int, words: str) -> Declared:
    """Read what an incident of this number, declared with these words, has brought about."""
    rooms = {
        _kind(channel, number): channel for channel in here.slack.channels if channel.name.startswith(f"inc-{number}-")
    }
    wanted = (f"inc:{number}:", f"page:{number}:", f"clock:{number}:", f"esc:{number}:", f"half:{number}:")
    return Declared(
        incidents=len(here.rows(f"SELECT 1 FROM incident WHERE body LIKE '%{words}%'")),  # noqa: S608 - our own words
        rooms=Counter(
            _kind(channel, number) for channel in here.slack.channels if channel.name.startswith(f"inc-{number}-")
        ),
        messages=Counter(_messages(here, number)),
        members={kind: frozenset(channel.members) for kind, channel in rooms.items()},
        pins={kind: Counter(_row(channel, ts, number) for ts in channel.pins) for kind, channel in rooms.items()},
        bookmarks={kind: Counter(mark.title for mark in channel.bookmarks) for kind, channel in rooms.items()},
        topics={kind: channel.topic for kind, channel in rooms.items()},
        timers=Counter(
            _numberless(str(name), number)
            for (name,) in here.rows("SELECT id FROM timer")
            if str(name).startswith(wanted)
        ),
        gone_wrong=tuple(here.rows(GIVEN_UP)),
    )


def copies(here: Field) -> Counter[str]:
    """How often each message of the bot is there, by the outbox row that it says it is of."""
    return copies_in(here.slack)


def copies_in(slack: LocalSlack) -> Counter[str]:
    """How often each message of the bot is there, by the outbox row that it says it is of."""
    found: Counter[str] = Counter()
    for channel in slack.workspace.channels.values():
        found.update(row for row in (_row(channel, ts, 0) for ts in channel.log) if row)
    return found


def row_of(message: JsonObject) -> str:
    """The outbox row of which a message, or a call that posts one, says that it is."""
    return as_text(as_object(as_object(message.get("metadata")).get("event_payload")).get("id"))


def _messages(here: Field, number: int) -> list[str]:
    found = []
    for channel in here.slack.workspace.channels.values():
        place = _kind(channel, number) or "/".join(sorted(channel.im_with))
        rows = (_row(channel, ts, 0) for ts in channel.log)
        found += [
            f"{place}: {_numberless(row, number)}"
            for row in rows
            if row.startswith((f"inc:{number}:", f"page:{number}:"))
        ]
    return found


def _kind(channel: Channel, number: int) -> str:
    if channel.name.startswith(f"inc-{number}-"):
        return "stakeholders" if channel.name.endswith("-updates") else "war room"
    return channel.name


def _row(channel: Channel, ts: str, number: int) -> str:
    payload = as_object(as_object(channel.log[ts].metadata).get("event_payload"))
    return _numberless(as_text(payload.get("id")), number)


def _numberless(row: str, number: int) -> str:
    kind, _, rest = row.partition(":")
    return f"{kind}:#{rest.removeprefix(str(number))}" if rest.startswith(f"{number}:") else row
