"""`action`: an action item with its owner and when it is due; `action done 2` finishes one."""

import re
from typing import Final

from bot.services import record, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done
from bot.slack.views.record import action_form

FINISHED: Final = re.compile(r"(?:done|finish|finished|close)\s+#?(\d{1,6})", re.IGNORECASE)


async def run(asked: Asked, words: str) -> Reply:
    """Add it at once, `… @owner by 03:10`; without words, the form."""
    number = asked.number
    if not words.strip():
        situation = await view.situation(asked.desk, number, asked.by)
        return action_form(situation.incident)
    finished = FINISHED.fullmatch(words.strip())
    if finished:
        await record.finish_action(
            asked.desk, number, int(finished[1]), asked.by, delivery=asked.delivery, reason=asked.reason
        )
        return done(f"Action {finished[1]} is done.")
    incident = await record.add_action_line(
        asked.desk, number, words, asked.by, delivery=asked.delivery, reason=asked.reason
    )
    return done(f"Recorded as action {len(incident.actions)} of {incident.label}.")


COMMAND = Command(
    name="action",
    usage="[words @owner by 03:10] | done N",
    help="add an action item, or finish one",
    run=run,
    aliases=("todo", "task"),
)
