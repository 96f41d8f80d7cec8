"""What Prometheus reads. Nothing here names an incident, a person or a channel: labels are kinds and outcomes."""

from collections.abc import Callable, Iterable
from datetime import datetime
from math import nan
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.domain.effects import Priority
from bot.services.alerts import Outcome
from bot.services.figures import EngineFigures

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST


class Meters:
    """The meters of one process, in a registry of its own. Who does the work counts; the rest is read when asked."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register every meter."""
        self.registry = registry or CollectorRegistry()
        here = self.registry
        self._alerts = Counter(
            "tocsin_alerts", "Alerts taken in, by what became of them", ["source", "fate"], registry=here
        )
        self._refused = Counter(
            "tocsin_alert_deliveries_refused", "Deliveries not taken in, by status", ["source", "status"], registry=here
        )
        self._sends = Counter(
            "tocsin_sends", "Effects performed, by kind and outcome", ["kind", "outcome"], registry=here
        )
        self._lateness = Histogram(
            "tocsin_timer_lateness_seconds",
            "How long after it was due a timer fired",
            buckets=(0.01, 0.05, 0.1, 0.5, 1, 2, 5, 30, 120),
            registry=here,
        )
        self._ready_rows = Gauge("tocsin_outbox_ready", "Outbox rows ready to go", ["priority"], registry=here)
        self._oldest = Gauge(
            "tocsin_outbox_oldest_ready_seconds", "Age of the oldest row that may go", ["priority"], registry=here
        )
        self._gauges = {
            name: Gauge(f"tocsin_{name}", about, registry=here)
            for name, about in (
                ("outbox_unknown", "Rows whose outcome is not known"),
                ("outbox_oldest_unknown_seconds", "Age of the oldest row whose outcome is not known"),
                ("outbox_dead", "Rows that broke us for good"),
                ("timers_pending", "Timers that wait"),
                ("timers_overdue", "Timers pending 30 s after they were due"),
                ("pages_without_timer", "Unanswered pages that no timer watches; must be 0"),
                ("sent_without_ts", "Sent messages whose place is not known; must be 0"),
                ("ready", "1 while every readiness check holds"),
                ("heartbeat_last_success_seconds", "Seconds since HEARTBEAT_URL took a heartbeat; NaN if none is set"),
            )
        }

        self._gauges["heartbeat_last_success_seconds"].set(nan)

    def heartbeat(self, age: Callable[[], float]) -> None:
        """Show how many seconds ago a heartbeat was taken; `age` tells."""
        self._gauges["heartbeat_last_success_seconds"].set_function(age)

    def took_in(self, source: str, outcomes: Iterable[Outcome]) -> None:
        """Count what became of alerts."""
        for outcome in outcomes:
            self._alerts.labels(source=source, fate=outcome.fate.value).inc()

    def refused(self, source: str, status: int) -> None:
        """Count a delivery that was not taken in; `source` is one we know."""
        self._refused.labels(source=source, status=str(status)).inc()

    def sent(self, kind: str, outcome: str) -> None:
        """Count an attempt at an effect: the effect's kind, and what came of it, in one word."""
        self._sends.labels(kind=kind, outcome=outcome).inc()

    def fired(self, late: float) -> None:
        """Note how many seconds after it was due a timer fired."""
        self._lateness.observe(max(late, 0.0))

    def is_ready(self, *, ready: bool) -> None:
        """Note whether every readiness check holds."""
        self._gauges["ready"].set(1 if ready else 0)

    def show(self, figures: EngineFigures, now: datetime) -> bytes:
        """Everything as Prometheus reads it, the engine's tables as they are now."""
        counts = dict(figures.ready_by_priority)
        for priority in Priority:
            self._ready_rows.labels(priority=priority.name.lower()).set(counts.get(int(priority), 0))
        self._oldest.labels(priority="page").set(_age(figures.oldest_ready_page, now))
        self._oldest.labels(priority="any").set(_age(figures.oldest_ready, now))
        values = {
            "outbox_unknown": figures.unknown,
            "outbox_oldest_unknown_seconds": _age(figures.oldest_unknown, now),
            "outbox_dead": figures.dead,
            "timers_pending": figures.timers_pending,
            "timers_overdue": figures.timers_overdue,
            "pages_without_timer": figures.pages_without_timer,
            "sent_without_ts": figures.sent_without_ts,
        }
        for name, value in values.items():
            self._gauges[name].set(value)
        return generate_latest(self.registry)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
