"""Public text on its way to Statuspage: what is sent, when the promise is kept, and what is left to people."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import clock, clock_keeping, to_statuspage
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.effects import Card, Receipt, RefreshCard, Refused, Sent, ShowCard, TellPerson, TellRoom
from bot.domain.incident import Incident, Status
from bot.domain.public_incident import public_incident
from bot.domain.publishing import Publication, posted, publish
from bot.domain.role import COMMS
from bot.domain.roles import assign
from bot.domain.severity import BUILT_IN_BY_NAME
from bot.domain.statuspage import PostToStatuspage, StatuspageConnection, StatuspageIncident
from bot.domain.update import Audience, Clock, OnStatuspage, Stage, UpdateForm
from bot.domain.wording import draft, with_update
from tests.domain.lives import DIRECTORY, LEON, MAYA, NOW, SAM, an_incident, said

MINUTE = timedelta(minutes=1)
PUBLIC = Audience.PUBLIC
PAGE = StatuspageConnection(page="kctbh9vrtdwd")
CONNECTED = replace(DIRECTORY, workspace=replace(DIRECTORY.workspace, statuspage=PAGE))
FORM = UpdateForm(status="investigating", customers_see="cards are declined", next_at=NOW + 30 * MINUTE)
SENT = Sent(channel="kctbh9vrtdwd", ts="remote1", facts=(("link", "https://stspg.io/remote1"),))
NO = Refused(error="403", remedy="It answered 403.")
STANDING = StatuspageIncident(page="kctbh9vrtdwd", id="remote1", link="", marker="m")


def saved(change: Change) -> Incident:
    assert change.incident is not None
    return change.incident


def running(severity: str = "SEV1", **more: object) -> Incident:
    incident = an_incident(severity=severity, **more)
    return saved(clock.start(incident, BUILT_IN_BY_NAME[severity], NOW, (PUBLIC,)))


def promise(incident: Incident) -> Clock:
    found = incident.clock(PUBLIC)
    assert found is not None
    return found


def published(incident: Incident, stage: Stage = Stage.INVESTIGATING, minutes: float = 5, **more: object) -> Change:
    made = replace(draft(incident, PUBLIC, stage, "Cards are declined.", FORM, NOW + minutes * MINUTE), by=MAYA)
    given = Publication(by=MAYA, now=NOW + minutes * MINUTE, statuspage=PAGE, component="ftgks51sfs2d")
    return publish(with_update(incident, made), (made,), replace(given, **more))  # type: ignore[arg-type]


def effect_of(change: Change) -> PostToStatuspage:
    return next(row.effect for row in change.outgoing if isinstance(row.effect, PostToStatuspage))


def answered(change: Change, receipt: Receipt, minutes: float = 6) -> Change:
    return to_statuspage.answered(saved(change), effect_of(change), receipt, NOW + minutes * MINUTE)


@pytest.mark.parametrize(
    ("severity", "stage", "impact", "component"),
    [
        ("SEV1", Stage.INVESTIGATING, "critical", "major_outage"),
        ("SEV2", Stage.IDENTIFIED, "major", "partial_outage"),
        ("SEV3", Stage.INVESTIGATING, "minor", "degraded_performance"),
        ("SEV1", Stage.MONITORING, "critical", "degraded_performance"),
        ("SEV1", Stage.RESOLVED, "critical", "operational"),
    ],
)
def test_how_bad_it_looks_follows_severity_and_stage(severity: str, stage: Stage, impact: str, component: str) -> None:
    effect = effect_of(published(an_incident(severity=severity), stage))
    assert (effect.status, effect.impact, effect.component_status) == (stage, impact, component)
    assert (effect.name, effect.text) == ("Cards are declined", "Cards are declined.")


def test_nothing_new_stays_where_things_stood() -> None:
    first = published(running(), Stage.IDENTIFIED)
    assert effect_of(published(saved(answered(first, SENT)), Stage.NOTHING_NEW)).status is Stage.IDENTIFIED
    assert effect_of(published(running(), Stage.NOTHING_NEW)).status is Stage.INVESTIGATING


def test_the_promise_is_kept_when_it_is_accepted_and_not_before() -> None:
    change = published(running())
    assert promise(saved(change)) == promise(running())
    assert saved(change).last_update(PUBLIC) is None
    assert [row.effect.key for row in change.outgoing if isinstance(row.effect, ShowCard)] == ["1"]
    told = saved(answered(change, SENT))
    assert (promise(told).kept, promise(told).due_at) == (1, FORM.next_at)
    assert told.statuspage is not None
    assert told.statuspage.link == "https://stspg.io/remote1"
    assert told.updates[0].published_at == NOW + 6 * MINUTE


def test_what_it_refuses_goes_to_the_comms_lead_who_posts_it_by_hand() -> None:
    change = published(assign(running(), COMMS, LEON, LEON, NOW))
    refused = answered(change, NO)
    (told,) = [row.effect for row in refused.outgoing if isinstance(row.effect, TellPerson)]
    assert told.who == LEON
    assert [button.value for button in told.buttons] == ["42:1"]
    assert "INC-42: Statuspage did not take the public text. It answered 403." in said(told.said)
    assert Card.COPY_BLOCK in [row.effect.card for row in refused.outgoing if isinstance(row.effect, RefreshCard)]
    assert promise(saved(refused)) == promise(running())
    by_hand = posted(saved(refused), 1, Publication(by=LEON, now=NOW + 9 * MINUTE))
    assert promise(saved(by_hand)).kept == 1
    assert to_statuspage.connection_for(CONNECTED, saved(by_hand)) is None, "somebody opened one that is not known here"
    reopened = replace(saved(by_hand), times=replace(saved(by_hand).times, reopened=NOW + 20 * MINUTE))
    assert to_statuspage.connection_for(CONNECTED, reopened) == PAGE


def test_without_comms_and_commander_the_declarer_and_the_war_room_hear_of_a_refusal() -> None:
    refused = answered(published(running()), NO)
    assert [row.effect.who for row in refused.outgoing if isinstance(row.effect, TellPerson)] == [SAM]
    assert [len(row.effect.buttons) for row in refused.outgoing if isinstance(row.effect, TellRoom)] == [1]


def test_newer_text_replaces_what_has_not_got_through() -> None:
    first = published(running())
    second = published(saved(first), Stage.MONITORING, 8)
    assert second.withdraw == ("inc:42:statuspage:1",)
    late = to_statuspage.answered(saved(second), effect_of(first), SENT, NOW + 9 * MINUTE)
    assert promise(saved(late)) == promise(running()), "it went after all, and the newer one keeps the promise"
    refused = to_statuspage.answered(saved(second), effect_of(first), NO, NOW + 9 * MINUTE)
    assert not [row for row in refused.outgoing if isinstance(row.effect, TellPerson | TellRoom)]


def test_while_it_is_tried_again_the_reminder_says_so_and_posting_by_hand_ends_it() -> None:
    waiting = assign(saved(published(running())), COMMS, LEON, LEON, NOW)
    timer = Timer(
        id="t", kind=TimerKind.CLOCK_SOON, due_at=NOW, incident=42, fence=promise(waiting).round, about="public"
    )
    reminded = clock_keeping.soon(waiting, timer, NOW + 10 * MINUTE)
    (told,) = [row.effect for row in reminded.outgoing if isinstance(row.effect, TellPerson)]
    assert "Statuspage has not accepted the public text yet" in said(told.said)
    assert "I posted it" in [button.label for button in told.buttons]
    by_hand = posted(waiting, 1, Publication(by=LEON, now=NOW + 11 * MINUTE))
    assert by_hand.withdraw == ("inc:42:statuspage:1",)
    landed = to_statuspage.answered(saved(by_hand), effect_of(published(running())), SENT, NOW + 12 * MINUTE)
    assert saved(landed).updates[0].published_at == NOW + 11 * MINUTE
    assert promise(saved(landed)).kept == 1


def test_a_private_incident_or_one_without_a_page_is_not_connected() -> None:
    assert to_statuspage.connection_for(CONNECTED, an_incident()) == PAGE
    assert to_statuspage.connection_for(CONNECTED, an_incident(private=True)) is None
    assert to_statuspage.connection_for(DIRECTORY, an_incident()) is None
    private = published(running(private=True))
    assert not [row for row in private.outgoing if isinstance(row.effect, PostToStatuspage)]
    assert saved(private).updates[0].statuspage is None


def test_the_site_has_it_at_once_and_the_promise_waits_for_statuspage() -> None:
    change = published(running(), to_site=True)
    seen = public_incident(saved(change))
    assert seen is not None
    assert seen.updates[0].at == NOW + 5 * MINUTE
    assert promise(saved(change)).kept == 0
    by_hand = published(running(), to_site=True, statuspage=None, by_hand=True)
    assert public_incident(saved(by_hand)) is not None
    assert saved(by_hand).updates[0].published_at is None, "somebody posts it on the other page"


def test_text_posted_by_hand_on_a_known_incident_leaves_the_next_to_tocsin() -> None:
    incident = replace(running(), statuspage=STANDING, status=Status.MONITORING)
    refused = saved(answered(published(incident, Stage.RESOLVED), NO))
    by_hand = saved(posted(refused, 1, Publication(by=MAYA, now=NOW + 9 * MINUTE)))
    assert by_hand.statuspage == replace(STANDING, over=True), "whoever posted it has resolved it there"
    assert by_hand.updates[0].statuspage is OnStatuspage.REFUSED
    first = saved(posted(saved(answered(published(incident), NO)), 1, Publication(by=MAYA, now=NOW + 9 * MINUTE)))
    assert to_statuspage.connection_for(CONNECTED, first) == PAGE


def test_a_refusal_never_makes_it_forget_what_stands_there() -> None:
    gone = Refused(error="404", remedy="It answered 404.")
    refused = saved(answered(published(replace(running(), statuspage=STANDING)), gone))
    assert refused.statuspage == STANDING, "it may be the key that cannot see it: a second one would be public"
