"""Forms that put something on record: a decision, a line of the timeline, an action item, what it costs customers."""

from datetime import datetime

from slack_sdk.models.views import View

from bot.domain.impact import Impact
from bot.domain.incident import Incident
from bot.slack.ids import Block as BlockId
from bot.slack.ids import ViewId
from bot.slack.meta import Meta
from bot.slack.views.inputs import counted, member, modal, moment_of, typed
from bot.slack.views.parts import context
from bot.slack.views.phrases import headline, impact


def decide_form(incident: Incident, *, words: str = "", link: str = "") -> View:
    """Record a decision; `link` is the message it was made in."""
    number = len(incident.decisions) + 1
    blocks = [
        context((f"Decision {number} of {incident.label}",)),
        typed(BlockId.TEXT, "Decision", initial=words, needed=True),
        typed(BlockId.WHY, "Why"),
        typed(BlockId.ALTERNATIVES, "Alternatives"),
        moment_of(BlockId.REVISIT, "Revisit at", hint="The commander is reminded then"),
    ]
    return modal(ViewId.DECIDE, "Decide", blocks, submit="Record", meta=Meta(incident=incident.number, link=link))


def log_form(incident: Incident, now: datetime, *, words: str = "", link: str = "") -> View:
    """Add a line to the timeline; `link` is the message it was taken from."""
    blocks = [
        context((headline(incident),)),
        typed(BlockId.TEXT, "What happened", initial=words, needed=True),
        moment_of(BlockId.AT, "When", initial=now),
    ]
    return modal(ViewId.LOG, "Add to timeline", blocks, submit="Add", meta=Meta(incident=incident.number, link=link))


def action_form(incident: Incident, *, words: str = "", owner: str | None = None, due: datetime | None = None) -> View:
    """Add an action item; `owner` is the Slack id that stands chosen."""
    blocks = [
        context((headline(incident),)),
        typed(BlockId.TEXT, "What is to be done", initial=words, needed=True),
        member(BlockId.OWNER, "Owner", initial=owner),
        moment_of(BlockId.DUE, "Due", initial=due),
    ]
    return modal(ViewId.ACTION_ITEM, "Action item", blocks, submit="Add", meta=Meta(incident=incident.number))


def impact_form(incident: Incident, given: Impact | None = None) -> View:
    """Report what it costs customers, started from the last report or from `given`."""
    last = given or (incident.impact[-1] if incident.impact else None)
    blocks = [
        context(("Last reported: ", *impact(incident.impact))),
        counted(BlockId.PERCENT, "Percent of requests", initial=_percent(last), highest=100, decimals=True),
        counted(BlockId.CUSTOMERS, "Customers, at least", initial=last.customers if last else None),
        typed(
            BlockId.SCOPE,
            "Scope",
            initial=last.scope if last else "",
            lines=False,
            placeholder="All, a region, or a flow",
        ),
        typed(
            BlockId.REVENUE,
            "Revenue",
            initial=last.revenue if last else "",
            lines=False,
            hint="In your own words; left empty it reads: not estimated",
        ),
        typed(BlockId.TEXT, "In words", initial=last.words if last else ""),
    ]
    return modal(ViewId.IMPACT, "Impact", blocks, submit="Report", meta=Meta(incident=incident.number))


def _percent(last: Impact | None) -> float | None:
    """Start from what the input takes; a value outside it is left out."""
    if last is None or last.percent is None or not 0 <= last.percent <= 100:  # noqa: PLR2004 - percent
        return None
    return last.percent
