"""What each button does: one service call, a form, or both in turn. Values are ids, looked up and checked again."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.errors import Refusal
from bot.domain.prose import At
from bot.domain.publishing import first_word_drafts
from bot.domain.role import COMMS
from bot.domain.update import Audience
from bot.services import ahead, incidents, roles, updates, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands import (
    action,
    catchup,
    decide,
    declare,
    escalate,
    explain,
    impact,
    listing,
    log,
    oncall,
    page,
    reopen,
    report,
    resolve,
    role,
    severity,
    show,
    site,
    status,
    summary,
    update,
)
from bot.slack.commands import help as help_command
from bot.slack.commands.command import done
from bot.slack.follow_buttons import FOLLOW_BUTTONS
from bot.slack.ids import Action
from bot.slack.meta import read_about
from bot.slack.page_buttons import (
    acknowledge_incident_pressed,
    acknowledge_pressed,
    decline_pressed,
    hand_over_pressed,
    page_again_pressed,
    page_now_pressed,
    pull_in_pressed,
)
from bot.slack.question_buttons import QUESTION_BUTTONS
from bot.slack.views.declare import DeclareDraft
from bot.slack.views.public_words import holding_statement
from bot.slack.views.roles import give_role_form, roles_modal
from bot.slack.views.update import no_change_preview, preview

Pressed = Callable[[Asked, str], Awaitable[Reply]]
PLACES: Final = frozenset({"home", "list", "help", ""})


def _with(run: Pressed) -> Pressed:
    """A subcommand behind a button: the value names the incident, and no words come with it."""

    async def pressed(asked: Asked, value: str) -> Reply:
        number, _ = read_about(value)
        return await run(asked.about(number), "")

    return pressed


async def no_change_pressed(asked: Asked, value: str) -> Reply:
    """Preview that there is nothing new: one tap more publishes it."""
    number, about = read_about(value)
    made = await updates.no_change(asked.desk, asked.about(number).number, _audiences(about), asked.by)
    drafts = [each for each in (made.public, made.internal) if each]
    return no_change_preview(made.incident, drafts, made.warnings, notes=made.notes)


async def snooze_pressed(asked: Asked, value: str) -> Reply:
    """Put the promise off, once."""
    number, about = read_about(value)
    given = asked.about(number)
    until = await updates.snooze(
        asked.desk, given.number, _audiences(about), asked.by, delivery=asked.delivery, reason=asked.reason
    )
    return done("Snoozed, once. The update is due at ", At(until), ".")


async def take_comms_pressed(asked: Asked, value: str) -> Reply:
    """Become the comms lead."""
    number, _ = read_about(value)
    given = asked.about(number)
    await roles.take(asked.desk, given.number, COMMS, asked.by, delivery=asked.delivery, reason=asked.reason)
    return done("You are comms lead now; the clock is yours.")


async def publish_draft_pressed(asked: Asked, value: str) -> Reply:
    """Publish the first words as they were shown; from the clock, look at a draft first."""
    number, about = read_about(value)
    given = asked.about(number)
    situation = await view.situation(asked.desk, given.number, asked.by)
    drafts = first_word_drafts(situation.incident)
    if about:
        return await _draft_to_look_at(given, _audiences(about))
    if not drafts:
        raise Refusal(
            f"The first word about {situation.incident.label} is out already. Nothing was published again; "
            "Update starts from the last one."
        )
    published = await updates.publish(
        asked.desk,
        given.number,
        tuple(each.number for each in drafts),
        asked.by,
        reason=asked.reason,
        delivery=asked.delivery,
    )
    made = published.made_anew
    if made is not None:
        fresh = [each for each in (made.public, made.internal) if each]
        return preview(made.incident, fresh, made.warnings, anew=True, notes=made.notes)
    return None


async def holding_pressed(asked: Asked, value: str) -> Reply:
    """What executives may say, shown to this responder alone."""
    return holding_statement(
        *await ahead.holding_statement(asked.desk, asked.about(read_about(value)[0]).number, asked.by)
    )


async def posted_it_pressed(asked: Asked, value: str) -> Reply:
    """Customers were told: the public clock stops here."""
    number, about = read_about(value)
    given = asked.about(number)
    update_number = int(about) if about.isdigit() else 0
    await updates.posted_it(
        asked.desk, given.number, update_number, asked.by, delivery=asked.delivery, reason=asked.reason
    )
    return None


async def start_public_clock_pressed(asked: Asked, value: str) -> Reply:
    """Start the public clock of a private incident."""
    number, _ = read_about(value)
    incident = await updates.start_public_clock(
        asked.desk, asked.about(number).number, asked.by, delivery=asked.delivery
    )
    return done(f"The public clock of {incident.label} runs.")


async def roles_pressed(asked: Asked, value: str) -> Reply:
    """The roles as a form."""
    number, _ = read_about(value)
    situation = await view.situation(asked.desk, asked.about(number).number, asked.by)
    return roles_modal(situation.incident, situation.added_roles)


async def take_role_pressed(asked: Asked, value: str) -> Reply:
    """Take a role."""
    number, role = read_about(value)
    given = asked.about(number)
    await roles.take(asked.desk, given.number, role, asked.by, delivery=asked.delivery, reason=asked.reason)
    return done(f"You are {roles.parse_role(asked.desk.directory(), role).spoken} now.")


async def hand_over_role_pressed(asked: Asked, value: str) -> Reply:
    """The form that gives a role to somebody."""
    number, role = read_about(value)
    situation = await view.situation(asked.desk, asked.about(number).number, asked.by)
    return give_role_form(situation.incident, role, situation.added_roles)


async def finish_action_pressed(asked: Asked, value: str) -> Reply:
    """Finish an action item."""
    number, about = read_about(value)
    return await action.run(asked.about(number), f"done {about}")


async def helping_pressed(asked: Asked, value: str) -> Reply:
    """Count among the responders."""
    number, _ = read_about(value)
    incident = await incidents.join(asked.desk, asked.about(number).number, asked.by, delivery=asked.delivery)
    return done(f"You are helping with {incident.label}; you are invited to its war room.")


async def raise_pressed(asked: Asked, value: str) -> Reply:
    """Raise what stands in the triage channel."""
    number, _ = read_about(value)
    incident = await incidents.raise_from_triage(
        asked.desk, asked.about(number).number, asked.by, delivery=asked.delivery
    )
    return done(f"{incident.label} is {incident.severity} now; its channels are being opened.")


async def review_yes_pressed(asked: Asked, value: str) -> Reply:
    """Answer a question of the route review with yes."""
    return await _review(asked, value, "yes")


async def review_no_pressed(asked: Asked, value: str) -> Reply:
    """Answer a question of the route review with no."""
    return await _review(asked, value, "no")


async def declare_pressed(asked: Asked, value: str) -> Reply:
    """The declaration form; on an unmatched alert it starts with the alert's words."""
    return declare.form(asked, DeclareDraft(words="" if value in PLACES or value.isdigit() else value))


