"""Every other message: what its reader learns, which buttons it has, and that Slack takes it whatever was typed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from bot.domain.alert import AlertStatus
from bot.domain.incident import Incident, Room, RoomKind, Status
from bot.domain.page import AskState, PageState
from bot.domain.prose import Button, Words
from bot.domain.role import COMMANDER, COMMS, Term
from bot.domain.statuspage import StatuspageIncident
from bot.domain.team import AddedRole
from bot.domain.update import Audience, OnStatuspage, Stage, StatusUpdate, UpdateForm
from bot.slack.ids import Action
from bot.slack.meta import read_about
from bot.slack.views.after import postmortem, review
from bot.slack.views.announce import announce_card, triage_card, unmatched_alert
from bot.slack.views.declared import declared
from bot.slack.views.lines import answer, posted, refused, told
from bot.slack.views.lists import OnCallRow, help_here, on_call, open_list, show
from bot.slack.views.parts import Message
from bot.slack.views.public_words import copy_block, first_word
from bot.slack.views.roles import duties, guide, roles_panel
from bot.slack.views.stakeholders import stakeholder_card
from bot.slack.views.war_room import war_room_card
from tests.size import examples
from tests.slack.views.samples import (
    LEON,
    MAYA,
    SAM,
    T0,
    a_page,
    a_resolved_incident,
    alerts_of,
    an_alert,
    an_ask,
    an_incident,
    checked,
    hostile,
    labels_of,
    minutes,
    objects_in,
)


def a_draft(text: str, audience: Audience = Audience.PUBLIC, number: int = 1, **more: object) -> StatusUpdate:
    given_fields: dict[str, object] = {
        "number": number,
        "audience": audience,
        "stage": Stage.INVESTIGATING,
        "text": text,
        "form": UpdateForm(status="investigating", customers_see=text),
        "by": None,
        "drafted_at": T0,
    }
    return StatusUpdate(**{**given_fields, **more})  # type: ignore[arg-type]


def test_stakeholders_read_plain_words_and_what_to_tell_customers() -> None:
    message = stakeholder_card(an_incident("We are looking into it"), (a_page(PageState.ACKNOWLEDGED),))
    said = checked(message)
    assert "*What customers cannot do*: Customers cannot place orders" in said
    assert "*Tell customers*: \nWe are looking into it" in said
    assert "*Owner*: <@UMAYA>\n" in said
    assert "*Next update*: public <!date^" in said
    assert "War room <#CROOM> · <https://meet.acme.test/war-room|Bridge>" in said
    assert labels_of(message) == ["Ask", "Report a customer", "Follow", "All open incidents"]


def test_stakeholders_read_that_nothing_was_published_yet() -> None:
    assert "nothing has been published yet" in checked(stakeholder_card(an_incident(updates=()), ()))


def test_stakeholders_read_who_is_being_asked_and_not_everyone_who_was() -> None:
    page = a_page(PageState.RUNNING, an_ask(AskState.MISSED), an_ask(tier=1, who=LEON))
    said = checked(stakeholder_card(an_incident(), (page,)))
    assert "*Owner*: <@ULEON>, paged and not acknowledged yet\n" in said


def test_every_card_says_when_nobody_has_answered() -> None:
    pages = (a_page(PageState.EXHAUSTED, an_ask(AskState.MISSED)),)
    for card in (stakeholder_card, announce_card, declared):
        assert "*NOBODY HAS ANSWERED*" in checked(card(an_incident(), pages))


def test_whom_to_call_is_said_once() -> None:
    pages = (a_page(PageState.EXHAUSTED, an_ask(AskState.MISSED)), a_page(PageState.EXHAUSTED, id=8, target="Auth"))
    for card in (war_room_card, declared):
        message = card(an_incident(), pages[:1])
        checked(message)
        assert message.text.count("+1 555 0100") == 1
        assert "impact owner: nobody has answered" in message.text
        assert card(an_incident(), pages).text.count("+1 555 0100") == 2, "the alarm lists the first page's people only"


def test_the_severity_is_said_once() -> None:
    for said in (announce_card(an_incident(), ()), triage_card(an_incident()), open_list([an_incident()])):
        checked(said)
        assert said.text.count("SEV1") == 1
        assert "Investigating since <!date^" in said.text


def test_every_card_turns_resolved() -> None:
    incident = a_resolved_incident("Rolled back")
    for card in (stakeholder_card, announce_card, declared):
        assert "*RESOLVED* · <!date^" in checked(card(incident, (a_page(PageState.STOPPED),)))


def test_the_triage_line_can_be_raised_until_it_is_resolved() -> None:
    assert labels_of(triage_card(an_incident())) == ["Raise", "Resolve"]
    assert labels_of(triage_card(a_resolved_incident())) == []


def test_an_alert_that_pages_nobody_says_why_and_can_be_declared() -> None:
    message = unmatched_alert(an_alert(), "none of 2 rules matches")
    assert "*Why nobody*: none of 2 rules matches" in checked(message)
    assert labels_of(message) == ["Declare"]
    assert labels_of(unmatched_alert(an_alert(status=AlertStatus.RESOLVED), "x")) == []


def test_the_declarer_reads_who_was_paged_and_who_may_not_hear_it() -> None:
    page = a_page(PageState.RUNNING, an_ask(muted=True))
    said = checked(declared(an_incident(), (page,), (an_incident(number=40),)))
    assert "*Paged*: impact owner: waiting for <@UMAYA>" in said
    assert "<@UMAYA> may not hear this: call +1 555 0100" in said
    assert "*Also open on this journey*: INC-40 (investigating)" in said


def test_the_declarer_reads_the_truth_about_rooms_and_owners() -> None:
    room = Room(kind=RoomKind.WAR_ROOM, name="inc-42", trouble="the workspace forbids it; ask an admin")
    brief = replace(an_incident().brief, owned=False)
    said = checked(declared(an_incident(war_room=room, brief=brief), ()))
    assert "#inc-42 could not be had: the workspace forbids it; ask an admin" in said
    assert "*No owner for this pain*" in said
    assert "nobody; this severity pages nobody" in said


def test_a_held_page_can_be_sent_now_by_the_declarer() -> None:
    message = declared(an_incident(), (a_page(PageState.HELD, next_due=T0 + timedelta(hours=7)),))
    assert "held until <!date^" in checked(message)
    assert labels_of(message) == ["Page now"]


def test_a_private_declaration_shows_the_lock_screen_only_its_number() -> None:
    assert declared(an_incident("Breach", private=True), ()).text == "Private incident INC-42"
    assert guide(an_incident("Breach", private=True), COMMANDER).text == "Private incident INC-42"


def test_the_roles_panel_offers_what_is_empty_and_hands_over_what_is_held() -> None:
    message = roles_panel(an_incident(), (AddedRole(id="legal", name="Legal"),))
    said = checked(message)
    assert "*Commander*: <@UMAYA> since <!date^" in said
    assert labels_of(message) == ["Hand over", "Take", "Take", "Take"]
    values = [each["value"] for each in objects_in(message.payload()) if each.get("type") == "button"]
    assert [read_about(value) for value in values] == [(42, COMMANDER), (42, COMMS), (42, "scribe"), (42, "legal")]


def test_the_panel_remembers_who_held_a_role_before() -> None:
    before = Term(role=COMMANDER, who=LEON, since=T0, until=T0 + minutes(5))
    said = checked(roles_panel(an_incident(terms=(before, Term(role=COMMANDER, who=MAYA, since=T0 + minutes(5))))))
    assert "· before: <@ULEON>" in said


def test_the_commanders_five_lines_tick_themselves_from_the_record() -> None:
    bare = an_incident(impact=(), updates=(), decisions=())
    assert [duty.done for duty in duties(bare)] == [False] * 5
    update = a_draft("x", Audience.INTERNAL, by=SAM, published_at=T0 + minutes(1))
    full = an_incident(updates=(update,), status=Status.MITIGATING, decisions=(), logged=1)
    assert [duty.done for duty in duties(full)] == [True] * 5
    said = checked(guide(bare, COMMANDER))
    assert "☐ affected users and segments (to do)\n☐ revenue at risk (to do)\n" in said


def test_an_added_role_has_the_directorys_guide() -> None:
    said = checked(guide(an_incident(), "legal", (AddedRole(id="legal", name="Legal", guide="Keep counsel."),)))
    assert "*You are Legal of INC-42*" in said
    assert "Keep counsel." in said
    assert "open:" not in said


def test_a_private_incidents_commander_can_start_the_public_clock() -> None:
    assert labels_of(guide(an_incident(private=True, clocks=()), COMMANDER)) == ["Start the public clock"]


def test_the_first_word_is_a_look_and_one_tap() -> None:
    message = first_word(an_incident(updates=(a_draft("We are looking into it"), a_draft("b", Audience.INTERNAL, 2))))
    said = checked(message)
    assert "We are looking into it" in message.text
    assert "customers hear by <!date^" in said
    assert labels_of(message) == ["Publish", "Edit", "Holding statement"]


def test_once_it_is_out_the_first_word_says_so() -> None:
    message = first_word(an_incident())
    assert "The first word about INC-42 is out at <!date^" in checked(message)
    assert labels_of(message) == []


def test_public_text_is_copied_from_a_block_that_nothing_can_change() -> None:
    text = "Some customers *cannot* pay <now> & later"
    message = copy_block(an_incident(updates=(a_draft(text, handed_out_at=T0),)), 1)
    assert "copy it to <https://status.acme.test|the status page>" in checked(message)
    [block] = [each for each in objects_in(message.payload()) if each.get("type") == "rich_text"]
    assert block["elements"][0]["elements"][0]["text"] == text
    assert labels_of(message) == ["I posted it"]


def test_a_later_text_takes_the_button_away_from_an_earlier_one() -> None:
    updates = (a_draft("a", handed_out_at=T0), a_draft("b", number=2, handed_out_at=T0))
    message = copy_block(an_incident(updates=updates), 1)
    assert "a later text replaces this one; do not post it" in checked(message)
    assert labels_of(message) == []


@pytest.mark.parametrize(
    ("more", "says", "labels"),
    [
        ({"statuspage": OnStatuspage.SENT}, ": on its way to Statuspage; the public clock stops when", []),
        (
            {"statuspage": OnStatuspage.ACCEPTED, "published_at": T0},
            ": published on <https://status.acme.test/1|Statuspage> at",
            [],
        ),
        (
            {"statuspage": OnStatuspage.REFUSED, "refusal": "It answered 422: <b>."},
            ". Statuspage did not take it: It answered 422: &lt;b&gt;. Please copy it to",
            ["I posted it"],
        ),
        ({"statuspage": OnStatuspage.SENT, "published_at": T0, "by_hand": True, "by": MAYA}, ": posted by", []),
    ],
)
def test_the_block_says_how_far_public_text_has_come_on_statuspage(
    more: dict[str, object], says: str, labels: list[str]
) -> None:
    there = StatuspageIncident(page="p", id="1", link="https://status.acme.test/1", marker="m")
    update = replace(a_draft("We are at work.", handed_out_at=T0), **more)  # type: ignore[arg-type]
    incident = an_incident(updates=(update,), statuspage=there)
    message = copy_block(incident, 1)
    assert says in checked(message).replace("*", "")
    assert labels_of(message) == labels
    assert "<https://status.acme.test/1|Public incident>" in checked(stakeholder_card(incident, ()))


def test_why_the_next_text_is_for_copying_too_once_one_was_posted_by_hand() -> None:
    first = a_draft("a", handed_out_at=T0, published_at=T0, by_hand=True, refusal="It answered 403.")
    message = copy_block(an_incident(updates=(first, a_draft("b", number=2, handed_out_at=T0))), 2)
    assert "An earlier text was posted by hand, so that Tocsin does not know the incident there" in checked(message)


def test_the_review_asks_three_questions_and_keeps_the_answers() -> None:
    message = review(an_incident())
    assert labels_of(message) == ["Yes", "No"] * 3
    answered = review(an_incident(review=("yes", "", "")))
    assert "Did the page reach the right person? *yes*" in checked(answered)
    assert labels_of(answered) == ["Yes", "No"] * 2


def test_a_long_postmortem_is_cut_and_says_so() -> None:
    said = checked(postmortem(an_incident(postmortem="word " * 10_000, postmortem_due=T0)))
    assert "The draft goes on beyond what Slack shows in one message." in said


def test_published_text_ends_with_the_next_time() -> None:
    message = posted("INC-42 · Update", "All < is & well", T0)
    assert message.text.startswith("*INC-42 · Update*\nAll &lt; is &amp; well\nNext update: <!date^")
    assert checked(message).endswith("02:17 UTC>")


def test_a_line_has_the_buttons_its_service_named() -> None:
    buttons = (
        Button(action=Action.UPDATE, label="Update", value="42", style="primary"),
        Button(action=Action.NO_CHANGE, label="No change", value="42:public"),
        Button(action=Action.NO_CHANGE, label="No change inside", value="42:internal", style="primary"),
    )
    message = told(("Due at ", Words("<!here>")), buttons)
    assert "Due at &lt;!here&gt;" in checked(message)
    assert labels_of(message) == ["Update", "No change", "No change inside"]


def test_a_refusal_always_says_something() -> None:
    assert checked(refused(())).startswith("That could not be done.")


def test_a_long_answer_keeps_all_its_lines() -> None:
    message = answer("Why", [(f"line {number} ", Words("x" * 200)) for number in range(80)])
    said = checked(message)
    assert all(f"line {number} " in said for number in range(80))


def test_on_call_says_now_until_when_and_next() -> None:
    said = checked(on_call([OnCallRow(team="Checkout", rotation="primary", now=MAYA, until=T0, following=LEON)]))
    assert "*Checkout primary*: <@UMAYA> until <!date^" in said
    assert ", then <@ULEON>" in said
    assert "Nobody is on call by a schedule" in checked(on_call([]))
    assert "*Auth primary*: nobody" in checked(on_call([OnCallRow(team="Auth", rotation="primary", now=None)]))


def test_the_list_and_one_incident_lead_to_the_war_room() -> None:
    assert "<#CROOM>" in checked(open_list([an_incident()]))
    assert "<#CROOM>" in checked(show(an_incident(), (a_page(),)))
    assert labels_of(show(a_resolved_incident(), ())) == ["Reopen", "Catch up", "Explain"]
    assert labels_of(open_list([])) == ["Declare"]


def test_help_offers_what_can_be_done_here_and_the_words_for_it() -> None:
    outside = help_here("/inc", None)
    assert labels_of(outside) == ["Declare", "List", "On call", "Follow", "Status page", "Comms report"]
    assert checked(outside).startswith("*What can be done here*\nAll incidents: /inc declare · ")
    inside = help_here("/inc", an_incident())
    groups = [line.partition(": ")[0] for line in inside.text.splitlines()[1:]]
    assert groups == ["Respond", "Tell people", "Keep a record", "Look", "All incidents"]
    assert labels_of(inside)[0] == "Roles"
    assert labels_of(help_here("/inc", an_incident(), waiting_for_you=True))[0] == "Acknowledge"
    assert labels_of(help_here("/inc", a_resolved_incident()))[0] == "Reopen"


def test_a_slip_gets_one_line_and_the_buttons_and_no_wall_of_commands() -> None:
    slip = help_here("/inc", an_incident(), hint="Did you mean /inc update?")
    assert slip.text == "Did you mean /inc update?"
    assert "or type" not in checked(slip)
    assert {block.type for block in slip.blocks} == {"section", "actions"}
    assert "Update" in labels_of(slip)


def test_who_takes_over_from_themselves_is_named_once() -> None:
    row = OnCallRow(team="Checkout", rotation="primary", now=MAYA, following=MAYA)
    assert "then" not in checked(on_call([row]))
    assert ", then <@ULEON>" in checked(on_call([replace(row, following=LEON)]))


def test_a_role_reads_as_a_word_in_a_sentence() -> None:
    assert "*You are commander of INC-42*" in checked(guide(an_incident(), COMMANDER))


PAGES = (a_page(PageState.EXHAUSTED, an_ask(AskState.MISSED)), a_page(PageState.HELD, id=8))
EVERY: tuple[Callable[[Incident, str], Message], ...] = (
    lambda incident, _: stakeholder_card(incident, PAGES),
    lambda incident, _: announce_card(incident, PAGES),
    lambda incident, _: triage_card(incident),
    lambda _, text: unmatched_alert(an_alert(text), text),
    lambda incident, _: declared(incident, PAGES, (incident,)),
    lambda incident, text: roles_panel(incident, (AddedRole(id="x", name=text or "x", guide=text),)),
    lambda incident, text: guide(incident, "x", (AddedRole(id="x", name=text, guide=text),)),
    lambda incident, _: guide(incident, COMMANDER),
    lambda incident, text: first_word(replace(incident, updates=(a_draft(text), a_draft(text, Audience.INTERNAL, 2)))),
    lambda incident, text: copy_block(replace(incident, updates=(a_draft(text, handed_out_at=T0),)), 1),
    lambda incident, text: copy_block(replace(incident, updates=(a_draft(text, handed_out_at=T0, refusal=text),)), 1),
    lambda incident, _: copy_block(incident, 1),
    lambda incident, _: copy_block(incident, 9),
    lambda incident, text: review(replace(incident, review=(text, "", "no"))),
    lambda incident, text: postmortem(replace(incident, postmortem=text * 20)),
    lambda incident, _: open_list([replace(incident, number=number) for number in range(60)]),
    lambda incident, _: show(incident, PAGES, alerts_of("Error rate 32 %")),
    lambda _, text: on_call([OnCallRow(team=text, rotation=text, now=MAYA)] * 500),
    lambda incident, text: help_here("/incident", incident, waiting_for_you=True, hint=text),
    lambda _, text: told((text, Words(text)), (Button(action="update", label=text, value=text * 10, confirm=text),)),
    lambda _, text: posted(text, text * 10, T0),
    lambda _, text: answer(text, [(Words(text), text)] * 100),
)


@pytest.mark.parametrize("view", EVERY)
@settings(deadline=None, max_examples=examples(40))
@given(text=hostile)
def test_whatever_was_typed_slack_takes_it(view: Callable[[Incident, str], Message], text: str) -> None:
    brief = replace(an_incident().brief, pain=text, may_need=(text,), owned=False)
    checked(view(an_incident(text, brief=brief), text))
    checked(view(a_resolved_incident(text), text))
