"""Incidents and pages: loading, and saving under their optimistic locks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from sqlalchemy import Table, Update, bindparam, or_, update
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.errors import Stale
from bot.domain.incident import Incident
from bot.domain.page import Page, PageState
from bot.store.mapping import INCIDENT, PAGE, incident_columns, page_columns
from bot.store.part import Part, insert_into, new_rows, table_of
from bot.store.tables import CounterRow, IncidentRow, PageRow

AT_ONCE = 500
"""Numbers in one query; databases limit how many values it may have."""
LIVE = (PageState.RUNNING, PageState.EXHAUSTED)


class Incidents(Part):
    """Incidents and their pages."""

    def next_incident_number(self) -> int:
        """Take the next incident number."""
        return self._next("incident")

    def touch(self) -> None:
        """Write something harmless, so that the commit shows whether the database takes writes."""
        self.must_be_current()
        self._next("touched")

    def next_page_id(self) -> int:
        """Take the next page id."""
        return self._next("page")

    def incident(self, number: int) -> Incident | None:
        """Load an incident."""
        return next((INCIDENT.read(body) for body in self._column(_incident(), of=number)), None)

    def incident_in(self, channel: str) -> Incident | None:
        """Load the incident whose war room or stakeholder channel this is, by channel id."""
        here = or_(col(IncidentRow.war_room) == channel, col(IncidentRow.stakeholders) == channel)
        newest = select(IncidentRow.body).where(here).order_by(col(IncidentRow.number).desc()).limit(1)
        body = self._session.exec(newest).first()
        return None if body is None else INCIDENT.read(body)

    def open_incidents(self) -> tuple[Incident, ...]:
        """Load every incident that is not resolved, newest first."""
        query = select(IncidentRow.body).where(col(IncidentRow.open).is_(True))
        return _incidents(self._session.exec(query.order_by(col(IncidentRow.number).desc())).all())

    def open_on(self, journey: str) -> tuple[Incident, ...]:
        """Load the open incidents on a journey, newest first; a write lets no other open one meanwhile."""
        if self._writing:
            self.hold(f"journey:{journey}")
        return _incidents(self._column(_open_on(), of=journey))

    def recent_incidents(self, limit: int) -> tuple[Incident, ...]:
        """Load the newest incidents, open or not."""
        query = select(IncidentRow.body).order_by(col(IncidentRow.number).desc()).limit(limit)
        return _incidents(self._session.exec(query).all())

    def incident_versions(self) -> dict[int, int]:
        """Give the version of every incident there is, by number."""
        return dict(self._session.exec(select(IncidentRow.number, IncidentRow.version)).all())

    def incidents(self, numbers: Sequence[int]) -> tuple[Incident, ...]:
        """Load the incidents of these numbers that exist, in no order."""
        found: list[str] = []
        for start in range(0, len(numbers), AT_ONCE):
            some = col(IncidentRow.number).in_(numbers[start : start + AT_ONCE])
            found.extend(self._session.exec(select(IncidentRow.body).where(some)).all())
        return _incidents(found)

    def page(self, page: int) -> Page | None:
        """Load a page."""
        return next((PAGE.read(body) for body in self._column(_page(), of=page)), None)

    def pages_of(self, incident: int) -> tuple[Page, ...]:
        """Load an incident's pages in the order they started."""
        return tuple(PAGE.read(body) for body in self._column(_pages_of(), of=incident))

    def live_pages(self) -> tuple[Page, ...]:
        """Load every page that waits for an answer."""
        query = select(PageRow.body).where(col(PageRow.state).in_(LIVE)).order_by(col(PageRow.id))
        return tuple(PAGE.read(body) for body in self._session.exec(query))

    def save_incident(self, incident: Incident) -> None:
        """Save an incident that was loaded (or made) at its version; the row has the next one. Raises Stale."""
        columns = incident_columns(replace(incident, version=incident.version + 1))
        if self._saved(table_of(IncidentRow), incident.number, incident.version, columns) != 1:
            raise Stale(f"{incident.label} changed since version {incident.version} was read.")

    def save_page(self, page: Page) -> None:
        """Save a page that was loaded (or made) at its version; the row has the next one. Raises Stale."""
        columns = page_columns(replace(page, version=page.version + 1))
        if self._saved(table_of(PageRow), page.id, page.version, columns) != 1:
            raise Stale(f"Page {page.id} changed since version {page.version} was read.")

    def _saved(self, table: Table, key: int, version: int, columns: Mapping[str, object]) -> int:
        """Insert at version 0, else update the row that still has this version; gives how many rows that were."""
        if version == 0:
            return self._changed(new_rows(table, on_postgres=self._on_postgres), **columns)
        return self._changed(_at_its_version(table), of=key, loaded=version, **columns)

    def _next(self, counter: str) -> int:
        self._must_write()
        statement = _taken(on_postgres=self._on_postgres)
        return int(self._session.connection().execute(statement, {"name": counter, "value": 1}).scalar_one())


@cache
def _taken(*, on_postgres: bool) -> ReturningInsert[int]:
    counters = table_of(CounterRow)
    more = {"value": counters.c.value + 1}
    taken = insert_into(counters, on_postgres=on_postgres).on_conflict_do_update(index_elements=["name"], set_=more)
    return taken.returning(counters.c.value)


@cache
def _incident() -> SelectOfScalar[str]:
    return select(IncidentRow.body).where(IncidentRow.number == bindparam("of"))


@cache
def _open_on() -> SelectOfScalar[str]:
    query = select(IncidentRow.body).where(col(IncidentRow.open).is_(True), IncidentRow.journey == bindparam("of"))
    return query.order_by(col(IncidentRow.number).desc())


@cache
def _page() -> SelectOfScalar[str]:
    return select(PageRow.body).where(PageRow.id == bindparam("of"))


@cache
def _pages_of() -> SelectOfScalar[str]:
    return select(PageRow.body).where(PageRow.incident == bindparam("of")).order_by(col(PageRow.id))


@cache
def _at_its_version(table: Table) -> Update:
    (key,) = table.primary_key
    return update(table).where(key == bindparam("of"), table.c.version == bindparam("loaded"))


def _incidents(bodies: Sequence[str]) -> tuple[Incident, ...]:
    return tuple(INCIDENT.read(body) for body in bodies)