async def link_opened(_asked: Asked, _value: str) -> Reply:
    """A link was followed; Slack only wants to know that we heard."""
    return None


def _audiences(about: str) -> tuple[Audience, ...]:
    """The audiences that a button names, joined by a plus; a button that names none is about both."""
    named = about.split("+")
    return tuple(each for each in Audience if each.value in named) or tuple(Audience)


async def _draft_to_look_at(asked: Asked, audiences: tuple[Audience, ...]) -> Reply:
    form = await updates.prefilled(asked.desk, asked.number, asked.by)
    made = await updates.preview(asked.desk, asked.number, form, asked.by)
    drafts = [each for each in (made.public, made.internal) if each and each.audience in audiences]
    return preview(made.incident, drafts, made.warnings if Audience.PUBLIC in audiences else (), notes=made.notes)


async def _review(asked: Asked, value: str, said: str) -> Reply:
    number, question = read_about(value)
    given = asked.about(number)
    await incidents.answer_review(
        asked.desk,
        given.number,
        int(question) if question.isdigit() else 0,
        said,
        asked.by,
        delivery=asked.delivery,
        reason=asked.reason,
    )
    return None


BUTTONS: Final[Mapping[Action, Pressed]] = MappingProxyType(
    {
        Action.OPEN_LINK: link_opened,
        Action.ACKNOWLEDGE: acknowledge_pressed,
        Action.ACKNOWLEDGE_INCIDENT: acknowledge_incident_pressed,
        Action.I_HAVE_IT: acknowledge_pressed,
        Action.DECLINE: decline_pressed,
        Action.PULL_IN: pull_in_pressed,
        Action.HAND_OVER_PAGE: hand_over_pressed,
        Action.PAGE_NOW: page_now_pressed,
        Action.PAGE_AGAIN: page_again_pressed,
        Action.PAGE_SOMEONE: _with(page.run),
        Action.ESCALATE: _with(escalate.run),
        Action.UPDATE: _with(update.run),
        Action.EDIT_DRAFT: _with(update.run),
        Action.NO_CHANGE: no_change_pressed,
        Action.SNOOZE: snooze_pressed,
        Action.TAKE_COMMS: take_comms_pressed,
        Action.PUBLISH_DRAFT: publish_draft_pressed,
        Action.POSTED_IT: posted_it_pressed,
        Action.HOLDING: holding_pressed,
        Action.START_PUBLIC_CLOCK: start_public_clock_pressed,
        Action.EDIT_SUMMARY: _with(summary.run),
        Action.NOTHING_CHANGED: summary.nothing_changed_pressed,
        Action.DECIDE: _with(decide.run),
        Action.ROLES: roles_pressed,
        Action.TAKE_ROLE: take_role_pressed,
        Action.HAND_OVER_ROLE: hand_over_role_pressed,
        Action.FINE_FOR_NOW: role.fine_for_now_pressed,
        Action.SEVERITY: _with(severity.run),
        Action.STATUS: _with(status.run),
        Action.LOG: _with(log.run),
        Action.ADD_ACTION: _with(action.run),
        Action.FINISH_ACTION: finish_action_pressed,
        Action.IMPACT: _with(impact.run),
        Action.HELPING: helping_pressed,
        Action.JOIN: helping_pressed,
        Action.RAISE: raise_pressed,
        Action.RESOLVE: _with(resolve.run),
        Action.REOPEN: _with(reopen.run),
        Action.REVIEW_YES: review_yes_pressed,
        Action.REVIEW_NO: review_no_pressed,
        Action.DECLARE: declare_pressed,
        Action.LIST: _with(listing.run),
        Action.SHOW: _with(show.run),
        Action.ON_CALL: _with(oncall.run),
        Action.EXPLAIN: _with(explain.run),
        Action.CATCH_UP: _with(catchup.run),
        Action.REPORT: report.pressed,
        Action.REPORT_ALL: report.pressed,
        Action.HELP: _with(help_command.run),
        Action.INTERNAL_PAGE: _with(site.run),
        **QUESTION_BUTTONS,
        **FOLLOW_BUTTONS,
    }
)
