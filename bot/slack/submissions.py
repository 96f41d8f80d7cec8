"""What each submitted form does: one service call, and what takes the form's place."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bot.domain.resolving import ResolveForm
from bot.domain.target import UserTarget, parse_target
from bot.services import incidents, paging, record, roles, summaries, updates
from bot.slack.asked import Asked, Reply
from bot.slack.commands import declare
from bot.slack.forms import (
    Filled,
    read_decision,
    read_declare,
    read_impact,
    read_update,
)
from bot.slack.ids import Block, ViewId
from bot.slack.question_buttons import QUESTION_SUBMISSIONS
from bot.slack.views.changes import notice
from bot.slack.views.update import no_change_preview, preview

Submitted = Callable[[Asked, Filled], Awaitable[Reply]]


async def declare_submitted(asked: Asked, filled: Filled) -> Reply:
    """Declare; the form gives way to what is happening now."""
    declared = await incidents.declare(asked.desk, read_declare(filled, asked.by), delivery=asked.delivery)
    return notice("Declared already" if declared.again else "Declared", declare.declared_words(declared))


async def update_submitted(asked: Asked, filled: Filled) -> Reply:
    """Show both audiences' words before anything is published."""
    made = await updates.preview(asked.desk, asked.number, read_update(filled, asked.desk.clock()), asked.by)
    drafts = [each for each in (made.public, made.internal) if each]
    return preview(made.incident, drafts, made.warnings, notes=made.notes)


async def preview_submitted(asked: Asked, filled: Filled) -> Reply:
    """Publish what was looked at; words whose next time has passed are made anew and shown again."""
    return await _publish(asked, filled, again=preview)


async def no_change_submitted(asked: Asked, filled: Filled) -> Reply:
    """Publish that there is nothing new."""
    return await _publish(asked, filled, again=no_change_preview)


async def decide_submitted(asked: Asked, filled: Filled) -> Reply:
    """Record the decision."""
    form = read_decision(filled)
    await record.decide(asked.desk, asked.number, form, asked.by, delivery=asked.delivery, reason=asked.reason)
    return None


async def log_submitted(asked: Asked, filled: Filled) -> Reply:
    """Add the line to the timeline, at its own time."""
    await record.log(
        asked.desk,
        asked.number,
        filled.text(Block.TEXT),
        asked.by,
        delivery=asked.delivery,
        at=filled.moment(Block.AT),
        source_link=filled.meta.link,
    )
    return None


async def action_submitted(asked: Asked, filled: Filled) -> Reply:
    """Add the action item."""
    await record.add_action(
        asked.desk,
        asked.number,
        filled.text(Block.TEXT),
        asked.by,
        delivery=asked.delivery,
        owner=filled.person(Block.OWNER),
        due=filled.moment(Block.DUE),
        reason=asked.reason,
    )
    return None


async def impact_submitted(asked: Asked, filled: Filled) -> Reply:
    """Put the impact on record."""
    form = read_impact(filled)
    await record.report_impact(asked.desk, asked.number, form, asked.by, delivery=asked.delivery, reason=asked.reason)
    return None


async def severity_submitted(asked: Asked, filled: Filled) -> Reply:
    """Change the severity."""
    await incidents.set_severity(
        asked.desk,
        asked.number,
        filled.text(Block.SEVERITY),
        filled.text(Block.WHY),
        asked.by,
        delivery=asked.delivery,
        reason=asked.reason,
    )
    return None


async def status_submitted(asked: Asked, filled: Filled) -> Reply:
    """Change the status, and since when customers hurt where that was changed."""
    since, given = filled.moment(Block.SINCE), asked
    incident = await incidents.set_status(
        asked.desk,
        asked.number,
        filled.text(Block.STATUS),
        filled.text(Block.WHY),
        asked.by,
        delivery=asked.delivery,
        reason=asked.reason,
    )
    if since and since != incident.times.since.replace(second=0, microsecond=0) and since != incident.times.since:
        given = replace(asked, delivery=f"{asked.delivery}:since")
        await incidents.set_since(
            asked.desk, asked.number, since, asked.by, delivery=given.delivery, reason=asked.reason
        )
    return None


