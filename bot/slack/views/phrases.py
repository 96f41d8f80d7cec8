"""Phrases that several views share: how long something took, who was asked, what customers were told, what it costs."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.alert import AlertTally
from bot.domain.comms_queue import named_customers, open_questions
from bot.domain.impact import Impact
from bot.domain.incident import Incident, Room
from bot.domain.page import Ask, AskState, Page, PageKind, PageState
from bot.domain.prose import At, Channel, Link, Sentence, Who, Words
from bot.domain.role import COMMANDER, COMMS
from bot.domain.update import Audience, StatusUpdate
from bot.slack.mrkdwn import cut, joined, one_line

NOBODY = "NOBODY HAS ANSWERED"
SHORT = 300
"""As much of typed text as a line of a card shows; the whole stands in the record."""


def at_once(draft: StatusUpdate) -> Sentence:
    """Where one press takes public text, for whoever is about to press; nothing where it is copied by hand."""
    return (f" · Publish puts it on {draft.bound_for} at once",) if draft.bound_for else ()


def short(text: str, limit: int = SHORT) -> Words:
    """Show the beginning of typed text on one line."""
    return Words(cut(one_line(text), limit))


def lasting(duration: timedelta) -> str:
    """Write a duration: `1 min 10 s`, `5 min`, `1 h 5 min`, `2 days`."""
    seconds = max(round(duration.total_seconds()), 0)
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        parts = [(days, "day" if days == 1 else "days"), (hours, "h")]
    elif hours:
        parts = [(hours, "h"), (minutes, "min")]
    else:
        parts = [(minutes, "min"), (rest, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def headline(incident: Incident) -> str:
    """Name an incident in a line: number, severity, pain."""
    return f"{incident.label} · {incident.severity} · {pain(incident)}"


def pain(incident: Incident) -> str:
    """Say what customers cannot do, in the directory's words, or else in the declaration's."""
    return one_line(incident.brief.pain) or cut(one_line(incident.words), SHORT) or "Something is wrong"


def what_happens(incident: Incident) -> Sentence:
    """Say what is happening, as declared, and since when."""
    words = short(incident.words, 2000)
    since = At(incident.times.since)
    return (words, " · since ", since) if words.text else ("Since ", since)


def in_words(incident: Incident) -> Sentence | None:
    """Say what is happening, as declared; None if nothing was typed."""
    words = short(incident.words, 2000)
    return (words,) if words.text else None


def status_line(incident: Incident) -> Sentence:
    """Say status and since when, below a headline that says the severity."""
    return (f"{incident.status.value.capitalize()} since ", At(incident.times.since))


def impact(known: Sequence[Impact]) -> Sentence:
    """Say what it costs customers as last reported: scope, number, revenue or *not estimated*."""
    if not known:
        return ("not reported yet; revenue not estimated",)
    last = known[-1]
    parts: list[Sentence] = []
    if last.percent is not None:
        parts.append((f"about {last.percent:g} %",))
    if last.customers is not None:
        parts.append((f"at least {last.customers:,} customers",))
    parts += [(short(each),) for each in (last.scope, last.words) if each.strip()]
    parts.append(("revenue ", short(last.revenue)) if last.revenue.strip() else ("revenue not estimated",))
    return joined(parts, ", ")


def reported(incident: Incident) -> Sentence | None:
    """Count the customers that were reported by name; the names are for comms alone."""
    count = len(named_customers(incident))
    return (f"{count} by name",) if count else None


def questions(incident: Incident) -> Sentence | None:
    """Count what waits for comms; None if nobody has asked anything."""
    if not incident.questions:
        return None
    waiting = open_questions(incident)
    nobody = any(each.holder is None for each in waiting)
    return (f"{len(waiting)} open" if waiting else "none open", "; nobody has comms to take them" if nobody else "")


def last_told(incident: Incident) -> Sentence:
    """Say when customers were last told, and what."""
    update = incident.last_update(Audience.PUBLIC)
    if update is None or update.published_at is None:
        return ("nothing yet",)
    return (At(update.published_at), " · ", short(update.text))


def doing(incident: Incident) -> Sentence:
    """Say what is being done: from the last update that says so, else from the last decision."""
    said = [update.form for update in incident.updates if update.handed_out_at or update.published_at]
    for form in reversed([*said, *([incident.draft] if incident.draft and not said else [])]):
        if form.doing.strip():
            return (short(form.doing),)
    if incident.decisions:
        last = incident.decisions[-1]
        return (f"decision {last.number}: ", short(last.text))
    return ("not said yet",)


def next_action(incident: Incident) -> Sentence:
    """Say which open action item comes next, whose it is, and when it is due."""
    waiting = [item for item in incident.actions if item.done_at is None]
    if not waiting:
        return ("none",)
    item = min(waiting, key=lambda each: (each.due is None, each.due or each.at, each.number))
    owner: Sentence = (item.owner,) if item.owner else ("nobody yet",)
    due: Sentence = (" · due ", At(item.due)) if item.due else ()
    return (f"{item.number}. ", short(item.text), " · ", *owner, *due)


def holder(incident: Incident, role: str) -> Sentence:
    """Name who holds a role, or say that nobody does."""
    who = incident.holder(role)
    return (who,) if who else ("nobody yet",)


def roles(incident: Incident) -> Sentence:
    """Name commander and comms lead always, and whoever holds another role."""
    others = dict.fromkeys(term.role for term in incident.terms if term.until is None)
    parts: list[Sentence] = [
        ("Commander ", *holder(incident, COMMANDER)),
        ("Comms lead ", *holder(incident, COMMS)),
    ]
    parts += [(f"{role.capitalize()} ", *holder(incident, role)) for role in others if role not in {COMMANDER, COMMS}]
    return joined(parts, " · ")


def called_for(page: Page) -> str:
    """Name what a page is for."""
    return page.target if page.kind is not PageKind.IMPACT else "impact owner"


def answer_to(page: Page, *, said_above: bool = False) -> Sentence:
    """Say who was asked by a page and whether they answered; `said_above`: the card's alarm lists them already."""
    match page.state:
        case PageState.ACKNOWLEDGED:
            return acknowledged(page)
        case PageState.HELD:
            return ("held", *((" until ", At(page.next_due, dated=True)) if page.next_due else ()))
        case PageState.STOPPED:
            return ("stopped",)
        case PageState.EXHAUSTED:
            return ("nobody has answered",) if said_above else (NOBODY, *asked_list(page))
        case PageState.RUNNING:
            return running(page)


