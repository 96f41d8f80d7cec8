"""Any history of the outbox, against a model: order within streams, one holder at a time, and the fence."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from sqlalchemy import create_engine, insert
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from bot.domain.change import Change
from bot.domain.effects import Priority
from bot.services.ports import Claimed, Remote
from bot.store.release import ENGINE_VERSION
from bot.store.tables import EngineVersionRow, Row
from bot.store.transaction import SqlTx
from tests.size import examples
from tests.store.samples import LEASE, NOW, line

STREAMS = ("a", "b", "c")


class Histories(RuleBasedStateMachine):
    """Rows are added, claimed by several holders, completed late or in time, given back, withdrawn; time goes on."""

    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.engine = create_engine("sqlite://", poolclass=StaticPool)
        Row.metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            connection.execute(insert(EngineVersionRow).values(id=1, version=ENGINE_VERSION))
        self.now: datetime = NOW
        self.added: list[tuple[str, str]] = []
        self.holder: dict[str, Claimed] = {}
        self.ended: set[str] = set()

    def teardown(self) -> None:
        self.engine.dispose()

    @contextmanager
    def tx(self) -> Iterator[SqlTx]:
        with Session(self.engine) as session:
            yield SqlTx(session, lambda: self.now, writing=True)
            session.commit()

    @rule(stream=st.sampled_from(STREAMS), priority=st.sampled_from(Priority))
    def a_row_is_added(self, stream: str, priority: Priority) -> None:
        name = f"row{len(self.added)}"
        self.added.append((name, stream))
        with self.tx() as tx:
            tx.save(Change(outgoing=(line(name, stream, priority=priority),)))

    @rule(target=claims, limit=st.integers(1, 3))
    def rows_are_claimed(self, limit: int) -> object:
        with self.tx() as tx:
            claimed = tx.claim(self.now, limit, LEASE)
        for row in claimed:
            earlier = self.holder.get(row.outgoing.id)
            if earlier is not None:
                assert row.unknown, "taken over from a holder whose lease ran out"
                assert earlier.lease_until <= self.now
                assert row.fence > earlier.fence
            assert self.before(row.outgoing.id) <= self.ended, "what stands before it in its stream has ended"
            self.holder[row.outgoing.id] = row
        return multiple(*claimed)

    @rule(claim=claims, ends=st.sampled_from(["sent", "failed", "dead"]))
    def a_holder_completes(self, claim: Claimed, ends: str) -> None:
        with self.tx() as tx:
            if ends == "sent":
                done = tx.mark_sent(claim, Remote(channel="C1", ts="1.1"), self.now)
            else:
                done = tx.mark_failed(claim, "why", dead=ends == "dead")
        assert done is self.holds(claim)
        if done:
            self.forget(claim, ended=True)

    @rule(claim=claims, seconds=st.integers(0, 40))
    def a_holder_gives_back(self, claim: Claimed, seconds: int) -> None:
        with self.tx() as tx:
            done = tx.release(claim, self.now + timedelta(seconds=seconds), "429")
        assert done is self.holds(claim)
        if done:
            self.forget(claim)

    @rule(claim=claims, seconds=st.integers(0, 40))
    def a_holder_does_not_know(self, claim: Claimed, seconds: int) -> None:
        with self.tx() as tx:
            done = tx.mark_unknown(claim, self.now + timedelta(seconds=seconds), "reset")
        assert done is self.holds(claim)
        if done:
            self.forget(claim)

    @rule(seconds=st.integers(1, 45))
    def time_goes_on(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def a_stream_has_one_holder(self) -> None:
        streams = [stream for name, stream in self.added if name in self.holder]
        assert len(streams) == len(set(streams))

    @invariant()
    def the_next_moment_to_look_is_known(self) -> None:
        with self.tx() as tx:
            upcoming = tx.next_claimable(self.now)
        ahead = [row.lease_until for row in self.holder.values() if row.lease_until > self.now]
        assert upcoming is None or upcoming > self.now
        assert not ahead or (upcoming is not None and upcoming <= min(ahead))

    def holds(self, claim: Claimed) -> bool:
        return self.holder.get(claim.outgoing.id) == claim

    def forget(self, claim: Claimed, *, ended: bool = False) -> None:
        del self.holder[claim.outgoing.id]
        if ended:
            self.ended.add(claim.outgoing.id)

    def before(self, name: str) -> set[str]:
        number = next(at for at, (row, _) in enumerate(self.added) if row == name)
        stream = self.added[number][1]
        return {row for row, of in self.added[:number] if of == stream}


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=examples(25), stateful_step_count=30, deadline=None)
