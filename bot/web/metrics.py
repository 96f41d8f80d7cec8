"""What Prometheus reads. Nothing here names an incident, a person or a channel: labels are kinds and outcomes."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from math import nan
from types import MappingProxyType
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.domain.effects import Priority
from bot.services.alerts import Outcome
from bot.services.figures import EngineFigures, Invariant

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST


SECONDS_OF: Final[Mapping[str, tuple[str, tuple[float, ...]]]] = MappingProxyType(
    {
        "timer_lateness": ("How long after it was due a timer fired", (0.01, 0.05, 0.1, 0.5, 1, 2, 5, 30, 120)),
        "page_latency": (
            "From a page's being saved to Slack's taking it",
            (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300),
        ),
        "loop_lag": (
            "How much later than asked for the event loop came round",
            (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
        ),
    }
)
"""Histograms without a label: what each is about, and its buckets in seconds."""
GAUGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "outbox_unknown": "Rows whose outcome is not known",
        "outbox_oldest_unknown_seconds": "Age of the oldest row whose outcome is not known",
        "outbox_dead": "Rows that broke us for good",
        "timers_pending": "Timers that wait",
        "timers_overdue": "Timers pending 30 s after they were due",
        "socket_last_frame_seconds": "Seconds since Slack was last heard on the socket; NaN over HTTP",
        "clock_offset_seconds": "Seconds by which the database's clock is ahead of this machine's; NaN on SQLite",
        "slack_breaker": "1 while Slack as a whole does not answer and nothing is sent to it",
        "ready": "1 while every readiness check holds",
        "synthetic_page_seconds": "How long the last synthetic page took, from timer to arrival; NaN before the first",
        "synthetic_page_last_success_seconds": "Seconds since a synthetic page arrived",
        "heartbeat_last_success_seconds": "Seconds since HEARTBEAT_URL took a heartbeat; NaN if none is set",
    }
)


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
        self._lateness = self._histogram("timer_lateness")
        self._pages = self._histogram("page_latency")
        self._lag = self._histogram("loop_lag")
        self._database = Histogram(
            "tocsin_database_transaction_seconds",
            "How long a transaction took, its waiting for a turn included",
            ["access"],
            buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 15),
            registry=here,
        )
        self._calls = Counter(
            "tocsin_slack_calls",
            "Calls of Slack's Web API, by method and outcome",
            ["method", "outcome"],
            registry=here,
        )
        self._fenced = Counter(
            "tocsin_fenced_completions", "Outcomes not recorded: another held the row by then", registry=here
        )
        self._removed = Counter("tocsin_duplicates_deleted", "Extra copies of messages deleted in Slack", registry=here)
        self._broken = Gauge("tocsin_invariant_broken", "What must never be, counted; 0", ["invariant"], registry=here)
        self._ready_rows = Gauge("tocsin_outbox_ready", "Outbox rows ready to go", ["priority"], registry=here)
        self._oldest = Gauge(
            "tocsin_outbox_oldest_ready_seconds", "Age of the oldest row that may go", ["priority"], registry=here
        )
        self._gauges = {name: Gauge(f"tocsin_{name}", about, registry=here) for name, about in GAUGES.items()}
        for name in ("heartbeat_last_success_seconds", "socket_last_frame_seconds", "clock_offset_seconds"):
            self._gauges[name].set(nan)
        for invariant in Invariant:
            self._broken.labels(invariant=invariant.value).set(nan)

    def _histogram(self, name: str) -> Histogram:
        about, buckets = SECONDS_OF[name]
        return Histogram(f"tocsin_{name}_seconds", about, buckets=buckets, registry=self.registry)

    def heartbeat(self, age: Callable[[], float]) -> None:
        """Show how many seconds ago a heartbeat was taken; `age` tells."""
        self._gauges["heartbeat_last_success_seconds"].set_function(age)

    def socket(self, age: Callable[[], float]) -> None:
        """Show how many seconds ago Slack was last heard on the socket; `age` tells."""
        self._gauges["socket_last_frame_seconds"].set_function(age)

    def synthetic(self, took: Callable[[], float], age: Callable[[], float]) -> None:
        """Show how long the last synthetic page took, and how many seconds ago one arrived."""
        self._gauges["synthetic_page_seconds"].set_function(took)
        self._gauges["synthetic_page_last_success_seconds"].set_function(age)

    def clock_offset(self, offset: Callable[[], float]) -> None:
        """Show how far the database's clock is ahead of the machine's; `offset` tells in seconds."""
        self._gauges["clock_offset_seconds"].set_function(offset)

    def broken(self, counts: Mapping[Invariant, int]) -> None:
        """Show how often each invariant is broken."""
        for invariant, count in counts.items():
            self._broken.labels(invariant=invariant.value).set(count)

    def database(self, access: str) -> AbstractContextManager[object]:
        """Give what is entered for as long as a transaction lasts, which is a `write` or a `read`."""
        return self._database.labels(access=access).time()

    def lagged(self, seconds: float) -> None:
        """Note how much later than asked for the event loop came round."""
        self._lag.observe(seconds)

    def breaker(self, is_open: Callable[[], bool]) -> None:
        """Show whether Slack is held to be down; `is_open` tells."""
        self._gauges["slack_breaker"].set_function(lambda: float(is_open()))

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

    def called(self, method: str, outcome: str) -> None:
        """Count a call of Slack's Web API: its method, and what came of it in one word."""
        self._calls.labels(method=method, outcome=outcome).inc()

    def page_taken(self, seconds: float) -> None:
        """Note how many seconds after it was saved a page was taken by Slack."""
        self._pages.observe(max(seconds, 0.0))

    def fenced(self) -> None:
        """Count an outcome that was not recorded: another held the row by then."""
        self._fenced.inc()

    def removed(self) -> None:
        """Count an extra copy that was deleted."""
        self._removed.inc()

    def fired(self, late: float) -> None:
        """Note how many seconds after it was due a timer fired."""
        self._lateness.observe(max(late, 0.0))

    def is_ready(self, *, ready: bool) -> None:
        """Note whether every readiness check holds."""
        self._gauges["ready"].set(1 if ready else 0)

    def show(self, figures: EngineFigures, now: datetime) -> bytes:
        """Everything as Prometheus reads it, the engine's tables as they are now."""
        counts, oldest = dict(figures.ready_by_priority), dict(figures.oldest_ready)
        for priority in Priority:
            named = {"priority": priority.name.lower()}
            self._ready_rows.labels(**named).set(counts.get(int(priority), 0))
            self._oldest.labels(**named).set(_age(oldest.get(int(priority)), now))
        values = {
            "outbox_unknown": figures.unknown,
            "outbox_oldest_unknown_seconds": _age(figures.oldest_unknown, now),
            "outbox_dead": figures.dead,
            "timers_pending": figures.timers_pending,
            "timers_overdue": figures.timers_overdue,
        }
        for name, value in values.items():
            self._gauges[name].set(value)
        return generate_latest(self.registry)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