def running(page: Page) -> Sentence:
    """Say whom a running page waits for, and who did not answer."""
    waiting = [ask for ask in page.asks if ask.state is AskState.WAITING]
    missed = [ask for ask in page.asks if ask.state in {AskState.MISSED, AskState.DECLINED, AskState.UNREACHABLE}]
    parts: list[Sentence] = []
    if waiting:
        parts.append(("waiting for ", *names(ask.who for ask in waiting)))
    if missed:
        parts.append(("no answer from ", *names(ask.who for ask in missed)))
    return joined(parts, "; ") or ("looking for somebody",)


def acknowledged(page: Page) -> Sentence:
    """Say who acknowledged a page, when, and how long it took from the page's start."""
    who, at = page.acknowledged_by, page.acknowledged_at
    if who is None or at is None:
        return ("acknowledged",)
    return ("acknowledged by ", who, " at ", At(at), f" ({lasting(at - page.started_at)})")


def names(people: Iterable[Who]) -> Sentence:
    """Name people, each once."""
    once: list[Who] = []
    for who in people:
        if not any(who.same_as(known) for known in once):
            once.append(who)
    return joined(((who,) for who in once), ", ")


def asked_list(page: Page) -> Sentence:
    """Name everybody who was asked, with the numbers to call."""
    people: list[Sentence] = []
    seen: list[Who] = []
    for who in (ask.who for ask in page.asks):
        if not any(who.same_as(known) for known in seen):
            seen.append(who)
            people.append((who, ": ", Words(who.phone)) if who.phone else (who, ": no phone number known"))
    return (" · asked: ", *joined(people, ", ")) if people else ()


def alerts_line(alerts: AlertTally) -> Sentence:
    """Count the alerts and quote the newest that fires."""
    counts = [f"{alerts.firing} firing"] if alerts.firing else []
    counts += [f"{alerts.resolved} resolved"] if alerts.resolved else []
    return (", ".join(counts), *((" · ", short(alerts.newest)) if alerts.firing else ()))


def links(incident: Incident, *rooms: Room) -> Sentence:
    """Link the rooms given and what the journey brings: runbook, bridge, status page. A room's trouble is said."""
    parts = [room_link(room) for room in rooms]
    brief = incident.brief
    pairs = ((brief.runbook, "Runbook"), (brief.bridge, "Bridge"), (brief.status_page, "Status page"))
    parts += [(Link(url, label),) for url, label in pairs if url]
    return joined(parts, " · ")


def room_link(room: Room) -> Sentence:
    """Link a room; while it is not there, say what stands in its way."""
    if room.channel:
        return (Channel(room.channel, room.name),)
    return (f"#{room.name} could not be had: ", Words(room.trouble)) if room.trouble else ()


def since_then(ask: Ask, until: datetime) -> str:
    """Say how long a person was waited for."""
    return lasting(until - ask.asked_at)
