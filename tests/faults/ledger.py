"""What each of many incidents has brought about in Slack and in the database, read in one go, to be compared."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.sandbox.jsons import as_object, as_objects, as_text
from bot.sandbox.models import Channel
from tests.faults.declared import GIVEN_UP
from tests.faults.process import Field

ROOM = re.compile(r"inc-(\d+)-")
STAKEHOLDERS = re.compile(r"inc-\d+-updates(-\d)?$")
OF_AN_INCIDENT = re.compile(r"(inc|clock|summary|revisit|postmortem|archive):(\d+)(?=:|$)")
OF_A_PAGE = re.compile(r"(page|esc|half|undelivered|unanswered|nobody|release):(\d+)(?=:|$)")
MOMENT = re.compile(r":\d{9,}")

Facts = Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The facts of each incident by number, without its number; and whose words each was declared with."""

    facts: dict[int, Facts]
    numbers: dict[str, list[int]]
    copies: Facts
    """How often each message is there, by the outbox row that it says it is of."""
    gone_wrong: list[str]
    """What the outbox has given up."""


def ledger_of(here: Field) -> Ledger:
    """Read what stands in Slack and in the database now."""
    facts: dict[int, Facts] = defaultdict(Counter)
    pages = {_whole(page): _whole(incident) for page, incident in here.rows("SELECT id, incident FROM page")}
    together = _bundles(here)
    copies: Facts = Counter()
    for channel in here.slack.workspace.channels.values():
        room = ROOM.match(channel.name)
        if room is not None:
            facts[int(room[1])].update(_of_room(channel, int(room[1])))
        for row in _rows_in(channel, together):
            copies[row] += 1
            number, fact = _numberless(row, pages)
            facts[number][f"message in {_place(channel)}: {fact}"] += 1
    for (timer,) in here.rows("SELECT id FROM timer"):
        number, fact = _numberless(str(timer), pages)
        facts[number][f"timer {fact}"] += 1
    for incident, key in here.rows("SELECT incident, key FROM timeline"):
        _, fact = _numberless(str(key), pages)
        facts[_whole(incident)][f"timeline {fact}"] += 1
    wrong = here.rows(GIVEN_UP)
    return Ledger(
        facts=facts, numbers=numbers_of(here), copies=copies, gone_wrong=[f"{row}: {why}" for row, why in wrong]
    )


def _rows_in(channel: Channel, together: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The rows that a channel's messages are of; a page that went with others stands there as one that went alone."""
    for row in filter(None, (_row(channel, ts) for ts in channel.log)):
        yield from together.get(row, (row,))


def _bundles(here: Field) -> Mapping[str, Sequence[str]]:
    """Which asks each bundle makes."""
    found = here.rows("SELECT id, payload FROM outbox WHERE kind = 'send_bundle'")
    asks = {str(row): as_objects(as_object(json.loads(str(payload))).get("asks")) for row, payload in found}
    return {row: [as_text(each.get("ask")) for each in each_ask] for row, each_ask in asks.items()}


def numbers_of(here: Field) -> dict[str, list[int]]:
    """Whose words each incident was declared with."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, body in here.rows("SELECT number, body FROM incident"):
        words = as_text(as_object(json.loads(str(body)) if isinstance(body, str) else body).get("words"))
        numbers[words].append(_whole(number))
    return numbers


def _of_room(channel: Channel, number: int) -> Iterator[str]:
    place = _place(channel)
    yield place
    yield f"topic of {place}: {channel.topic}"
    yield from (f"member of {place}: {member}" for member in channel.members)
    yield from (f"pin in {place}: {_numberless(_row(channel, ts), {number: number})[1]}" for ts in channel.pins)
    yield from (f"bookmark in {place}: {mark.title}" for mark in channel.bookmarks)


def _place(channel: Channel) -> str:
    if ROOM.match(channel.name):
        return "stakeholder channel" if STAKEHOLDERS.match(channel.name) else "war room"
    return "/".join(sorted(channel.im_with)) or channel.name


def _row(channel: Channel, ts: str) -> str:
    return as_text(as_object(as_object(channel.log[ts].metadata).get("event_payload")).get("id"))


def _numberless(name: str, pages: dict[int, int]) -> tuple[int, str]:
    """The incident that a row or a timer is of (0: none), and its name without the incident's and page's numbers."""
    number = 0
    if (found := OF_A_PAGE.search(name)) is not None:
        number = pages.get(int(found[2]), 0)
    elif (found := OF_AN_INCIDENT.search(name)) is not None:
        number = int(found[2])
    plain = OF_AN_INCIDENT.sub(r"\1:#", OF_A_PAGE.sub(r"\1:#", name))
    return number, MOMENT.sub(":(moment)", plain)


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
