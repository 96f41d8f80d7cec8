"""What is saved is loaded again, whole; and what was saved before in its place is not lost."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import methodcaller
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.alert import NO_ALERTS, Alert, AlertStatus, AlertTally
from bot.domain.change import Change
from bot.domain.delivery import LEAVES, Carrier
from bot.domain.effects import Effect, TellRoom
from bot.domain.errors import Refusal
from bot.domain.incident import RoomKind, Status
from bot.domain.mail import SendMail
from bot.domain.page import PageState
from bot.domain.people import Contact
from bot.domain.prose import At, Button, Channel, Link, Strong, Who, Words
from bot.services.ports import Tx, Unavailable
from bot.store.mapping import INCIDENT, outgoing_columns, outgoing_of
from bot.store.store import SqlStore
from bot.store.tables import OutboxRow
from tests.size import examples
from tests.store.conftest import Commits
from tests.store.samples import MAYA, NOW, event, in_channels, incident, line, page, timer


async def save(store: SqlStore, change: Change) -> None:
    await store.write(lambda tx: tx.save(change))


async def test_an_incident_is_loaded_as_it_was_saved_with_the_next_version(store: SqlStore) -> None:
    await save(store, Change(incident=incident()))

    loaded = await store.read(lambda tx: tx.incident(1))

    assert loaded == replace(incident(), version=1)


async def test_incidents_are_found_by_channel_by_journey_and_by_being_open(store: SqlStore) -> None:
    closed = replace(in_channels(incident(3), "C5", "C6"), status=Status.RESOLVED)
    for one in (in_channels(incident(1), "C1", "C2"), in_channels(incident(2, "login"), "C3", "C4"), closed):
        await save(store, Change(incident=one))

    def look(tx: Tx) -> list[list[int]]:
        found = [tx.incident_in(channel) for channel in ("C1", "C2", "C6", "C9")]
        lists = (tx.open_incidents(), tx.open_on("checkout"), tx.recent_incidents(2))
        return [[one.number for one in found if one], *([one.number for one in several] for several in lists)]

    assert await store.read(look) == [[1, 1, 3], [2, 1], [1], [3, 2]]


async def test_a_page_is_found_by_its_incident_and_while_it_waits_for_an_answer(store: SqlStore) -> None:
    pages = (page(1), page(2, state=PageState.ACKNOWLEDGED), page(3, state=PageState.EXHAUSTED))
    await save(store, Change(incident=incident(), pages=pages))

    saved = await store.read(lambda tx: (tx.page(1), tx.page(9), tx.pages_of(1), tx.live_pages()))

    assert saved[0] == replace(page(1), version=1)
    assert saved[1] is None
    assert [one.id for one in saved[2]] == [1, 2, 3]
    assert [one.id for one in saved[3]] == [1, 3]


async def test_what_was_decided_on_an_old_version_is_never_saved(store: SqlStore) -> None:
    await save(store, Change(incident=incident(), pages=(page(),)))

    with pytest.raises(Unavailable, match="Nothing was saved"):
        await save(store, Change(incident=replace(incident(), words="changed", version=7)))
    with pytest.raises(Unavailable, match="Nothing was saved"):
        await save(store, Change(pages=(replace(page(), version=7),)))
    with pytest.raises(Unavailable):
        await save(store, Change(incident=incident()))

    loaded = await store.read(lambda tx: tx.incident(1))
    assert loaded is not None
    assert loaded.words == "Cards are declined"


async def test_writers_of_one_incident_lose_nothing_of_each_other(store: SqlStore) -> None:
    await save(store, Change(incident=incident()))

    def join(number: int, tx: Tx) -> None:
        now = tx.incident(1)
        assert now is not None
        joined = (*now.responders, Who(name=f"Person {number}", user=f"U{number}"))
        tx.save(Change(incident=replace(now, responders=joined), timeline=(event(f"joined:{number}"),)))

    await asyncio.gather(*(store.write(partial(join, number)) for number in range(40)))

    loaded = await store.read(lambda tx: tx.incident(1))
    assert loaded is not None
    assert len({who.user for who in loaded.responders}) == 40
    record = await store.read(lambda tx: tx.timeline(1))
    assert [one.seq for one in record] == list(range(1, 41))


async def test_records_written_at_once_number_their_lines_without_gap(store: SqlStore) -> None:
    await save(store, Change(incident=incident()))

    await asyncio.gather(*(save(store, Change(timeline=(event(f"log:{n}"),))) for n in range(30)))

    assert [one.seq for one in await store.read(lambda tx: tx.timeline(1))] == list(range(1, 31))


async def test_the_same_event_is_on_record_once_and_other_incidents_keep_their_own(store: SqlStore) -> None:
    await save(store, Change(incident=incident(1), timeline=(event("declared"), event("declared"))))
    await save(store, Change(incident=incident(2), timeline=(event("declared", of=2),)))
    await save(store, Change(timeline=(event("declared"), event("paged"))))

    records = await store.read(lambda tx: (tx.timeline(1), tx.timeline(2)))

    assert [[(one.seq, one.key) for one in record] for record in records] == [
        [(1, "declared"), (2, "paged")],
        [(1, "declared")],
    ]


async def test_a_sentence_keeps_every_kind_of_fragment(store: SqlStore) -> None:
    said = (
        "who",
        MAYA,
        Words("<!channel>"),
        Strong("NOBODY"),
        At(NOW, dated=True),
        Channel("C1", "inc-1"),
        Link("https://x.test", "x"),
    )
    await save(store, Change(incident=incident(), timeline=(event("all", said=said),)))

    (saved,) = await store.read(lambda tx: tx.timeline(1))

    assert saved.said == said


async def test_a_refused_operation_saves_nothing_and_its_neighbours_are_saved(store: SqlStore) -> None:
    def refuse(tx: Tx) -> None:
        tx.save(Change(incident=incident(2)))
        assert tx.first_time("delivery", NOW)
        raise Refusal("No.")

    outcomes = await asyncio.gather(
        save(store, Change(incident=incident(1))),
        store.write(refuse),
        save(store, Change(incident=incident(3))),
        return_exceptions=True,
    )

    assert isinstance(outcomes[1], Refusal)
    assert [one.number for one in await store.read(lambda tx: tx.open_incidents())] == [3, 1]
    assert await store.write(lambda tx: tx.first_time("delivery", NOW))


async def test_a_delivery_counts_once_until_it_is_forgotten(store: SqlStore) -> None:
    async def deliver(at: datetime) -> bool:
        return await store.write(lambda tx: tx.first_time("event:Ev1", at))

    assert sorted(await asyncio.gather(*(deliver(NOW) for _ in range(5)))) == [False] * 4 + [True]
    assert await store.write(lambda tx: tx.prune_inbound(NOW)) == 0
    assert await store.write(lambda tx: tx.prune_inbound(NOW + timedelta(seconds=1))) == 1
    assert await deliver(NOW + timedelta(days=8))


async def test_numbers_are_given_once_each(store: SqlStore) -> None:
    taken = await asyncio.gather(*(store.write(lambda tx: tx.next_incident_number()) for _ in range(25)))
    pages = await asyncio.gather(*(store.write(lambda tx: tx.next_page_id()) for _ in range(3)))

    assert sorted(taken) == list(range(1, 26))
    assert sorted(pages) == [1, 2, 3]


async def test_only_one_of_two_who_see_no_open_incident_on_a_journey_opens_one(store: SqlStore) -> None:
    def take_in(tx: Tx) -> bool:
        if tx.open_on("checkout"):
            return False
        tx.save(Change(incident=incident(tx.next_incident_number())))
        return True

    opened = await asyncio.gather(*(store.write(take_in) for _ in range(8)))

    assert opened.count(True) == 1


async def test_an_alert_is_known_by_source_fingerprint_and_start(store: SqlStore) -> None:
    alert = Alert(
        source="am", fingerprint="f", status=AlertStatus.FIRING, starts_at=NOW, summary="s", labels={"a": "b"}
    )
    later = replace(alert, starts_at=NOW + timedelta(hours=1), incident=1)
    resolved = replace(alert, status=AlertStatus.RESOLVED, incident=1, seen=2)
    await save(store, Change(incident=incident(), alerts=(alert, later)))
    await save(store, Change(alerts=(resolved,)))

    found = await store.read(lambda tx: (tx.alert("am", "f", NOW), tx.alert("other", "f", NOW), tx.alerts_of(1)))

    assert found == (resolved, None, (resolved, later))


async def test_an_incidents_alerts_are_counted_and_the_one_that_started_last_is_quoted(store: SqlStore) -> None:
    first, second, ended, elsewhere = (
        Alert(source="am", fingerprint=name, status=status, starts_at=NOW + after, summary=name, incident=number)
        for name, status, after, number in (
            ("first", AlertStatus.FIRING, timedelta(0), 1),
            ("second", AlertStatus.FIRING, timedelta(hours=1), 1),
            ("ended", AlertStatus.RESOLVED, timedelta(hours=2), 1),
            ("elsewhere", AlertStatus.FIRING, timedelta(hours=3), None),
        )
    )
    await save(store, Change(incident=incident(), alerts=(second, first, ended, elsewhere)))

    counted = await store.read(lambda tx: (tx.alert_tally(1), tx.alert_tally(2)))

    assert counted == (AlertTally(firing=2, resolved=1, newest="second"), NO_ALERTS)


async def test_of_many_alerts_those_that_are_known_are_found_in_one_question(store: SqlStore) -> None:
    first = Alert(source="am", fingerprint="f0", status=AlertStatus.FIRING, starts_at=NOW, summary="s")
    hour = timedelta(hours=1)
    alerts = [replace(first, fingerprint=f"f{n}", starts_at=NOW + n % 3 * hour) for n in range(250)]
    other = replace(first, source="generic")
    await save(store, Change(alerts=(*alerts, other, replace(first, starts_at=NOW + hour))))

    asked = [
        each.key for each in (*alerts, other, replace(first, starts_at=NOW + 2 * hour), replace(first, source="x"))
    ]
    found = await store.read(lambda tx: tx.known_alerts(asked))

    assert found.keys() >= {each.key for each in (*alerts, other)}
    assert found[first.key] == first
    assert not {asked[-1], asked[-2]} & found.keys()


async def test_a_person_of_the_directory_is_one_member_at_a_time(store: SqlStore) -> None:
    old = Contact(user="U1", name="Maya", email="maya@acme.test", person="maya")
    new = replace(old, user="U2")
    for contact in (old, new, replace(new, name="Maya Ito")):
        await store.write(methodcaller("save_contact", contact))

    found = await store.read(lambda tx: (tx.contact_of("maya"), tx.contact("U1"), tx.contact("U9")))

    assert found == (replace(new, name="Maya Ito"), replace(old, person=None), None)


async def test_nothing_can_be_saved_in_a_read(store: SqlStore) -> None:
    with pytest.raises(TypeError, match=r"use store\.write"):
        await store.read(lambda tx: tx.save(Change(incident=incident())))
    with pytest.raises(TypeError):
        await store.read(lambda tx: tx.fire("t", NOW))


async def test_a_commit_tells_of_the_earliest_timer_and_of_rows_to_send(store: SqlStore, commits: Commits) -> None:
    soon, later = timer("soon", NOW + timedelta(minutes=1)), timer("later", NOW + timedelta(minutes=9))

    await save(store, Change(incident=incident(), timers=(later, soon)))
    await save(store, Change(outgoing=(line("a"),)))
    await save(store, Change(timeline=(event("quiet"),)))

    assert commits == [(NOW + timedelta(minutes=1), frozenset()), (None, {Carrier.SLACK})]


MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
FRAGMENTS = st.one_of(
    TEXT,
    st.builds(Who, name=TEXT, user=st.none() | TEXT, phone=st.none(), person=st.none() | TEXT),
    st.builds(Words, TEXT),
    st.builds(Strong, TEXT),
    st.builds(At, MOMENTS, st.booleans()),
    st.builds(Channel, TEXT, TEXT),
    st.builds(Link, TEXT, TEXT),
)
SENTENCES = st.lists(FRAGMENTS, max_size=5).map(tuple)
HEADERS = st.lists(st.tuples(st.sampled_from(["List-Unsubscribe", "List-Id"]), TEXT), max_size=2).map(tuple)
MAILS = st.builds(SendMail, to=TEXT, subject=TEXT, text=TEXT, headers=HEADERS, incident=st.none() | st.integers())
BUTTONS = st.lists(st.builds(Button, action=TEXT, label=TEXT, value=TEXT), max_size=2).map(tuple)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_every_effect_comes_back_as_it_went(data: st.DataObject) -> None:
    st.register_type_strategy(datetime, MOMENTS)
    st.register_type_strategy(SendMail, MAILS)
    kind = data.draw(st.sampled_from([*get_args(Effect)]))
    effect = data.draw(st.from_type(kind))
    sent = line("x", effect=effect)

    row = OutboxRow.model_validate({**outgoing_columns(sent, NOW)})

    assert outgoing_of(row) == sent


@given(SENTENCES, BUTTONS)
def test_whatever_is_said_comes_back_as_it_went(said: tuple[object, ...], buttons: tuple[Button, ...]) -> None:
    sent = line("x", effect=TellRoom(room=RoomKind.TRIAGE, said=said, buttons=buttons))  # type: ignore[arg-type]

    assert outgoing_of(OutboxRow.model_validate({**outgoing_columns(sent, NOW)})) == sent


def test_every_effect_says_what_it_leaves() -> None:
    assert set(LEAVES) == set(get_args(Effect))


def test_a_body_that_lacks_newer_fields_is_still_read() -> None:
    body = INCIDENT.write(incident()).replace('"reopened":0,', "")

    assert INCIDENT.read(body) == incident()
