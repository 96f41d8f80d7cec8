"""Who is on call: schedules, their rotations, and overrides.

A handoff is wall time in the schedule's zone: "monday 09:00" stays 09:00 when the clocks change, so that the shift
around the change is an hour longer or shorter. Everything here is a pure function of a rotation and a moment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One person stands in for whoever is on call, from `starts` until just before `ends` (both UTC)."""

    person: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Members taking turns of `every`, the first of them from `start` at `handoff` in `zone`.

    `every` counts on the wall clock: 24 h is "the same time tomorrow", 12 h is "09:00 and 21:00" all year. Where
    overrides overlap, the last one given wins.
    """

    name: str
    members: tuple[str, ...]
    zone: ZoneInfo
    start: date
    every: timedelta = timedelta(weeks=1)
    handoff: time = time(9)
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Named rotations; `primary` and `secondary` are usual, any other name may be paged by a policy as well."""

    id: str
    zone: ZoneInfo
    rotations: Mapping[str, Rotation]

    def rotation(self, name: str) -> Rotation | None:
        """The rotation of that name, if this schedule has it."""
        return self.rotations.get(name)

    def members(self) -> tuple[str, ...]:
        """Everyone in any rotation, once, in order of appearance."""
        return tuple(dict.fromkeys(member for rotation in self.rotations.values() for member in rotation.members))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One person on call from `since` until just before `until` (UTC)."""

    person: str
    since: datetime
    until: datetime
    is_override: bool = False


def on_call(rotation: Rotation, at: datetime) -> Shift | None:
    """The one person on call at the moment `at` (aware); None only where nobody is in the rotation or overrides it.

    Before `start` the same order is continued backwards, so that no moment is without a person.
    """
    turn = _turn_at(rotation, at)
    since, until = _handoff(rotation, turn), _next_handoff(rotation, turn, at)
    edges = [edge for override in rotation.overrides for edge in (override.starts, override.ends)]
    since = max([since, *(edge for edge in edges if edge <= at)])
    until = min([until, *(edge for edge in edges if edge > at)])
    for override in reversed(rotation.overrides):
        if override.starts <= at < override.ends:
            return Shift(person=override.person, since=since, until=until, is_override=True)
    if not rotation.members:
        return None
    person = rotation.members[turn % len(rotation.members)]
    return Shift(person=person, since=since, until=until)


def upcoming(rotation: Rotation, at: datetime, ends: datetime) -> Iterator[Shift]:
    """The shift running at `at` and those that follow, until `ends`; moments with nobody are left out."""
    while at < ends:
        shift = on_call(rotation, at)
        if shift is not None:
            yield shift
            at = shift.until
        else:
            at = _next_edge(rotation, at)


def relieved_at(rotation: Rotation, at: datetime) -> datetime | None:
    """When the person on call at `at` hands over to somebody else (UTC).

    None if nobody is on call, or if the person is never relieved within two rounds of the rotation.
    """
    current = on_call(rotation, at)
    if current is None:
        return None
    until = current.until
    for _ in range(2 * (len(rotation.members) + len(rotation.overrides) * 2 + 1)):
        following = on_call(rotation, until)
        if following is None or following.person != current.person:
            return until
        until = following.until
    return None


def _next_edge(rotation: Rotation, at: datetime) -> datetime:
    """The next moment after `at` at which anything about the rotation can change."""
    edges = [edge for override in rotation.overrides for edge in (override.starts, override.ends) if edge > at]
    return min([_next_handoff(rotation, _turn_at(rotation, at), at), *edges])


def _handoff(rotation: Rotation, turn: int) -> datetime:
    """The moment (UTC) at which turn number `turn` begins; turn 0 begins on `start`.

    A wall time that the clocks skip is read with the offset before the change; of one that comes twice, the first.
    """
    wall = datetime.combine(rotation.start, rotation.handoff) + turn * rotation.every
    return wall.replace(tzinfo=rotation.zone).astimezone(UTC)


def _turn_at(rotation: Rotation, at: datetime) -> int:
    """The number of the turn that runs at `at`: an estimate on the wall clock, put right around clock changes."""
    wall = at.astimezone(rotation.zone).replace(tzinfo=None)
    turn = (wall - datetime.combine(rotation.start, rotation.handoff)) // rotation.every
    while _handoff(rotation, turn) > at:
        turn -= 1
    while _handoff(rotation, turn + 1) <= at:
        turn += 1
    return turn


def _next_handoff(rotation: Rotation, turn: int, at: datetime) -> datetime:
    """The end of the turn that runs at `at`."""
    until = _handoff(rotation, turn + 1)
    while until <= at:
        turn += 1
        until = _handoff(rotation, turn + 1)
    return until
