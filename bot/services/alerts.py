"""Taking alerts in: each is routed, joins or declares an incident, or goes to triage; the answer says which, and why.

A delivery is taken in within one transaction: what the answer says is saved, all of it or nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce

from bot.domain import intake
from bot.domain.alert import NO_TIME, Alert, AlertKey, AlertStatus, Fate
from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.incident import Incident
from bot.domain.routing import Routed, Unrouted
from bot.services.incidents import declare_in
from bot.services.ports import SEVERAL, Render, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one alert: its fate, its incident (as people name it) and journey if it has them, and why.

    A private incident is not named: who reads a source's log is an outsider.
    """

    fingerprint: str
    fate: Fate
    incident: str | None
    journey: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a source has sent at once."""

    source: str
    alerts: tuple[Alert, ...]


def take_in_now(
    tx: Tx, directory: Directory, render: Render, source: str, alerts: Sequence[Alert], now: datetime
) -> tuple[Outcome, ...]:
    """Take alerts in within a transaction that saves more than them; tells what became of each, in the order given.

    Of several reports of one alert the last counts.
    """
    (outcomes,) = take_in_together(tx, directory, render, [Delivery(source=source, alerts=tuple(alerts))], now)
    return outcomes


def take_in_together(
    tx: Tx, directory: Directory, render: Render, deliveries: Sequence[Delivery], now: datetime
) -> tuple[tuple[Outcome, ...], ...]:
    """Take several deliveries in, no two of which report the same alert; tells of each what became of its alerts."""
    sent = [[_from(each.source, alert) for alert in each.alerts] for each in deliveries]
    reported = {alert.key: alert for alerts in sent for alert in alerts}
    if len(reported) > 1:
        tx.hold(SEVERAL)
    outcomes = _Intake(tx=tx, directory=directory, render=render, now=now).all(reported.values())
    return tuple(tuple(outcomes[alert.key] for alert in alerts) for alerts in sent)


def _from(source: str, alert: Alert) -> Alert:
    return alert if alert.source == source else replace(alert, source=source)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fresh:
    """An alert that wants an incident, with the journey that it hurts."""

    key: AlertKey
    alert: Alert
    routed: Routed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Intake:
    """One delivery being taken in."""

    tx: Tx
    directory: Directory
    render: Render
    now: datetime
    triaged: list[Change] = field(default_factory=list)
    """What is said of alerts that page nobody, saved together."""

    def all(self, alerts: Collection[Alert]) -> dict[AlertKey, Outcome]:
        """Take in what is new, what is known, and what has ended: in this order, so that a flap is seen whole."""
        outcomes: dict[AlertKey, Outcome] = {}
        fresh: dict[str, list[_Fresh]] = {}
        ended: dict[int, list[Alert]] = {}
        known_before = self.tx.known_alerts([alert.key for alert in alerts])
        for alert in alerts:
            known = known_before.get(alert.key) or self._last(alert)
            if alert.status is AlertStatus.RESOLVED:
                outcomes[alert.key] = self._ended(alert, known, ended)
                continue
            wants = self._wants_incident(alert, known)
            if isinstance(wants, _Fresh):
                fresh.setdefault(wants.routed.journey, []).append(wants)
            else:
                outcomes[alert.key] = wants
        if self.triaged:
            self.tx.save(reduce(Change.then, self.triaged))
        for journey, group in sorted(fresh.items()):  # each is held from here on: in one order by everybody
            outcomes.update(self._join(journey, group))
        for number, resolved in ended.items():
            self._resolve(number, resolved)
        return outcomes

    def _last(self, alert: Alert) -> Alert | None:
        return self.tx.last_alert(alert.source, alert.fingerprint) if alert.starts_at == NO_TIME else None

    def _wants_incident(self, alert: Alert, known: Alert | None) -> _Fresh | Outcome:
        """Tell whether a firing alert belongs on an incident yet to be found; otherwise what became of it."""
        if known is not None and known.status is AlertStatus.RESOLVED:
            if alert.starts_at != NO_TIME:
                return self._outcome(known, Fate.IGNORED, "it has resolved already; this report came late")
            known = None
        incident = self.tx.incident(known.incident) if known is not None and known.incident is not None else None
        if known is not None and incident is not None and incident.open:
            visible = known.summary != alert.summary
            self.tx.save(intake.repeated(incident, intake.seen_again(known, alert, self.now), visible=visible))
            return self._outcome(known, Fate.REPEATED, f"known since {_time(known)}", incident)
        routed = self.directory.route(alert.labels)
        if isinstance(routed, Routed) and (incident is None or self.tx.open_on(routed.journey)):
            return _Fresh(key=alert.key, alert=self._seen(alert, known, routed.why), routed=routed)
        return self._without_incident(alert, known, incident, routed)

    def _seen(self, alert: Alert, known: Alert | None, why: str) -> Alert:
        if known is None:
            return intake.seen_first(alert, self.now, why)
        return replace(intake.seen_again(known, alert, self.now), why=why)

    def _without_incident(
        self, alert: Alert, known: Alert | None, incident: Incident | None, routed: Routed | Unrouted
    ) -> Outcome:
        if known is None:
            # Without a channel for it nobody would ever learn of it: at least the source does.
            workspace = self.directory.workspace
            seen = workspace.triage or workspace.announce
            unseen = "" if seen else "; no triage channel is set, so nobody sees it"
            first = intake.seen_first(alert, self.now, f"{routed.why}{unseen}")
            self.triaged.append(intake.triaged(first))
            return self._outcome(first, Fate.TRIAGED, first.why)
        again = intake.seen_again(known, alert, self.now)
        if incident is not None:
            self.tx.save(intake.still_firing(incident, again))
            return self._outcome(again, Fate.REPEATED, "its incident was resolved while it fired", incident)
        change = intake.triage_edited(again) if again.summary != known.summary else Change(alerts=(again,))
        self.tx.save(change)
        return self._outcome(again, Fate.REPEATED, known.why)

    def _join(self, journey: str, group: list[_Fresh]) -> dict[AlertKey, Outcome]:
        """Put alerts on the incident that is open on their journey, declaring one with the earliest if none is."""
        open_now = self.tx.open_on(journey)
        first = min(group, key=lambda each: each.alert.starts_at)
        if open_now:
            incident = open_now[0]
        else:
            asked = intake.declaration(first.alert, first.routed, self.directory, self.now)
            declared = declare_in(self.tx, self.directory, self.render, asked, self.now).incident.number
            incident = self._incident(declared)
        alerts = [replace(each.alert, incident=incident.number) for each in group]
        self.tx.save(intake.attached(incident, alerts, self.now, quiet=not open_now))
        declaring = () if open_now else (first.key,)
        return {
            each.key: Outcome(
                fingerprint=each.alert.fingerprint,
                fate=Fate.DECLARED if each.key in declaring else Fate.ATTACHED,
                incident=_named(incident),
                journey=journey,
                why=each.routed.why,
            )
            for each in group
        }

    def _ended(self, alert: Alert, known: Alert | None, ended: dict[int, list[Alert]]) -> Outcome:
        if known is None:
            if alert.starts_at != NO_TIME:
                # Kept, so that its firing, should it arrive late, is known to be over.
                self.tx.save(Change(alerts=(intake.seen_first(alert, self.now, "resolved before it was known"),)))
            return self._outcome(alert, Fate.IGNORED, "it resolved, and nothing was known of it")
        again = intake.seen_again(known, alert, self.now)
        if known.status is AlertStatus.RESOLVED:
            self.tx.save(Change(alerts=(replace(again, ends_at=known.ends_at),)))
            return self._outcome(known, Fate.REPEATED, "it was resolved already")
        if known.incident is None:
            self.tx.save(intake.triage_edited(again))
            return self._outcome(again, Fate.RESOLVED, known.why)
        ended.setdefault(known.incident, []).append(again)
        return self._outcome(again, Fate.RESOLVED, known.why, self.tx.incident(known.incident))

    def _resolve(self, number: int, resolved: list[Alert]) -> None:
        by_key = {intake.key_of(alert): alert for alert in resolved}
        every = [by_key.get(intake.key_of(alert), alert) for alert in self.tx.alerts_of(number)]
        self.tx.save(intake.resolved(self._incident(number), resolved, every, self.now))

    def _incident(self, number: int) -> Incident:
        incident = self.tx.incident(number)
        if incident is None:
            raise LookupError(f"INC-{number} is named by an alert and does not exist.")
        return incident

    def _outcome(self, alert: Alert, fate: Fate, why: str, incident: Incident | None = None) -> Outcome:
        number = alert.incident if incident is None else incident.number
        on = incident or (self.tx.incident(number) if number is not None else None)
        return Outcome(
            fingerprint=alert.fingerprint,
            fate=fate,
            incident=_named(on) if on else None,
            journey=on.brief.journey if on else None,
            why=why,
        )


def _named(incident: Incident) -> str | None:
    return None if incident.private else incident.label


def _time(alert: Alert) -> str:
    return f"{alert.first_seen or alert.starts_at:%Y-%m-%d %H:%M} UTC"
