"""Whose turn it is: on PostgreSQL a write holds an incident's row before it touches anything else of that incident.

So the writers of one incident wait for each other in a line, never in a circle: whoever presses a button at the moment
at which a timer of the same page fires would else wait for the second after which the server breaks a deadlock.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.bundle import SendBundle
from bot.domain.change import Change
from bot.domain.effects import Effect
from bot.services.ports import SEVERAL
from bot.store.part import Part
from bot.store.tables import IncidentRow, PageRow, TimerRow


class Holding(Part):
    """What a write holds; SQLite has one writer anyway, and holds nothing."""

    def _hold_incidents(self, numbers: Iterable[int]) -> None:
        """Let nobody else write these incidents until this write ends."""
        self._hold_found(_numbered(), sorted(set(numbers) - self._held))

    def _hold_for_timer(self, timer: str) -> None:
        """Let nobody else write the incident of a timer until this write ends."""
        self._hold_found(_of_timers(), [timer])

    def hold_for(self, effect: Effect) -> None:
        """Let nobody else write the incidents that an effect is about until this write ends."""
        about = getattr(effect, "incident", None)
        page = getattr(effect, "page", None)
        if isinstance(about, int):
            self._hold_incidents([about])
        elif isinstance(page, int):
            self._hold_found(_of_pages(), [page])
        elif isinstance(effect, SendBundle):
            self.hold(SEVERAL)
            self._hold_found(_of_pages(), [ask.page for ask in effect.asks])

    def _hold_found(self, query: SelectOfScalar[int], keys: Sequence[object]) -> None:
        self._must_write()
        if self._on_postgres and keys:
            self._held.update(self._column(query, keys=keys))


def incidents_of(change: Change) -> set[int]:
    """Give the numbers of the incidents that a change is about."""
    own = [change.incident.number] if change.incident is not None else []
    pages = [page.incident for page in change.pages]
    return {*own, *pages, *(event.incident for event in change.timeline), *(timer.incident for timer in change.timers)}


def _held(query: SelectOfScalar[int]) -> SelectOfScalar[int]:
    """Lock what is found, one after the other, as an update does: rows that refer to them can still be added."""
    return query.order_by(col(IncidentRow.number)).with_for_update(key_share=True)


def _these() -> SelectOfScalar[int]:
    return select(IncidentRow.number)


@cache
def _numbered() -> SelectOfScalar[int]:
    return _held(_these().where(col(IncidentRow.number).in_(bindparam("keys", expanding=True))))


@cache
def _of_pages() -> SelectOfScalar[int]:
    pages = select(PageRow.incident).where(col(PageRow.id).in_(bindparam("keys", expanding=True)))
    return _held(_these().where(col(IncidentRow.number).in_(pages)))


@cache
def _of_timers() -> SelectOfScalar[int]:
    timers = select(TimerRow.incident).where(col(TimerRow.id).in_(bindparam("keys", expanding=True)))
    return _held(_these().where(col(IncidentRow.number).in_(timers)))
