"""The postmortem's facts, taken from the record: values for a template, in which nothing is guessed or blamed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.action_item import ActionItem
from bot.domain.alert import Alert
from bot.domain.comms_report import tally
from bot.domain.decision import Decision
from bot.domain.incident import Incident, Times
from bot.domain.page import AskState, Page
from bot.domain.prose import At, Channel, Fragment, Link, Sentence, Strong, Who, Words
from bot.domain.resolving import spoken
from bot.domain.role import COMMANDER, Term
from bot.domain.timeline import Event
from bot.domain.update import Audience, Promise, StatusUpdate
from bot.domain.wording import impact_line

TEMPLATE = "postmortem.md.j2"
Escape = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the postmortem is written: for which zone, and how typed words are escaped."""

    zone: ZoneInfo
    escape: Escape


def written(said: Sentence, manner: Manner) -> str:
    """A sentence of the record as text, typed words escaped."""
    return "".join(_fragment(part, manner) for part in said)


def facts(
    incident: Incident,
    pages: Sequence[Page],
    alerts: Sequence[Alert],
    timeline: Sequence[Event],
    now: datetime,
    manner: Manner,
) -> dict[str, object]:
    """The template's context. Every text in it is escaped already; times are aware, for the filter `clock`."""
    escape = manner.escape
    last = incident.impact[-1] if incident.impact else None
    return {
        "now": now,
        "zone": manner.zone,
        "label": incident.label,
        "pain": escape(incident.brief.pain),
        "severity": incident.severity,
        "customers_saw": escape(incident.brief.customers_see),
        "words": escape(incident.words),
        "summary": escape(incident.resolution),
        "changed": escape(incident.changed),
        "impact": escape(impact_line(last)),
        "revenue": escape(last.revenue) if last else "",
        "times": _times(incident.times),
        "durations": _durations(incident.times),
        "timeline": _lines(timeline, manner),
        "decisions": [_decision(each, escape) for each in incident.decisions],
        "actions": [_action(each, escape) for each in incident.actions],
        "pages": [_page(page, escape) for page in pages],
        "alerts": [{"summary": escape(each.summary), "source": escape(each.source)} for each in alerts],
        "promises": _kept(incident.promises, now),
        "missed": [_missed(each, now) for each in incident.promises if each.missed],
        "told": _told(incident.updates, escape),
        "roles": [_term(term, escape) for term in incident.terms],
        "unknown": list(_unknown(incident, pages)),
    }


def _lines(timeline: Sequence[Event], manner: Manner) -> list[dict[str, object]]:
    ordered = sorted(timeline, key=lambda each: (each.at, each.seq))
    return [{"at": event.at, "said": _by(event, manner) + written(event.said, manner)} for event in ordered]


def _by(event: Event, manner: Manner) -> str:
    """Who it was, where the sentence does not begin with them."""
    named = any(isinstance(part, Who) for part in event.said)
    return "" if event.actor is None or named else f"{manner.escape(event.actor.name)}: "


def _decision(each: Decision, escape: Escape) -> dict[str, object]:
    return {
        "number": each.number,
        "text": escape(each.text),
        "by": escape(each.by.name),
        "at": each.at,
        "why": escape(each.why),
        "alternatives": escape(each.alternatives),
    }


def _action(each: ActionItem, escape: Escape) -> dict[str, object]:
    return {
        "number": each.number,
        "text": escape(each.text),
        "owner": escape(each.owner.name) if each.owner else "",
        "due": each.due,
        "done_at": each.done_at,
    }


def _kept(promises: Sequence[Promise], now: datetime) -> list[dict[str, object]]:
    """How many promises to each audience were kept and missed, and how late the latest word was."""
    known = ((audience, [each for each in promises if each.audience is audience]) for audience in Audience)
    tallies = ((audience, tally(mine, now)) for audience, mine in known if mine)
    return [
        {
            "audience": audience.value,
            "kept": each.kept,
            "missed": each.missed,
            "latest": spoken(each.latest) if each.latest is not None else "",
        }
        for audience, each in tallies
    ]


