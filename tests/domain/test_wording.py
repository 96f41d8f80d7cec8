"""Which template words an update, and what it may say: nothing that is not confirmed, nothing that nobody gave."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.impact import Impact
from bot.domain.incident import Status
from bot.domain.role import COMMANDER
from bot.domain.roles import assign
from bot.domain.update import Audience, Stage, UpdateForm
from bot.domain.wording import Wording, context, draft, impact_line, prefilled, stage_of, template_of, with_update
from tests.domain.lives import MAYA, NEW_YORK, NOW, an_incident

FORM = UpdateForm(status="mitigating", customers_see="Cards are declined", cause="A session fault", confirmed=True)
WORDING = Wording(now=NOW, zone=NEW_YORK, next_at=None, owner="Checkout")


@given(
    status=st.sampled_from(Status),
    cause=st.text(max_size=20),
    confirmed=st.booleans(),
    doing=st.text(max_size=20),
    estimate=st.text(max_size=20),
)
def test_identified_is_never_said_without_a_confirmed_cause(
    *, status: Status, cause: str, confirmed: bool, doing: str, estimate: str
) -> None:
    form = UpdateForm(
        status=status.value, customers_see="x", cause=cause, confirmed=confirmed, doing=doing, estimate=estimate
    )
    if stage_of(form) is Stage.IDENTIFIED:
        assert confirmed
        assert cause.strip()
    if not confirmed:
        assert context(an_incident(), form, WORDING)["cause"] == ""


@pytest.mark.parametrize(
    ("form", "stage"),
    [
        (replace(FORM, status="investigating"), Stage.INVESTIGATING),
        (replace(FORM, confirmed=False), Stage.INVESTIGATING),
        (replace(FORM, cause="  "), Stage.INVESTIGATING),
        (FORM, Stage.IDENTIFIED),
        (replace(FORM, status="monitoring"), Stage.MONITORING),
        (replace(FORM, status="resolved"), Stage.RESOLVED),
    ],
)
def test_the_stage_follows_what_is_known(form: UpdateForm, stage: Stage) -> None:
    assert stage_of(form) is stage


def test_each_audience_has_its_own_template_at_each_stage() -> None:
    assert template_of(Audience.PUBLIC, Stage.NOTHING_NEW) == "status_update/public/nothing_new.md.j2"


def test_the_context_names_who_leads_and_what_is_not_known_yet() -> None:
    facts = context(an_incident(), FORM, WORDING)
    assert (facts["commander"], facts["impact"], facts["war_room"]) == (
        "nobody yet",
        "not reported yet",
        "#inc-42-cards-are-declined",
    )
    led = context(assign(an_incident(), COMMANDER, MAYA, MAYA, NOW), FORM, WORDING)
    assert led["commander"] == "maya"


def test_first_words_leave_out_what_nobody_can_know_yet() -> None:
    facts = context(an_incident(), FORM, replace(WORDING, first=True))
    assert (facts["commander"], facts["impact"]) == ("", "")


def test_a_war_room_that_could_not_be_opened_is_not_pointed_to() -> None:
    incident = an_incident()
    broken = replace(incident, war_room=replace(incident.war_room, trouble="restricted"))
    assert context(broken, FORM, WORDING)["war_room"] == "could not be opened"


@pytest.mark.parametrize(
    ("impact", "line"),
    [
        (None, "not reported yet"),
        (Impact(at=NOW, by=MAYA), "not reported yet"),
        (
            Impact(at=NOW, by=MAYA, percent=32, customers=1240, scope="EU"),
            "about 32 %, at least 1,240 customers, EU",
        ),
        (Impact(at=NOW, by=MAYA, percent=0.5, words="mostly cards"), "about 0.5 %, mostly cards"),
    ],
)
def test_a_number_is_said_only_where_somebody_gave_one(impact: Impact | None, line: str) -> None:
    assert impact_line(impact) == line


def test_the_form_starts_from_what_the_owner_wrote_ahead_and_then_from_the_last_update() -> None:
    incident = an_incident()
    assert prefilled(incident).customers_see == "Some customers cannot complete a purchase"
    told = replace(draft(incident, Audience.PUBLIC, Stage.IDENTIFIED, "Words", FORM, NOW), handed_out_at=NOW)
    unpublished = replace(told, number=2, form=replace(FORM, doing="never said"), handed_out_at=None)
    form = prefilled(with_update(with_update(incident, told), unpublished))
    assert (form.cause, form.confirmed, form.doing) == ("A session fault", True, "")


def test_the_form_starts_with_the_status_and_since_as_they_are_and_no_old_promise() -> None:
    old = replace(FORM, status="investigating", next_at=NOW, since=None)
    form = prefilled(an_incident(draft=old, status=Status.MONITORING))
    assert (form.status, form.since, form.next_at) == ("monitoring", NOW, None)


def test_a_number_is_never_given_twice_even_when_its_draft_was_dropped() -> None:
    incident = an_incident()
    first = draft(incident, Audience.PUBLIC, Stage.INVESTIGATING, "Words", FORM, NOW)
    dropped = replace(with_update(incident, first), updates=())
    assert draft(dropped, Audience.PUBLIC, Stage.INVESTIGATING, "Other words", FORM, NOW).number == first.number + 1
