"""Every form and Home: labels to the letter, a default in every menu, and that Slack takes them whatever was typed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from slack_sdk.models.views import View

from bot.domain.directory import Directory
from bot.domain.impact import Impact
from bot.domain.journey import Journey, Service
from bot.domain.prose import Words
from bot.domain.severity import BUILT_IN
from bot.domain.team import AddedRole, Person, Team
from bot.domain.update import Audience, BoundFor, Stage, StatusUpdate, UpdateForm
from bot.slack.ids import Block as BlockId
from bot.slack.meta import Meta, read_meta
from bot.slack.views.calling import hand_over_form, page_someone_form, target_groups
from bot.slack.views.changes import do_anyway_form, notice, reopen_form, resolve_form, severity_form, status_form
from bot.slack.views.declare import DeclareDraft, declare_form, journey_choices, service_choices
from bot.slack.views.home import home
from bot.slack.views.inputs import matching
from bot.slack.views.lists import OnCallRow
from bot.slack.views.record import action_form, decide_form, impact_form, log_form
from bot.slack.views.roles import give_role_form, roles_modal
from bot.slack.views.update import no_change_preview, preview, summary_form, update_form
from tests.size import examples
from tests.slack.views.samples import (
    MAYA,
    SAM,
    T0,
    a_page,
    a_resolved_incident,
    an_incident,
    checked_view,
    hostile,
    labels_of,
    minutes,
    objects_in,
)

NIGHT = datetime(2026, 11, 20, 2, 17, tzinfo=UTC)
DAY = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
META = Meta(incident=42)


def a_directory(text: str = "Checkout", journeys: int = 1) -> Directory:
    checkout = Journey(
        id="checkout", name=text, pain=text, customers_see=text, owner="maya", severity="SEV1", services=("api",)
    )
    others = {
        f"j{number}": replace(checkout, id=f"j{number}", name=f"Journey {number}") for number in range(journeys - 1)
    }
    return Directory(
        people={"maya": Person(id="maya", name=text or "Maya", email="maya@acme.test")},
        teams={"auth": Team(id="auth", name=text, members=("maya",)), "ops": Team(id="ops", name="Ops")},
        services={"api": Service(id="api", name=text, team="auth")},
        journeys={"checkout": checkout, **others},
    )


def labels(view: View) -> list[str]:
    return [each["label"]["text"] for each in view.to_dict()["blocks"] if each["type"] == "input"]


def block(view: View, block_id: str) -> dict[str, object]:
    [found] = [each for each in view.to_dict()["blocks"] if str(each.get("block_id", "")).startswith(block_id)]
    return found  # type: ignore[no-any-return]


def initial(view: View, block_id: str) -> str:
    element = block(view, block_id)["element"]
    return next(str(each["initial_option"]["value"]) for each in objects_in(element) if "initial_option" in each)


def test_declaring_asks_for_six_things_of_which_one_is_needed() -> None:
    view = declare_form(a_directory(), DeclareDraft(journey="checkout"), (), NIGHT, Meta(channel="C1"))
    checked_view(view)
    assert labels(view) == [
        "Journey",
        "Severity",
        "What is happening",
        "Since",
        "Which system looks broken",
        "Private",
    ]
    assert read_meta(str(view.private_metadata)).channel == "C1"
    assert block(view, BlockId.WORDS)["optional"] is True


def test_under_the_severity_stands_what_will_happen() -> None:
    said = checked_view(declare_form(a_directory(), DeclareDraft(journey="checkout"), (), NIGHT, META))
    assert "*SEV1*: Major customer-facing outage" in said
    assert "*Paged*: Checkout (Checkout's owner), at once" in said
    assert "*Invited*: you, whoever is paged, role holders" in said
    assert "*First public word*: due 15 min after the declaration (<!date^" in said


def test_the_severity_starts_again_at_each_journeys_own() -> None:
    view = declare_form(a_directory(), DeclareDraft(journey="checkout"), (), NIGHT, META)
    assert initial(view, "severity:checkout") == "SEV1"
    chosen = declare_form(a_directory(), DeclareDraft(journey="checkout", severity="SEV3"), (), NIGHT, META)
    assert initial(chosen, "severity:checkout") == "SEV3"
    assert initial(declare_form(a_directory(), DeclareDraft(), (), NIGHT, META), "severity:*") == "SEV2"


def test_a_page_that_waits_for_morning_is_announced_before_it_waits() -> None:
    draft = DeclareDraft(journey="checkout", severity="SEV3")
    assert ", held until <!date^" in checked_view(declare_form(a_directory(), draft, (), NIGHT, META))
    assert ", at once" in checked_view(declare_form(a_directory(), draft, (), DAY, META))
    mild = checked_view(declare_form(a_directory(), DeclareDraft(severity="SEV4"), (), DAY, META))
    assert "*Paged*: nobody; a line in the triage channel, with Raise" in mild


def test_open_incidents_on_the_journey_come_first_and_can_be_joined() -> None:
    view = declare_form(a_directory(), DeclareDraft(journey="checkout"), (an_incident(),), NIGHT, META)
    said = checked_view(view)
    assert said.index("An incident is open on this journey") < said.index("Journey\n")
    assert labels_of(view) == ["Join"]


def test_more_than_a_hundred_journeys_are_looked_for() -> None:
    directory = a_directory(journeys=150)
    view = declare_form(directory, DeclareDraft(journey="j120"), (), NIGHT, META)
    checked_view(view)
    element = block(view, BlockId.JOURNEY)["element"]
    assert isinstance(element, dict)
    assert element["type"] == "external_select"
    assert element["initial_option"]["value"] == "j120"
    assert [each.label for each in journey_choices(directory, "journey 149")] == ["Something else / not sure"]
    assert journey_choices(directory, "journey 148")[0].value == "j148"
    assert len(service_choices(directory, "checkout")) == 2


def test_the_update_form_has_the_contracts_labels_and_defaults() -> None:
    form = UpdateForm(status="mitigating", customers_see="Cards are declined")
    view = update_form(an_incident(), form, T0)
    checked_view(view)
    assert labels(view) == [
        "Status",
        "What customers see",
        "Who is affected",
        "Since",
        "Cause, in customers' words",
        "Confirmed",
        "What we are doing",
        "Estimate",
        "Next update",
        "Next update at",
        "Postmortem within",
    ]
    assert initial(view, BlockId.STATUS) == "mitigating"


def test_the_usual_interval_stands_chosen_and_a_time_of_ones_own_survives() -> None:
    form = UpdateForm(status="investigating", customers_see="x")
    elements = [
        update_form(an_incident(), form, T0),
        update_form(an_incident(), form, T0, every=timedelta(hours=4)),
        update_form(an_incident(), replace(form, next_at=T0 + minutes(20)), T0),
    ]
    chosen = []
    for view in elements:
        [menu] = [each for each in view.to_dict()["blocks"] if each.get("block_id") == BlockId.NEXT_UPDATE]
        chosen.append(menu["element"]["initial_option"]["value"])
    assert chosen == ["30", "240", "at"]


def drafts(text: str) -> tuple[StatusUpdate, ...]:
    form = UpdateForm(status="investigating", customers_see=text)
    return tuple(
        StatusUpdate(
            number=number,
            audience=audience,
            stage=Stage.INVESTIGATING,
            text=text,
            form=form,
            by=SAM,
            drafted_at=T0,
            next_at=T0,
        )
        for number, audience in ((4, Audience.PUBLIC), (5, Audience.INTERNAL))
    )


def test_the_preview_names_the_stage_of_the_public_wording_only() -> None:
    said = checked_view(preview(an_incident(), drafts("Words"), ()))
    assert "*Public* · investigating" in said
    assert "*Internal (the stakeholder channel)* · next word by" in said


@pytest.mark.parametrize("where", BoundFor)
def test_the_preview_says_where_one_press_takes_public_text(where: BoundFor) -> None:
    public, internal = drafts("Words")
    said = checked_view(preview(an_incident(), (replace(public, bound_for=where), internal), ()))
    assert said.count("Publish puts it on") == (1 if where else 0)
    assert f"Publish puts it on {where} at once" in said or not where


def test_the_preview_shows_both_texts_word_for_word_and_carries_their_numbers() -> None:
    view = preview(an_incident(), drafts("Some *customers* <see> & wait"), ((Words("probably"), " is a guess"),))
    said = checked_view(view)
    assert said.count("Some *customers* <see> & wait") == 2
    assert "• probably is a guess" in said
    assert read_meta(str(view.private_metadata)).updates == (4, 5)
    assert "Publish" in said


def test_words_made_anew_say_why_they_are_shown_again() -> None:
    for view in (preview, no_change_preview):
        assert "Nothing was published yet" in checked_view(view(an_incident(), drafts("Words"), anew=True))
        assert "Nothing was published" not in checked_view(view(an_incident(), drafts("Words")))


def test_where_nobody_is_promised_a_word_there_is_nothing_to_publish() -> None:
    view = preview(an_incident(), ())
    assert "there is nothing to publish" in checked_view(view)
    assert "submit" not in view.to_dict()


def test_resolving_asks_for_a_reason_only_where_something_is_open() -> None:
    assert labels(resolve_form(an_incident(), "Rolled back", ())) == ["Summary"]
    view = resolve_form(an_incident(), "Rolled back", (("No commander",), ("2 alerts fire",)))
    assert "*Still open*\n• No commander\n• 2 alerts fire" in checked_view(view)
    needed = {each["label"]["text"]: not each["optional"] for each in view.to_dict()["blocks"] if "label" in each}
    assert needed == {"Reason": True, "Summary": False}


def test_doing_it_anyway_keeps_what_was_to_be_done() -> None:
    meta = Meta(incident=42, act="severity", words="SEV3")
    view = do_anyway_form(("Only responders may.",), meta)
    assert labels(view) == ["Reason"]
    assert read_meta(str(view.private_metadata)) == meta


def test_the_team_that_may_be_needed_stands_chosen() -> None:
    incident = an_incident(brief=replace(an_incident().brief, may_need=("Ops (queue)",)))
    view = page_someone_form(a_directory(), incident)
    checked_view(view)
    assert initial(view, BlockId.TARGET) == "team:ops"
    assert [name for name, _ in target_groups(a_directory(), "maya")] == ["Teams", "Journeys' owners", "People"]
    assert [len(found) for _, found in target_groups(a_directory("Checkout"), "ops")] == [1, 0, 0]


def test_handing_over_says_with_whom_it_stays() -> None:
    view = hand_over_form(a_page(), an_incident(), suggested="ULEON")
    assert "it stays with you until they acknowledge. The escalation goes on meanwhile." in checked_view(view)
    assert read_meta(str(view.private_metadata)) == Meta(incident=42, page=7, epoch=3)


def test_home_shows_my_pages_the_open_incidents_and_who_is_on_call() -> None:
    row = OnCallRow(team="Checkout", rotation="primary", now=MAYA)
    view = home(((a_page(), an_incident()),), (an_incident(),), (row,))
    assert "*Checkout primary*: <@UMAYA>" in checked_view(view)
    assert labels_of(view) == ["Declare an incident", "Internal status page", "Acknowledge", "Show", "Follow"]
    assert "No page waits for you." in checked_view(home((), (), ()))


def test_a_crowded_home_stays_within_its_blocks() -> None:
    incidents = [an_incident(number=number) for number in range(300)]
    pages = [(a_page(id=number), an_incident(number=number)) for number in range(50)]
    rows = [OnCallRow(team=f"T{number}", rotation="primary", now=MAYA) for number in range(200)]
    assert "And 260 more." in checked_view(home(pages, incidents, rows))


def test_a_menu_offers_what_matches_all_words() -> None:
    found = matching(journey_choices(a_directory("Checkout", 5)), "journey 3")
    assert [each.value for each in found] == ["j3"]


EVERY: tuple[Callable[[str], View], ...] = (
    lambda text: declare_form(
        a_directory(text), DeclareDraft(journey="checkout", words=text), (an_incident(text),), NIGHT, META
    ),
    lambda text: declare_form(Directory(), DeclareDraft(journey=text, severity=text, service=text), (), DAY, META),
    lambda text: update_form(
        an_incident(text),
        UpdateForm(
            status=text, customers_see=text, affected=text, cause=text, doing=text, estimate=text, confirmed=True
        ),
        T0,
    ),
    lambda text: preview(an_incident(text), drafts(text * 5), ((Words(text),),)),
    lambda text: no_change_preview(an_incident(text), drafts(text), ((Words(text),),) * 20),
    lambda text: summary_form(an_incident(text), text),
    lambda text: decide_form(an_incident(text), words=text, link=text),
    lambda text: log_form(an_incident(text), T0, words=text),
    lambda text: action_form(an_incident(text), words=text, owner="UMAYA", due=T0),
    lambda text: impact_form(an_incident(text)),
    lambda text: impact_form(an_incident(impact=()), Impact(at=T0, by=SAM, percent=1e-9, words=text)),
    lambda text: severity_form(an_incident(text), BUILT_IN, why=text),
    lambda text: status_form(an_incident(text), why=text),
    lambda text: resolve_form(an_incident(text), text, ((Words(text),),)),
    lambda text: reopen_form(a_resolved_incident(text), why=text),
    lambda text: do_anyway_form((Words(text),), Meta(words=text)),
    lambda text: notice(text, (Words(text),), (text,)),
    lambda text: page_someone_form(a_directory(text), an_incident(text), why=text),
    lambda text: page_someone_form(Directory(), an_incident(text)),
    lambda text: hand_over_form(a_page(target=text), an_incident(text)),
    lambda text: roles_modal(an_incident(text), (AddedRole(id="x", name=text),)),
    lambda text: give_role_form(an_incident(text), "x", (AddedRole(id="x", name=text),)),
    lambda text: home(
        ((a_page(), an_incident(text)),), (an_incident(text),), (OnCallRow(team=text, rotation=text, now=MAYA),)
    ),
)


@pytest.mark.parametrize("form", EVERY)
@settings(deadline=None, max_examples=examples(40))
@given(text=hostile)
def test_whatever_was_typed_slack_takes_it(form: Callable[[str], View], text: str) -> None:
    view = form(text)
    checked_view(view)
    for each in objects_in(view.to_dict()):
        if each.get("type") == "static_select":
            assert "initial_option" in each, "every menu has a default"