async def role_submitted(asked: Asked, filled: Filled) -> Reply:
    """Give the role."""
    who = filled.person(Block.PERSON) or asked.by
    role = filled.text(Block.ROLE)
    await roles.give(asked.desk, asked.number, role, who, asked.by, delivery=asked.delivery, reason=asked.reason)
    return None


async def page_submitted(asked: Asked, filled: Filled) -> Reply:
    """Pull somebody in; a member who was chosen wins over the menu."""
    person = filled.person(Block.PERSON)
    directory = asked.desk.directory()
    target = UserTarget(who=person) if person else parse_target(directory, filled.text(Block.TARGET))
    await paging.page(
        asked.desk,
        asked.number,
        target,
        asked.by,
        filled.text(Block.WHY),
        delivery=asked.delivery,
        reason=asked.reason,
    )
    return None


async def hand_over_submitted(asked: Asked, filled: Filled) -> Reply:
    """Page the person chosen; the first stays on the hook until they acknowledge."""
    to = filled.person(Block.PERSON) or asked.by
    page = filled.meta.page or 0
    await paging.hand_over(asked.desk, page, to, asked.by, delivery=asked.delivery, reason=asked.reason)
    return None


async def resolve_submitted(asked: Asked, filled: Filled) -> Reply:
    """Resolve, with the reason where something is still open."""
    form = ResolveForm(summary=filled.text(Block.SUMMARY), override_reason=filled.text(Block.REASON))
    await incidents.resolve(asked.desk, asked.number, form, asked.by, delivery=asked.delivery, reason=asked.reason)
    return None


async def reopen_submitted(asked: Asked, filled: Filled) -> Reply:
    """Open it again."""
    why = filled.text(Block.WHY)
    await incidents.reopen(asked.desk, asked.number, why, asked.by, delivery=asked.delivery, reason=asked.reason)
    return None


async def summary_submitted(asked: Asked, filled: Filled) -> Reply:
    """Post the summary in the person's own words."""
    text = filled.text(Block.SUMMARY)
    await summaries.post(
        asked.desk,
        asked.number,
        text,
        asked.by,
        delivery=asked.delivery,
        reason=asked.reason,
        answered=filled.meta.questions,
    )
    return None


async def _publish(asked: Asked, filled: Filled, again: Callable[..., Reply]) -> Reply:
    published = await updates.publish(
        asked.desk, asked.number, filled.meta.updates, asked.by, reason=asked.reason, delivery=asked.delivery
    )
    made = published.made_anew
    if made is not None:
        return again(made.incident, [each for each in (made.public, made.internal) if each], made.warnings, anew=True)
    return None


SUBMISSIONS: Final[Mapping[ViewId, Submitted]] = MappingProxyType(
    {
        ViewId.DECLARE: declare_submitted,
        ViewId.UPDATE: update_submitted,
        ViewId.UPDATE_PREVIEW: preview_submitted,
        ViewId.NO_CHANGE: no_change_submitted,
        ViewId.DECIDE: decide_submitted,
        ViewId.LOG: log_submitted,
        ViewId.ACTION_ITEM: action_submitted,
        ViewId.IMPACT: impact_submitted,
        ViewId.SEVERITY: severity_submitted,
        ViewId.STATUS: status_submitted,
        ViewId.GIVE_ROLE: role_submitted,
        ViewId.PAGE_SOMEONE: page_submitted,
        ViewId.HAND_OVER_PAGE: hand_over_submitted,
        ViewId.RESOLVE: resolve_submitted,
        ViewId.REOPEN: reopen_submitted,
        ViewId.SUMMARY: summary_submitted,
        **QUESTION_SUBMISSIONS,
    }
)
