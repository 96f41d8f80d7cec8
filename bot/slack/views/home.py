"""App Home: the pages and questions that wait for me, the open incidents, who is on call."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.incident import Incident
from bot.domain.page import Page
from bot.domain.prose import At, Sentence, Strong
from bot.domain.question import Question
from bot.slack.ids import Action, ViewId
from bot.slack.meta import PageRef, write_page_ref
from bot.slack.views.lists import OnCallRow, incident_rows, on_call_line
from bot.slack.views.parts import actions, button, context, divider, header, in_lines, section
from bot.slack.views.phrases import headline, short, what_happens
from bot.slack.views.questions import asked_by, question_buttons

PAGES: Final = 20
QUESTIONS: Final = 8
INCIDENTS: Final = 40
ROTATIONS: Final = 60
IN_A_SECTION: Final = 10


def home(
    my_pages: Sequence[tuple[Page, Incident]],
    open_incidents: Sequence[Incident],
    on_call: Sequence[OnCallRow],
    my_questions: Sequence[tuple[Question, Incident]] = (),
) -> View:
    """Home as it is now, for one person: only what they may see is given."""
    blocks = [
        actions(
            button(Action.DECLARE, "Declare an incident", "home"),
            button(Action.INTERNAL_PAGE, "Internal status page", "home"),
        ),
        *_pages(my_pages),
        *_questions(my_questions),
        *_incidents(open_incidents),
        *_on_call(on_call),
    ]
    return View(type="home", callback_id=ViewId.HOME, blocks=[block for block in blocks if block is not None])


def _pages(my_pages: Sequence[tuple[Page, Incident]]) -> list[Block]:
    blocks: list[Block] = [header(("Pages that wait for you",))]
    if not my_pages:
        return [*blocks, section(("No page waits for you.",))]
    for page, incident in my_pages[:PAGES]:
        ref = write_page_ref(PageRef(page=page.id, epoch=page.epoch))
        said = in_lines((Strong(headline(incident)),), what_happens(incident), ("Paged ", At(page.started_at)))
        acknowledge = button(Action.ACKNOWLEDGE, "Acknowledge", ref, about=incident.label)
        blocks.append(section(said, accessory=acknowledge))
    return [*blocks, *_more(len(my_pages), PAGES)]


def _questions(mine: Sequence[tuple[Question, Incident]]) -> list[Block]:
    if not mine:
        return []
    blocks: list[Block] = [header(("Questions that wait for you",))]
    for question, incident in mine[:QUESTIONS]:
        title: Sentence = (Strong(f"Question {question.number}"), " · ", headline(incident))
        blocks.append(section(in_lines(title, (*asked_by(question), " ", short(question.text)))))
        row = question_buttons(incident, question, alone=False)
        blocks += [row] if row else []
    return [*blocks, *_more(len(mine), QUESTIONS)]


def _incidents(open_incidents: Sequence[Incident]) -> list[Block]:
    blocks: list[Block] = [divider(), header(("Open incidents",))]
    if not open_incidents:
        return [*blocks, section(("No incident is open.",))]
    return [*blocks, *incident_rows(open_incidents, INCIDENTS), *_more(len(open_incidents), INCIDENTS)]


def _on_call(rows: Sequence[OnCallRow]) -> list[Block]:
    blocks: list[Block] = [divider(), header(("On call now",))]
    if not rows:
        return [*blocks, section(("No schedule is set up; each journey's owner is paged directly.",))]
    said = [on_call_line(row) for row in rows[:ROTATIONS]]
    groups = [said[start : start + IN_A_SECTION] for start in range(0, len(said), IN_A_SECTION)]
    return [*blocks, *(section(in_lines(*group)) for group in groups), *_more(len(rows), ROTATIONS)]


def _more(count: int, shown: int) -> list[Block]:
    rest: Sentence = (f"And {count - shown} more.",)
    return [context(rest)] if count > shown else []
