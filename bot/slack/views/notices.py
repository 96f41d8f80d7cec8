"""Messages of their own: the card for one person who is told of an incident, and what somebody follows."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import Block

from bot.domain.heard import Heard
from bot.domain.incident import Incident
from bot.domain.notices import card_key, is_muted
from bot.domain.prose import At, Sentence, Strong, Words
from bot.domain.team import ToldBy
from bot.services.following import Followed
from bot.slack.ids import Action
from bot.slack.views.parts import (
    Message,
    actions,
    button,
    context,
    in_a_row,
    in_lines,
    labelled,
    message,
    section,
)
from bot.slack.views.phrases import headline, impact, in_words, room_link, status_line

SHOWN: Final = 40
BY: Final = {ToldBy.DM: "by direct message", ToldBy.EMAIL: "by e-mail"}


def notice(incident: Incident, key: str) -> Message | None:
    """One person's card; None where nobody has it any more."""
    mine = next((each for each in incident.heard if key in {each.key, card_key(each)}), None)
    if mine is None:
        return None
    asked = mine.unseen and key == card_key(mine) and incident.open
    stopped = is_muted(incident, mine.who)
    channel = room_link(incident.stakeholders)
    said = in_lines(
        (Strong(headline(incident)),),
        status_line(incident),
        in_words(incident),
        labelled("Impact", *impact(incident.impact)),
        labelled("Updates", *channel) if channel else None,
        labelled("Why you", *_because(incident, mine)),
    )
    return message(
        said,
        section(said),
        _buttons(incident, asked=asked) if not stopped and incident.open else None,
        context(tail) if (tail := _tail(mine, asked=asked, stopped=stopped)) else None,
    )


def follows(command: str, followed: Sequence[Followed]) -> Message:
    """What a person follows, each with [Stop], and how to follow more."""
    how: Sentence = (
        f"To follow a journey or an incident: {command} follow checkout, or {command} follow 42 by email.",
    )
    if not followed:
        none: Sentence = ("You follow nothing.",)
        return message(in_lines(none, how), section(none), context(how))
    title: Sentence = (Strong("You follow"),)
    return message(
        in_lines(title, *(_followed(each) for each in followed), how),
        section(title),
        *(
            section(_followed(each), accessory=button(Action.UNFOLLOW, "Stop", each.follow.target, about=each.name))
            for each in followed[:SHOWN]
        ),
        context(how),
    )


def _buttons(incident: Incident, *, asked: bool) -> Block | None:
    number, about = str(incident.number), incident.label
    return actions(
        button(Action.SEEN, "Seen", number, style="primary", about=about) if asked else None,
        button(Action.FOLLOW, "Follow", number, about=about),
        button(Action.STOP_MESSAGES, "Stop these messages", number, about=about),
    )


def _because(incident: Incident, mine: Heard) -> Sentence:
    parts: list[Sentence] = []
    if mine.aware:
        parts.append((f"you are to be aware of every {incident.severity}",))
    parts += [("you are on the list ", Words(each)) for each in mine.lists]
    if mine.follows:
        parts.append(("you follow ", Words(incident.brief.name)))
    return in_a_row(*parts)


def _tail(mine: Heard, *, asked: bool, stopped: bool) -> Sentence:
    if stopped:
        return ("You are sent no more messages about it.",)
    if mine.seen_at:
        return ("You have seen it, at ", At(mine.seen_at), ".")
    return ("Please press Seen: it goes on record.",) if asked else ()


def _followed(each: Followed) -> Sentence:
    address: Sentence = (" (", Words(each.follow.email), ")") if each.follow.email else ()
    return (Words(each.name), f", {BY[each.follow.by]}", *address, ", over" if each.gone else "")
