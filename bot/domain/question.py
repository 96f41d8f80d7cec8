"""A question for comms: what somebody asked, reported or typed in the stakeholder channel, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.prose import Who


class QuestionState(StrEnum):
    """Where a question stands. A merged one shares the fate of the question it was joined to."""

    OPEN = "open"
    ANSWERED = "answered"
    MERGED = "merged"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A customer who is hurt, by name. For insiders only: it never stands in public text or on the status site."""

    customer: str
    people: int | None = None
    plan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words of the asker, at most 3,000 characters of the `length` that they had.

    `ts` is the Slack message they stand in; empty for a form's.
    """

    text: str
    length: int
    ts: str = ""

    @property
    def cut(self) -> bool:
        """Tell whether there was more than is kept."""
        return self.length > len(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One item of the queue.

    `thread` is the message (ts) whose thread it is talked about in; empty where that is Tocsin's own line. `holder` is
    whom it was passed to last, `turn` how many have had it. `summary` is the number of the summary it stood in.
    """

    number: int
    asker: Who
    at: datetime
    words: tuple[Said, ...]
    report: Report | None = None
    thread: str = ""
    unread: int = 0
    holder: Who | None = None
    turn: int = 0
    state: QuestionState = QuestionState.OPEN
    joined: int | None = None
    answer: str = ""
    closed_by: Who | None = None
    closed_at: datetime | None = None
    summary: int | None = None

    @property
    def open(self) -> bool:
        """Tell whether somebody is to answer it, by itself."""
        return self.state is QuestionState.OPEN

    @property
    def text(self) -> str:
        """All that the asker said, one saying a line."""
        return "\n".join(said.text for said in self.words)
