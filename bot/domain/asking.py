"""Asking one person: their message, the timers that wait for the answer, and whom a page asks next.

What every rule of paging is made of. A page moves on by asking again; who is asked, why and for how long was copied
onto the page when it started.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.change import Change, Timer
from bot.domain.effects import Card, Outgoing, Priority, SendPage
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.outgoing import refresh_card, refresh_cards, refresh_home, refresh_page
from bot.domain.page import Ask, AskState, Page, PageKind, PageState, PageTier
from bot.domain.page_timers import escalation_timer, half_way_timer, key_of, unanswered_timer, undelivered_timer
from bot.domain.prose import At, Button, Fragment, Sentence, Who, Words
from bot.domain.responding import welcome
from bot.domain.timeline import Event, EventKind

DIRECT_WAIT: Final = timedelta(minutes=5)
REMIND_EVERY: Final = timedelta(minutes=10)
DIRECT: Final = "paged directly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The next tier that reaches somebody; `index` is None when the list has run out. `skipped` were passed over."""

    loop: int
    index: int | None
    skipped: tuple[tuple[int, str], ...]


def seek(page: Page, loop: int, after: int) -> Found:
    """Find whom a page asks after tier `after` (-1: from the first) in one round, and the tiers that reach nobody."""
    skipped: list[tuple[int, str]] = []
    for index in range(after + 1, len(page.tiers)):
        reason = _unreachable(page, page.tiers[index])
        if reason is None:
            return Found(loop=loop, index=index, skipped=tuple(skipped))
        skipped.append((index, reason))
    return Found(loop=loop, index=None, skipped=tuple(skipped))


def ask_tier(incident: Incident, page: Page, found: Found, now: datetime) -> Change:
    """Ask the person of the tier that was found: message, timers, record, and their place among the responders."""
    if found.index is None:
        raise ValueError("No tier was found to ask.")
    tier = page.tiers[found.index]
    if tier.who is None:
        raise ValueError("A tier that reaches nobody cannot be asked.")
    page = replace(page, loop=found.loop, tier=found.index)
    due = now + tier.wait
    following = seek(page, page.loop, page.tier).index
    ask = Ask(
        id=ask_id(page, tier.who),
        who=tier.who,
        tier=page.tier,
        loop=page.loop,
        why=tier.why,
        asked_at=now,
        due_at=due,
        next_name=None if following is None else page.tiers[following].who,
    )
    change = sent_to(incident, replace(page, next_due=due), ask, now)
    return change.then(Change(timers=_waiting_timers(page, ask, due)))


def sent_to(incident: Incident, page: Page, ask: Ask, now: datetime) -> Change:
    """Send one person their copy, with the ask on the page and on record; who waits for the answer is the caller's."""
    saved = replace(page, asks=(*page.asks, ask))
    times = incident.times
    if times.first_page is None:
        incident = replace(incident, times=replace(times, first_page=now))
    said: Sentence = ("Paged ", ask.who, " (", Words(ask.why), ")")
    event = event_of(page, f"paged:{ask.id}", EventKind.PAGED, said, now, actor=page.paged_by)
    # A stream of its own: nobody's page waits behind another's.
    row = Outgoing(id=ask.id, stream=ask.id, effect=SendPage(page=page.id, ask=ask.id), priority=Priority.PAGE)
    home = refresh_homes(saved, ask.who)
    sent = Change(pages=(saved,), timeline=(event,), outgoing=(row, *home), timers=(undelivered_timer(page, ask),))
    older = tuple(each for each in unsent(page) if each.who.same_as(ask.who))
    collapsed = Change(
        timeline=not_sent(page, older, "; a newer one takes its place", now), withdraw=tuple(each.id for each in older)
    )
    return welcome(incident, ask.who).then(collapsed).then(sent)


def ask_id(page: Page, who: Who) -> str:
    """The id of an ask, and of the message that asks."""
    return f"page:{page.id}:{page.epoch}:{page.loop}:{page.tier}:{key_of(who)}"


def waiting(page: Page) -> tuple[Ask, ...]:
    """The asks that wait for an answer."""
    return tuple(ask for ask in page.asks if ask.state is AskState.WAITING)


def unsent(page: Page) -> tuple[Ask, ...]:
    """The asks whose copies Slack has neither confirmed nor refused, and that nothing but time has ended."""
    open_still = {AskState.WAITING, AskState.MISSED}
    return tuple(ask for ask in page.asks if ask.sent_at is None and not ask.trouble and ask.state in open_still)


def not_sent(page: Page, asks: Sequence[Ask], why: str, now: datetime) -> tuple[Event, ...]:
    """Put on record that copies are not sent any more; `why` ends the sentence. Nothing is dropped without a word."""
    return tuple(
        event_of(
            page,
            f"unsent:{ask.id}",
            EventKind.TROUBLE,
            ("Slack had not confirmed the page of ", At(ask.asked_at), " for ", ask.who, why),
            now,
        )
        for ask in asks
    )


def waiting_for(page: Page, who: Who) -> Ask | None:
    """The ask that waits for this person, the newest if there are several."""
    return next((ask for ask in reversed(waiting(page)) if ask.who.same_as(who)), None)


def with_asks(page: Page, *changed: Ask) -> Page:
    """The page with these asks replaced, by id."""
    by_id = {ask.id: ask for ask in changed}
    return replace(page, asks=tuple(by_id.get(ask.id, ask) for ask in page.asks))


