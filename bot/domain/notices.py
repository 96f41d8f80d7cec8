"""Telling people one by one: when an incident begins for them, when it changes, when it ends; and who has seen it.

Each person has one message about an incident. Whoever asked for no more of them has none, whatever changes; nobody is
told of a private incident so.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.change import Change, Timer, TimerKind
from bot.domain.clock_keeping import keeper
from bot.domain.effects import Card, Outgoing, PostText, Priority
from bot.domain.errors import Refusal
from bot.domain.heard import Heard, merged
from bot.domain.incident import Incident, RoomKind
from bot.domain.mail import SendMail
from bot.domain.naming import clean_line
from bot.domain.outgoing import open_room_id, post_text, refresh_card, send_mail, show_card, tell_person
from bot.domain.prose import At, Button, Fragment, Sentence, Who
from bot.domain.timeline import Event, EventKind
from bot.domain.update import Audience, StatusUpdate

SEEN_WITHIN: Final = timedelta(minutes=10)
"""How long somebody has to press *Seen*: then they are told once more, and this long after it whoever has comms is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One short line for people who were told before: as Slack reads it, and as a mail does. `key` tells it apart."""

    key: str
    said: Sentence
    subject: str
    text: str


def tell(incident: Incident, wanted: tuple[Heard, ...], now: datetime) -> Change:
    """Tell those of `wanted` who were not told before; whoever is only now to be aware has a message to press *Seen*.

    The declarer knows, and is never told so; a responder only what they are to be aware of.
    """
    if incident.private:
        return Change(incident=incident)
    fresh = tuple(each for each in merged(wanted) if _is_news(incident, each))
    if not fresh:
        return Change(incident=incident)
    # Whoever was told before keeps what they were told for.
    before = tuple(each for each in incident.heard if not any(each.who.same_as(new.who) for new in fresh))
    known = tuple(_with_earlier(incident, replace(each, told_at=now)) for each in fresh)
    saved = replace(incident, heard=(*before, *known))
    rows: list[Outgoing] = []
    for each in known:
        rows += [_notice(saved, each)] if each.dm or each.aware else []
        rows += [_mailed(saved, each, began(saved), now)] if each.email else []
    timers = (_timer(saved, TimerKind.AWARE_AGAIN, now),) if any(each.unseen for each in known) else ()
    return Change(incident=saved, timeline=(_told(saved, known, now),), outgoing=tuple(rows), timers=timers)


def spread(incident: Incident, news: News, now: datetime, more: tuple[Heard, ...] = ()) -> Change:
    """Tell everybody who was told before, and `more`, one short line."""
    if incident.private:
        return Change(incident=incident)
    just_told = {each.key for each in incident.heard if each.told_at == now}
    rows: list[Outgoing] = []
    for each in merged((*incident.heard, *more)):
        if is_muted(incident, each.who) or each.key in just_told:
            continue
        if each.dm or each.aware:
            buttons = (_stop(incident),)
            row = tell_person(incident, each.who, news.key, news.said, buttons=buttons, priority=Priority.NORMAL)
            rows.append(row)
        rows += [_mailed(incident, each, news, now)] if each.email else []
    return Change(incident=incident, outgoing=tuple(rows))


def published(
    incident: Incident, followers: tuple[Heard, ...], updates: tuple[StatusUpdate, ...], now: datetime
) -> Change:
    """Send followers an update that is out, the internal words where there are any."""
    out = [each for each in updates if each.published_at is not None]
    update = next((each for each in out if each.audience is Audience.INTERNAL), out[0] if out else None)
    if incident.private or update is None:
        return Change(incident=incident)
    title = f"{incident.label} · Update"
    rows: list[Outgoing] = []
    for each in merged(followers):
        if is_muted(incident, each.who):
            continue
        if each.dm:
            effect = PostText(
                incident=incident.number,
                room=RoomKind.STAKEHOLDERS,
                title=title,
                text=update.text,
                next_at=update.next_at,
                buttons=(_stop(incident),),
                to=each.who,
            )
            row = post_text(incident, f"update:{update.number}:to:{each.key}", effect)
            rows.append(replace(row, stream=f"inc:{incident.number}:to:{each.key}"))
        if each.email:
            due = f"\n\nNext update: {_utc(update.next_at)}" if update.next_at else ""
            subject, text = f"Update, {_named(incident)}", f"{update.text}{due}"
            news = News(key=f"update:{update.number}", said=(), subject=subject, text=text)
            rows.append(_mailed(incident, each, news, now))
    return Change(incident=incident, outgoing=tuple(rows))


def seen(incident: Incident, by: Who, now: datetime) -> Change:
    """Note that somebody who is to be aware has seen it; once is enough. Raises Refusal for anybody else."""
    mine = next((each for each in incident.heard if each.aware and each.who.same_as(by)), None)
    if mine is None:
        raise Refusal(f"Nobody waits for you to have seen {incident.label}, so nothing was noted.")
    if mine.seen_at is not None:
        return Change(incident=incident)
    noted = replace(mine, seen_at=now)
    saved = replace(incident, heard=tuple(noted if each is mine else each for each in incident.heard))
    said: Sentence = (by, " has seen it, told at ", At(mine.told_at))
    event = _event(saved, f"seen:{mine.key}:{int(mine.told_at.timestamp())}", EventKind.TOLD, said, now, by)
    return Change(incident=saved, timeline=(event,), outgoing=(refresh_card(saved, Card.NOTICE, card_key(noted)),))


def stop(incident: Incident, by: Who, now: datetime) -> Change:
    """Send somebody no more messages about this incident, on record; whoever was to be aware has seen it, then."""
    if is_muted(incident, by):
        return Change(incident=incident)
    change = Change(incident=incident)
    if any(each.unseen and each.who.same_as(by) for each in incident.heard):
        change = seen(incident, by, now)
    saved = replace(change.incident or incident, muted=(*incident.muted, by))
    said: Sentence = (by, " asked for no more messages about it")
    key = f"muted:{by.user or by.person or by.name}:{int(now.timestamp())}"
    mine = next((each for each in saved.heard if each.who.same_as(by)), None)
    cards = (refresh_card(saved, Card.NOTICE, card_key(mine)),) if mine else ()
    event = _event(saved, key, EventKind.TOLD, said, now, by)
    return change.then(Change(incident=saved, timeline=(event,), outgoing=cards))


def unmuted(incident: Incident, by: Who) -> Incident:
    """The incident once somebody who had stopped its messages follows it."""
    return replace(incident, muted=tuple(each for each in incident.muted if not each.same_as(by)))


def is_muted(incident: Incident, who: Who) -> bool:
    """Whether somebody asked for no more messages about this incident."""
    return any(who.same_as(each) for each in incident.muted)


def ask_again(incident: Incident, timer: Timer, now: datetime) -> Change:
    """Tell those who have not pressed *Seen* once more."""
    waiting = _waiting(incident, timer)
    if not waiting:
        return Change()
    stamp = timer.about
    said: Sentence = (f"{incident.label} again, as you have not pressed Seen: {_named(incident)}.",)
    buttons = (Button(action="seen", label="Seen", value=str(incident.number), style="primary"), _stop(incident))
    rows = [tell_person(incident, each.who, f"aware_again:{stamp}", said, buttons=buttons) for each in waiting]
    event = _event(
        incident, f"aware_again:{stamp}", EventKind.TOLD, ("Not seen yet, told again: ", *_names(waiting)), now
    )
    return Change(
        timeline=(event,), outgoing=tuple(rows), timers=(_timer(incident, TimerKind.AWARE_UNSEEN, now, stamp),)
    )


def unseen(incident: Incident, timer: Timer, now: datetime) -> Change:
    """Tell whoever has comms that somebody who is to be aware has not seen it, with the number to call."""
    waiting = _waiting(incident, timer)
    if not waiting:
        return Change()
    phones = tuple(f"{each.who.name} {each.who.phone}" for each in waiting if each.who.phone)
    call = f" Call: {', '.join(phones)}." if phones else " Reach them another way."
    told_at = waiting[0].told_at
    said: Sentence = (*_names(waiting), " has" if len(waiting) == 1 else " have", " not seen it, told at ", At(told_at))
    key = f"aware_unseen:{timer.about}"
    event = _event(incident, key, EventKind.TROUBLE, said, now)
    whom = keeper(incident) or incident.declared_by
    row = tell_person(incident, whom, key, (f"{incident.label}: ", *said, " and once more since.", call))
    return Change(timeline=(event,), outgoing=(row,))


def card_key(person: Heard) -> str:
    """Tell one person's card from another's; being asked to be aware later is a new card, because edits are silent."""
    return f"{person.key}:aware" if person.aware else person.key


def began(incident: Incident) -> News:
    """What a mail says first."""
    words = f"\n\n{incident.words}" if incident.words else ""
    where = f"\n\nUpdates are in #{incident.stakeholders.name} in Slack." if incident.rooms_wanted else ""
    text = f"{_named(incident)}\n{incident.status.value.capitalize()} since {_utc(incident.times.since)}{words}{where}"
    return News(key=f"told:{incident.severity}", said=(), subject=_named(incident), text=text)


def _is_news(incident: Incident, person: Heard) -> bool:
    if is_muted(incident, person.who) or incident.declared_by.same_as(person.who):
        return False
    if not person.aware and incident.is_responder(person.who):
        return False
    earlier = next((each for each in incident.heard if each.who.same_as(person.who)), None)
    return earlier is None or (person.aware and not earlier.aware)


def _with_earlier(incident: Incident, person: Heard) -> Heard:
    earlier = next((each for each in incident.heard if each.who.same_as(person.who)), None)
    return replace(merged((person, earlier))[0], told_at=person.told_at) if earlier else person


def _notice(incident: Incident, person: Heard) -> Outgoing:
    """The card waits for the channel that it links."""
    row = show_card(incident, Card.NOTICE, card_key(person), to=person.who)
    after = (open_room_id(incident.number, RoomKind.STAKEHOLDERS),) if incident.rooms_wanted else ()
    return replace(row, after=after)


def _mailed(incident: Incident, person: Heard, news: News, now: datetime) -> Outgoing:
    because = f"you are on the list {person.lists[0]}" if person.lists else "you follow it"
    stop = f"`/incident follow stop {incident.number}` in Slack stops these messages."
    text = f"{news.text}\n\n--\nYou have this because {because}. {stop}"
    mail = SendMail(
        to=person.email,
        subject=f"[{incident.label}] {clean_line(news.subject)}",
        text=text,
        incident=incident.number,
    )
    return send_mail(f"inc:{incident.number}:{news.key}", mail, now)


def _waiting(incident: Incident, timer: Timer) -> tuple[Heard, ...]:
    if not incident.open:
        return ()
    return tuple(
        each
        for each in incident.heard
        if each.unseen and str(int(each.told_at.timestamp())) == timer.about and not is_muted(incident, each.who)
    )


def _timer(incident: Incident, kind: TimerKind, now: datetime, stamp: str = "") -> Timer:
    about = stamp or str(int(now.timestamp()))
    name = f"aware:{incident.number}:{kind.value}:{about}"
    return Timer(id=name, kind=kind, due_at=now + SEEN_WITHIN, incident=incident.number, about=about)


def _told(incident: Incident, people: tuple[Heard, ...], now: datetime) -> Event:
    aware = tuple(each for each in people if each.aware)
    others = tuple(each for each in people if not each.aware)
    said: list[Fragment] = ["Told by a message of their own: ", *_names(others)] if others else []
    said += [". To be aware: " if others else "To be aware, told: ", *_names(aware)] if aware else []
    return _event(incident, f"told:{int(now.timestamp())}", EventKind.TOLD, tuple(said), now)


def _names(people: tuple[Heard, ...]) -> Sentence:
    said: list[Fragment] = []
    for each in people:
        said += [", ", each.who] if said else [each.who]
    return tuple(said)


def _named(incident: Incident) -> str:
    return f"{incident.severity}: {incident.brief.pain}"


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _stop(incident: Incident) -> Button:
    return Button(action="stop_messages", label="Stop these messages", value=str(incident.number))


def _event(
    incident: Incident, key: str, kind: EventKind, said: Sentence, now: datetime, by: Who | None = None
) -> Event:
    return Event(incident=incident.number, key=key, at=now, kind=kind, said=said, actor=by)
