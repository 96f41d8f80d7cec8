"""What each audience was promised, in plain words: when the next word is due, and how many promises were kept."""

from collections.abc import Sequence

from bot.domain import promises
from bot.domain.incident import Incident
from bot.domain.prose import At, Sentence
from bot.domain.update import Audience, Clock
from bot.slack.mrkdwn import joined


def next_due(incident: Incident) -> Sentence:
    """Say when each audience hears next, and whether that was snoozed, a reminder went out, or a word is overdue."""
    running = [clock for audience in Audience if (clock := incident.clock(audience)) and clock.running]
    if not running:
        return ("none promised",) if incident.open else ("none; resolved",)
    return joined((_standing(incident, clock) for clock in running), ", ")


def so_far(incident: Incident) -> Sentence | None:
    """Say how many promises were kept so far; None before there was any to keep."""
    counts = [
        (audience, sum(each.kept for each in mine), sum(each.missed for each in mine))
        for audience in Audience
        if (mine := [each for each in incident.promises if each.audience is audience])
    ]
    said = [_count(audience, kept, missed) for audience, kept, missed in counts if kept or missed]
    return joined(said, ", ") if said else None


def _standing(incident: Incident, clock: Clock) -> Sentence:
    if clock.due_at is None:
        return (f"{clock.audience.value} none promised",)
    since = promises.owed_since(incident, clock.audience)
    if since is not None:
        again: Sentence = (", next reminder for ", At(clock.due_at)) if clock.due_at > since else ()
        return (f"{clock.audience.value} overdue since ", At(since), *again)
    notes: Sequence[str] = [
        *(["snoozed once"] if clock.snoozed else []),
        *(["reminder sent"] if clock.reminded else []),
    ]
    return (f"{clock.audience.value} ", At(clock.due_at), f" ({', '.join(notes)})" if notes else "")


def _count(audience: Audience, kept: int, missed: int) -> Sentence:
    return (f"{audience.value} {kept} kept" + (f" and {missed} missed" if missed else ""),)