def ended(ask: Ask, state: AskState, now: datetime, *, following: Who | None = None) -> Ask:
    """The ask as it stands once it waits no longer; `following` was paged instead."""
    return replace(ask, state=state, ended_at=now, next_name=following)


def asked_people(page: Page) -> tuple[Who, ...]:
    """Everybody who was asked, each once, in the order of their first ask."""
    known: list[Who] = []
    for ask in page.asks:
        if not any(ask.who.same_as(each) for each in known):
            known.append(ask.who)
    return tuple(known)


def tellers(incident: Incident, page: Page) -> tuple[Who, ...]:
    """Whom to tell what becomes of a page: whoever paged, if a person did, and the declarer of the impact page."""
    wanted = [page.paged_by, incident.declared_by] if page.kind is PageKind.IMPACT else [page.paged_by]
    if page.kind is not PageKind.IMPACT and (page.paged_by is None or not reachable(page.paged_by)):
        wanted = [incident.declared_by]
    people: list[Who] = []
    for who in wanted:
        if who is not None and reachable(who) and not any(who.same_as(each) for each in people):
            people.append(who)
    return tuple(people)


def reachable(who: Who) -> bool:
    """Tell whether somebody can be sent a message at all (an alert source cannot)."""
    return bool(who.user or who.person)


def called(page: Page) -> str:
    """What a page is for, at the end of a sentence about it; the incident's own page and a person's need no name."""
    return f" for {page.target}" if page.kind is PageKind.TEAM else ""


def refresh_copies(page: Page) -> tuple[Outgoing, ...]:
    """Edit every copy that was sent to what is true; `page` is the value being saved."""
    return tuple(refresh_page(page, ask) for ask in page.asks)


def refresh_around(incident: Incident) -> tuple[Outgoing, ...]:
    """Edit the cards, and the declarer's message, which say who is paged and who answered."""
    declarer = (refresh_card(incident, Card.DECLARED),) if incident.declared_by.user else ()
    return (*refresh_cards(incident), *declarer)


def refresh_homes(page: Page, *people: Who) -> tuple[Outgoing, ...]:
    """Publish the Home of people whose open pages changed."""
    users = dict.fromkeys(who.user for who in people if who.user)
    return tuple(refresh_home(user, f"page:{page.id}:{page.version + 1}") for user in users)


def event_of(
    page: Page, key: str, kind: EventKind, said: Sentence, now: datetime, *, actor: Who | None = None
) -> Event:
    """A line of the record about a page; `key` is unique within the page."""
    return Event(incident=page.incident, key=f"page:{page.id}:{key}", at=now, kind=kind, said=said, actor=actor)


def skips(page: Page, found: Found, now: datetime) -> tuple[Event, ...]:
    """Put the tiers that were passed over on record."""
    return tuple(
        event_of(
            page,
            f"skipped:{page.epoch}:{found.loop}:{index}",
            EventKind.UNREACHABLE,
            (f"Tier {index + 1} ({page.tiers[index].rule}) skipped: ", Words(reason)),
            now,
        )
        for index, reason in found.skipped
    )


def skipped_words(found: Found) -> Sentence:
    """Say which tiers were passed over, as the end of a sentence."""
    said: list[Fragment] = []
    for _, reason in found.skipped:
        said += ["; skipped: ", Words(reason)]
    return tuple(said)


def nobody_buttons(incident: Incident, page: Page) -> tuple[Button, ...]:
    """What can be done when nobody answers."""
    ref = f"{page.id}:{page.epoch}"
    return (
        Button(action="i_have_it", label="I have it", value=ref, style="primary"),
        Button(action="page_again", label="Page again", value=ref),
        Button(action="page_someone", label="Page someone", value=str(incident.number)),
    )


def lasting(duration: timedelta) -> str:
    """Write a duration as people say it: `30 s`, `5 min`, `1 min 10 s`, `1 h 5 min`."""
    seconds = max(round(duration.total_seconds()), 0)
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (0 if hours else rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def over(incident: Incident, page: Page) -> Refusal:
    """Why a page can no longer be answered: somebody has it, or nobody need."""
    who, at = page.acknowledged_by, page.acknowledged_at
    if page.state is PageState.ACKNOWLEDGED and who is not None and at is not None:
        return Refusal(who, " has it: acknowledged at ", At(at), ". Nothing was changed; nobody was paged.")
    ending = f"{incident.label} is resolved" if not incident.open else "it is no longer needed"
    return Refusal(f"This page was stopped: {ending}. Nothing was changed.")


def reminder_ids(incident: Incident, page: Page) -> tuple[str, ...]:
    """The rows of reminders not yet sent, for withdrawing."""
    return tuple(f"inc:{incident.number}:dm:{key_of(ask.who)}:half:{ask.id}" for ask in page.asks)


def _waiting_timers(page: Page, ask: Ask, due: datetime) -> tuple[Timer, ...]:
    last = unanswered_timer(page, due) if page.kind is PageKind.PERSON else escalation_timer(page, due)
    return (last, *half_way_timer(page, ask, due))


def _unreachable(page: Page, tier: PageTier) -> str | None:
    if tier.who is None:
        return tier.skipped or "it reaches nobody"
    this_run = f"page:{page.id}:{page.epoch}:"
    asks = (ask for ask in page.asks if ask.id.startswith(this_run) and ask.who.same_as(tier.who))
    refused = any(ask.state is AskState.UNREACHABLE for ask in asks)
    return f"{tier.who.name} could not be reached" if refused else None