def _missed(each: Promise, now: datetime) -> dict[str, object]:
    return {
        "audience": each.audience.value,
        "made_at": each.made_at,
        "due_at": each.due_at,
        "told_at": each.told_at,
        "late": spoken(each.late_by(now) or timedelta()),
    }


def _term(term: Term, escape: Escape) -> dict[str, object]:
    return {"role": escape(term.role), "who": escape(term.who.name), "since": term.since, "until": term.until}


def _fragment(part: Fragment, manner: Manner) -> str:
    match part:
        case str():
            return part
        case Words(text):
            return manner.escape(text)
        case Who(name=name):
            return manner.escape(name)
        case Strong(strong):
            return f"**{manner.escape(strong)}**"
        case At(at, dated):
            local = at.astimezone(manner.zone)
            return f"{local:%Y-%m-%d %H:%M}" if dated else f"{local:%H:%M}"
        case Channel(channel, name):
            return manner.escape(f"#{name or channel}")
        case Link(url, label):
            safe = url.replace("(", "%28").replace(")", "%29").replace(" ", "%20").replace("<", "%3C")
            return f"[{manner.escape(label)}]({safe})"


def _times(times: Times) -> list[tuple[str, datetime | None]]:
    return [
        ("Since (customers began to hurt)", times.since),
        ("Detected", times.detected),
        ("Declared", times.declared),
        ("First page", times.first_page),
        ("First acknowledgement", times.first_acknowledgement),
        ("Mitigated", times.mitigated),
        ("Resolved", times.resolved),
    ]


def _durations(times: Times) -> list[tuple[str, str]]:
    """First page to acknowledgement; detected to mitigated; since to resolved."""
    measured = (
        ("Time to acknowledge", times.first_page, times.first_acknowledgement),
        ("Time to mitigate", times.detected, times.mitigated),
        ("Time to resolve", times.since, times.resolved),
    )
    return [(name, spoken(end - start) if start and end else "not known") for name, start, end in measured]


def _page(page: Page, escape: Escape) -> dict[str, object]:
    missed = {AskState.MISSED, AskState.UNREACHABLE, AskState.DECLINED}
    return {
        "target": escape(page.target),
        "started_at": page.started_at,
        "asked": len(page.asks),
        "missed": [escape(ask.who.name) for ask in page.asks if ask.state in missed],
        "by": escape(page.acknowledged_by.name) if page.acknowledged_by else "",
        "at": page.acknowledged_at,
    }


def _told(updates: Sequence[StatusUpdate], escape: Escape) -> list[dict[str, object]]:
    return [
        {
            "at": update.published_at,
            "audience": update.audience.value,
            "stage": update.stage.value.replace("_", " "),
            "text": escape(update.text),
        }
        for update in updates
        if update.published_at
    ]


def _unknown(incident: Incident, pages: Sequence[Page]) -> Sequence[str]:
    """What the record does not say, so that nobody takes a gap for an answer."""
    cause = [update.form.cause for update in incident.updates if update.form.confirmed and update.form.cause.strip()]
    impact = incident.impact[-1] if incident.impact else None
    answered = [page for page in pages if page.acknowledged_at]
    missing = (
        (not cause, "The cause: no update confirmed one"),
        (not incident.changed, "What changed before it broke"),
        (impact is None or (impact.percent is None and impact.customers is None), "How many customers were affected"),
        (impact is None or not impact.revenue, "What it cost in revenue"),
        (incident.times.mitigated is None, "When it was mitigated: the status never was monitoring"),
        (bool(pages) and not answered, "Who answered: no page was acknowledged"),
        (not any(term.role == COMMANDER for term in incident.terms), "Who led: nobody was commander"),
        (incident.last_update(Audience.PUBLIC) is None, "What customers were told: nothing public is on record"),
        (not incident.brief.owned, "Whose pain this is: no journey owns it"),
    )
    return tuple(words for applies, words in missing if applies)
