"""Forms that ask for people: page someone, hand a page over."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.directory import Directory
from bot.domain.incident import Incident
from bot.domain.page import Page
from bot.domain.prose import Sentence
from bot.slack.ids import Action, ViewId
from bot.slack.ids import Block as BlockId
from bot.slack.meta import Meta
from bot.slack.views.inputs import Choice, chosen_in_groups, matching, member, modal, typed
from bot.slack.views.parts import context, section
from bot.slack.views.phrases import headline


def page_someone_form(directory: Directory, incident: Incident, *, title: str = "Page someone", why: str = "") -> View:
    """Pull in a team, a journey's owner or a person; *Pull in…* and *Page someone* are the same form."""
    groups = target_groups(directory, first=incident.brief.may_need)
    blocks = [
        section((headline(incident),)),
        *_targets(groups),
        typed(BlockId.WHY, "Why", initial=why, placeholder="What you need from them"),
        context(("A team is paged along its own policy, one person at a time; a person is paged directly.",)),
    ]
    return modal(ViewId.PAGE_SOMEONE, title, blocks, submit="Page", meta=Meta(incident=incident.number))


def _targets(groups: Sequence[tuple[str, Sequence[Choice]]]) -> list[Block]:
    if not any(choices for _, choices in groups):
        return [member(BlockId.PERSON, "Whom", needed=True)]
    return [
        chosen_in_groups(BlockId.TARGET, "Whom", groups, action=Action.CHOOSE_TARGET),
        member(BlockId.PERSON, "Or anybody in Slack", hint="If chosen, this person is paged instead"),
    ]


def target_groups(
    directory: Directory, words: str = "", *, first: tuple[str, ...] = ()
) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Teams, journeys and people that can be paged, those that match `words` where given.

    Values read `team:auth`, `journey:checkout`, `person:maya`. A team that `first` speaks of (by its name, as *May
    need* does) comes first, and so stands chosen.
    """
    teams = sorted(directory.teams.values(), key=lambda team: not any(each.startswith(team.name) for each in first))
    listed = (
        ("Teams", [Choice(value=f"team:{team.id}", label=team.name) for team in teams]),
        (
            "Journeys' owners",
            [
                Choice(value=f"journey:{journey.id}", label=journey.name, about=journey.pain)
                for journey in directory.journeys.values()
            ],
        ),
        ("People", [Choice(value=f"person:{person.id}", label=person.name) for person in directory.people.values()]),
    )
    return tuple((name, matching(choices, words) if words else tuple(choices)) for name, choices in listed)


def hand_over_form(page: Page, incident: Incident, *, suggested: str | None = None) -> View:
    """Hand a page to somebody else; `suggested` is the Slack id that stands chosen."""
    blocks = [
        section(_stays(page, incident)),
        member(BlockId.PERSON, "To", initial=suggested, needed=True),
    ]
    meta = Meta(incident=incident.number, page=page.id, epoch=page.epoch)
    return modal(ViewId.HAND_OVER_PAGE, "Hand over", blocks, submit="Hand over", meta=meta)


def _stays(page: Page, incident: Incident) -> Sentence:
    timer = "" if page.acknowledged_by else " The escalation goes on meanwhile."
    return (headline(incident), f"\nThey are paged; it stays with you until they acknowledge.{timer}")
