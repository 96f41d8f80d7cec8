"""What people type in the stakeholder channel: words become questions, and follow the message when it is changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.change import Change
from bot.domain.clock_keeping import keeper
from bot.domain.comms_queue import (
    ON_RECORD,
    event,
    handed_anew,
    joined_to,
    new_question,
    refreshed,
    said_of,
    taken_in,
    taker,
    with_question,
)
from bot.domain.incident import Incident
from bot.domain.prose import Sentence, Who, Words
from bot.domain.question import Question, QuestionState, Said

SAYINGS: Final = 20
"""As often as an asker may add to a question; what comes after stands in the thread alone."""
COURTESIES: Final = frozenset(
    {
        *("thanks", "thank", "thx", "ty", "cheers", "you", "so", "very", "much", "a", "lot"),
        *("ok", "okay", "great", "perfect", "super", "good", "got", "it", "understood", "noted"),
    }
)
_WORDS: Final = re.compile(r":[\w+-]+:|@\S+|[^\W_]+")
WITHOUT_WORDS: Final = "(a message without words; look at it in the channel)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message typed in the stakeholder channel: its `ts`, the thread it stands in if any, and its plain words."""

    ts: str
    thread: str
    by: Who
    text: str


def hear(incident: Incident, heard: Heard, within: Sequence[int], now: datetime) -> Change:
    """Take in what somebody typed; `within` are the numbers of the questions whose thread it stands in.

    In such a thread only the asker's own words count: they are added to what is open, or ask anew, unless they only say
    thanks. Whoever keeps the clock speaks for the incident, and asks nothing.
    """
    words = _words(heard)
    known = any(said.ts == heard.ts for each in incident.questions for said in each.words)
    if known or heard.by.same_as(keeper(incident)):
        return Change()
    here = [each for each in incident.questions if each.number in within]
    own = [each for each in here if heard.by.same_as(each.asker)]
    if here and not own:
        return Change()
    waiting = next((each for each in reversed(own) if _waits(incident, each)), None)
    if waiting is not None:
        return _said_more(incident, waiting, words, now)
    if own and _says_thanks(heard.text):
        return Change()
    new = replace(new_question(incident, heard.by, words, now), thread=heard.thread or heard.ts)
    return taken_in(incident, new, now)


def changed(incident: Incident, heard: Heard, now: datetime) -> Change:
    """Follow a message that its author changed; what was answered meanwhile keeps the words that were answered."""
    found = _of_message(incident, heard.ts)
    words = _words(heard)
    if found is None or words in found.words or not heard.by.same_as(found.asker) or not _waits(incident, found):
        return Change()
    kept = tuple(words if said.ts == heard.ts else said for said in found.words)
    question = replace(found, words=kept)
    saved = with_question(incident, question)
    said: Sentence = (found.asker, f" changed question {found.number}: ", Words(words.text[:ON_RECORD]))
    noted = event(saved, question, f"changed:{now.isoformat()}", said, found.asker, now)
    return Change(incident=saved, timeline=(noted,), outgoing=refreshed(saved, *_shown_with(saved, question)))


def taken_back(incident: Incident, ts: str, now: datetime) -> Change:
    """Follow a message that was deleted: its words go; a question of which nothing is left is withdrawn.

    What had been merged into a withdrawn question still waits: the oldest of it takes its place.
    """
    found = _of_message(incident, ts)
    if found is None or not _waits(incident, found):
        return Change()
    left = tuple(said for said in found.words if said.ts != ts)
    if left:
        saved = with_question(incident, replace(found, words=left))
        return Change(incident=saved, outgoing=refreshed(saved, *_shown_with(saved, replace(found, words=left))))
    gone = replace(found, state=QuestionState.WITHDRAWN, joined=None, closed_by=found.asker, closed_at=now)
    saved = with_question(incident, gone)
    said: Sentence = (found.asker, f" took question {found.number} back")
    noted = event(saved, gone, "withdrawn", said, found.asker, now)
    change = Change(incident=saved, timeline=(noted,), outgoing=refreshed(saved, *_shown_with(saved, found)))
    return change.and_then(lambda each: _next_in_its_place(each, gone))


def _next_in_its_place(incident: Incident, gone: Question) -> Change:
    waiting = joined_to(incident, gone)
    if not waiting:
        return Change(incident=incident)
    first, *others = waiting
    again = replace(first, state=QuestionState.OPEN, joined=None, closed_by=None, closed_at=None)
    saved, rows = handed_anew(incident, again, taker(incident, again.asker))
    for each in others:
        saved = with_question(saved, replace(each, joined=again.number))
    return Change(incident=saved, outgoing=(*rows, *refreshed(saved, *waiting)))


def _said_more(incident: Incident, question: Question, words: Said, now: datetime) -> Change:
    full = len(question.words) >= SAYINGS
    more = replace(question, unread=question.unread + 1) if full else replace(question, words=(*question.words, words))
    saved = with_question(incident, more)
    said: Sentence = (question.asker, f" added to question {question.number}: ", Words(words.text[:ON_RECORD]))
    noted = event(saved, more, f"more:{words.ts}", said, question.asker, now)
    return Change(incident=saved, timeline=(noted,), outgoing=refreshed(saved, *_shown_with(saved, more)))


def _of_message(incident: Incident, ts: str) -> Question | None:
    return next((each for each in incident.questions if any(said.ts == ts for said in each.words)), None)


def _shown_with(incident: Incident, question: Question) -> tuple[Question, ...]:
    """A question and the one it was merged into: the words stand on both cards."""
    return (question, *(each for each in incident.questions if each.number == question.joined))


def _waits(incident: Incident, question: Question) -> bool:
    return any(each.open for each in _shown_with(incident, question))


def _says_thanks(text: str) -> bool:
    """Whether nothing is asked: words of courtesy, a name, an emoji, and no question mark."""
    spoken = [word.casefold() for word in _WORDS.findall(text)]
    return bool(spoken) and "?" not in text and all(word in COURTESIES or word[0] in ":@" for word in spoken)


def _words(heard: Heard) -> Said:
    said = said_of(heard.text, heard.ts)
    return said if said.text else said_of(WITHOUT_WORDS, heard.ts)
