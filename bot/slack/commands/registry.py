"""The subcommands there are, and finding the one that was meant."""

import re
from dataclasses import dataclass
from typing import Final

from slack_sdk.models.blocks import Option, OptionGroup

from bot.domain.directory import Directory
from bot.domain.nearest import nearest
from bot.services import view
from bot.slack.asked import Asked, Reply
from bot.slack.commands import (
    ack,
    action,
    catchup,
    decide,
    declare,
    escalate,
    explain,
    follow,
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
from bot.slack.commands import (
    help as help_command,
)
from bot.slack.commands.command import Command, first_word
from bot.slack.ids import Action
from bot.slack.views.calling import target_groups
from bot.slack.views.declare import DeclareDraft, journey_choices, service_choices
from bot.slack.views.inputs import option_groups
from bot.slack.views.record import decide_form, log_form

COMMANDS: Final[tuple[Command, ...]] = (
    declare.COMMAND,
    ack.COMMAND,
    escalate.COMMAND,
    page.COMMAND,
    role.COMMAND,
    decide.COMMAND,
    log.COMMAND,
    action.COMMAND,
    impact.COMMAND,
    update.COMMAND,
    severity.COMMAND,
    status.COMMAND,
    resolve.COMMAND,
    reopen.COMMAND,
    summary.COMMAND,
    catchup.COMMAND,
    show.COMMAND,
    listing.COMMAND,
    oncall.COMMAND,
    follow.COMMAND,
    report.COMMAND,
    explain.COMMAND,
    site.COMMAND,
    help_command.COMMAND,
)

_LABEL: Final = re.compile(r"(?:inc-|#)?(\d{1,9})", re.IGNORECASE)


def find(word: str) -> Command | None:
    """The subcommand of this name or alias, in any case."""
    wanted = word.casefold()
    return next((each for each in COMMANDS if wanted in {each.name, *each.aliases}), None)


async def answer(asked: Asked, line: str) -> Reply:
    """Do what a line says. A slip of the fingers gets the nearest match and help; it is never just unknown."""
    word, rest = first_word(line)
    if not word:
        return await help_command.run(asked, "")
    command = find(word)
    if command is None:
        return await help_command.run(asked, "", hint=_meant(asked, word))
    number, rest = named_first(command, rest, implied=asked.incident is not None)
    return await command.run(asked.about(number), rest)


async def form_for(asked: Asked, name: str, words: str) -> Reply:
    """Open a subcommand's form with words filled in, whatever they say."""
    match name:
        case "declare":
            return declare.form(asked, DeclareDraft(words=words))
        case "log":
            situation = await view.situation(asked.desk, asked.number, asked.by)
            return log_form(situation.incident, asked.desk.clock(), words=words, link=asked.link)
        case "decide":
            situation = await view.situation(asked.desk, asked.number, asked.by)
            return decide_form(situation.incident, words=words, link=asked.link)
        case _:
            return await answer(asked, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a menu that loads its options offers: options, or groups of them."""

    options: tuple[Option, ...] = ()
    groups: tuple[OptionGroup, ...] = ()


def options_for(directory: Directory, action: str, words: str) -> Offered:
    """What a menu offers for the words typed into it."""
    match action:
        case Action.CHOOSE_JOURNEY:
            return Offered(options=tuple(each.option() for each in journey_choices(directory, words)))
        case Action.CHOOSE_SERVICE:
            return Offered(options=tuple(each.option() for each in service_choices(directory, words)))
        case Action.CHOOSE_TARGET:
            return Offered(groups=tuple(option_groups(target_groups(directory, words))))
        case _:
            return Offered()


def named_first(command: Command, words: str, *, implied: bool) -> tuple[int | None, str]:
    """The incident that the words begin with, and the rest.

    Where an incident is `implied`, only its label (INC-7, #7) names another: a line may well begin with a number. A
    bare number names one where naming one is all there is to say.
    """
    if command.anywhere:
        return None, words
    first, rest = first_word(words)
    label = _LABEL.fullmatch(first)
    by_label = label is not None and not first.isdigit()
    if label is not None and (not implied or by_label or command.usage == "[n]"):
        return int(label[1]), rest
    return None, words


def nearest_command(word: str) -> Command | None:
    """The command that a word was probably meant to be."""
    close = nearest(word, [name for each in COMMANDS for name in (each.name, *each.aliases)])
    return find(close) if close else None


def _meant(asked: Asked, word: str) -> str:
    command = nearest_command(word)
    if command is None:
        return f"“{word[:40]}” is no command of {asked.command}; nothing was done. This can be done here:"
    usage = f" {command.usage}" if command.usage else ""
    return f"Did you mean {asked.command} {command.name}{usage}? It does this: {command.help}. Nothing was done yet."
