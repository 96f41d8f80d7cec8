"""Templates: every shipped one says what its stage must say; a broken one names its file and what is wrong in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.impact import Impact
from bot.domain.incident import Incident, Room, RoomKind
from bot.domain.role import COMMANDER
from bot.domain.roles import assign
from bot.domain.update import Audience, Stage, UpdateForm
from bot.domain.wording import Wording, context, template_of
from bot.text import TextError, Texts, escape_markdown, in_zone, sentence
from tests.domain.lives import MAYA, NEW_YORK, NOW, an_incident
from tests.size import examples

TEMPLATES = Path(__file__).parent.parent / "templates"
TEXTS = Texts(TEMPLATES)
NEXT = NOW + timedelta(minutes=30)
FULL = UpdateForm(
    status="mitigating",
    customers_see="card payments fail at checkout",
    affected="customers in Europe",
    cause="a change to sessions",
    confirmed=True,
    doing="we have turned the change off",
    estimate="within the hour",
    next_at=NEXT,
)
BARE = replace(FULL, affected="", doing="", estimate="")
NEXT_WORD = "by 02:47 EST"
SEEN = "Card payments fail at checkout."


def incident_led() -> Incident:
    incident = assign(an_incident(), COMMANDER, MAYA, MAYA, NOW)
    room = Room(kind=RoomKind.WAR_ROOM, name="inc-42-cards-are-declined", channel="C1")
    return replace(incident, war_room=room, impact=(Impact(at=NOW, by=MAYA, percent=32),))


def rendered(audience: Audience, stage: Stage, form: UpdateForm = FULL, *, first: bool = False) -> str:
    wording = Wording(now=NOW, zone=NEW_YORK, next_at=form.next_at, owner="Checkout", first=first)
    return TEXTS.render(template_of(audience, stage), context(incident_led(), form, wording))


PUBLIC_SAYS = {
    Stage.INVESTIGATING: [
        f"Investigating: {SEEN}",
        "began at 02:17 EST",
        "Who is affected: Customers in Europe.",
        "Our team is working on this now.",
        NEXT_WORD,
    ],
    Stage.IDENTIFIED: [
        f"Identified: {SEEN}",
        "A change to sessions.",
        "What we are doing: We have turned the change off.",
        "Within the hour.",
        NEXT_WORD,
    ],
    Stage.MONITORING: ["Monitoring: We have turned the change off.", "back to normal", "watching", SEEN, NEXT_WORD],
    Stage.RESOLVED: [
        "Resolved:",
        "from 02:17 EST to 02:17 EST",
        SEEN,
        "All systems are operating normally.",
        "within 5 business days",
        "sorry",
    ],
    Stage.NOTHING_NEW: ["still working on this", "no new information", NEXT_WORD],
}
INTERNAL_SAYS = {
    Stage.INVESTIGATING: [SEEN, "Since 02:17 EST", "Customers in Europe.", "What we are doing:"],
    Stage.IDENTIFIED: [SEEN, "Cause, confirmed: A change to sessions.", "Estimate: Within the hour."],
    Stage.MONITORING: ["We have turned the change off.", "back to normal", "keep watching"],
    Stage.RESOLVED: ["From 02:17 EST to 02:17 EST", "All systems are operating normally.", "within 5 business days"],
    Stage.NOTHING_NEW: ["still working on this", "no new information"],
}


@pytest.mark.parametrize("stage", Stage)
def test_public_words_hold_what_their_stage_must_say(stage: Stage) -> None:
    text = rendered(Audience.PUBLIC, stage)
    for words in PUBLIC_SAYS[stage]:
        assert words in text


@pytest.mark.parametrize("stage", Stage)
def test_internal_words_add_owner_commander_war_room_and_impact(stage: Stage) -> None:
    text = rendered(Audience.INTERNAL, stage)
    for words in INTERNAL_SAYS[stage]:
        assert words in text
    assert "SEV1 · Customers cannot place orders · mitigating" in text
    assert "Owner: Checkout · Commander: maya · War room: #inc-42-cards-are-declined\nImpact: About 32 %." in text


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("form", [FULL, BARE, replace(BARE, next_at=None)])
def test_every_template_reads_well_however_little_is_known(audience: Audience, stage: Stage, form: UpdateForm) -> None:
    text = rendered(audience, stage, form)
    assert text == text.strip()
    assert "reviewed" not in text
    assert "None" not in text
    assert "\n\n\n" not in text
    assert "  " not in text
    assert all(line == line.rstrip() and not line.endswith(":") for line in text.splitlines())


def test_an_estimate_that_nobody_gave_is_promised_for_the_next_post() -> None:
    for audience in Audience:
        assert "We will give an updated estimate in our next post." in rendered(audience, Stage.IDENTIFIED, BARE)


def test_nothing_new_while_watching_does_not_say_that_it_still_fails() -> None:
    for audience in Audience:
        text = rendered(audience, Stage.NOTHING_NEW, replace(FULL, status="monitoring"))
        assert "still watching" in text
        assert "no new information" in text
        assert "fail" not in text


def test_until_the_cause_is_confirmed_the_words_are_investigating_and_what_is_being_done() -> None:
    text = rendered(Audience.PUBLIC, Stage.INVESTIGATING, replace(FULL, confirmed=False))
    assert "We have turned the change off." in text
    assert "sessions" not in text


def test_the_first_internal_words_say_nothing_that_will_soon_be_untrue() -> None:
    text = rendered(Audience.INTERNAL, Stage.INVESTIGATING, BARE, first=True)
    assert text.endswith("Owner: Checkout · War room: #inc-42-cards-are-declined")


def test_a_summary_has_its_fields_and_says_who_confirmed_it() -> None:
    facts: dict[str, object] = {
        "now": NOW,
        "zone": NEW_YORK,
        "pain": "Customers cannot place orders",
        "severity": "SEV1",
        "status": "mitigating",
        "since": NOW,
        "impact": "about 32 %",
        "doing": "session refresh is off",
        "customers_named": 0,
        "news": [],
        "last_at": None,
        "answered": [],
        "from_record": True,
        "confirmed_by": "sam",
        "confirmed_at": NOW + timedelta(minutes=30),
    }
    assert TEXTS.render("summary.md.j2", facts).splitlines() == [
        "Incident: Customers cannot place orders · Severity: SEV1 · Started: 02:17 EST",
        "Current status: mitigating · Customer impact: about 32 %",
        "What we are doing: Session refresh is off.",
        "(from the record; last confirmed by sam 02:47 EST)",
    ]
    later = {**facts, "last_at": NOW, "news": ["Decision 1: roll back"]}
    assert "Since the summary of 02:17 EST\n• Decision 1: roll back" in TEXTS.render("summary.md.j2", later)
    nothing = TEXTS.render("summary.md.j2", {**later, "news": []})
    assert "Nothing has changed since the summary of 02:17 EST." in nothing
    unconfirmed = TEXTS.render("summary.md.j2", {**facts, "confirmed_by": "", "doing": ""})
    assert "What we are doing: Not reported yet; the team is at work." in unconfirmed
    assert unconfirmed.endswith("(from the record; not confirmed by anybody yet)")
    assert "record" not in TEXTS.render("summary.md.j2", {**facts, "from_record": False})


@pytest.mark.parametrize("stage", Stage)
def test_public_templates_have_room_for_who_reviewed_them_and_when(stage: Stage) -> None:
    assert TEXTS.front_matter(template_of(Audience.PUBLIC, stage)) == {"reviewed_by": "", "reviewed_on": ""}
    assert TEXTS.front_matter(template_of(Audience.INTERNAL, stage)) == {}


def written(folder: Path, source: str) -> Texts:
    (folder / "t.md.j2").write_text(source, encoding="utf-8")
    return Texts(folder)


def test_front_matter_is_read_and_never_rendered_whatever_ends_its_lines(tmp_path: Path) -> None:
    for ending in ("\n", "\r\n"):
        source = ending.join(
            ["---", "reviewed_by: Legal: Jo", "reviewed_on: 2026-11-01", "---", "Words", "---", "more"]
        )
        texts = written(tmp_path, source)
        assert texts.front_matter("t.md.j2") == {"reviewed_by": "Legal: Jo", "reviewed_on": "2026-11-01"}
        assert texts.render("t.md.j2", {}) == "Words\n---\nmore"


def test_a_template_that_a_team_replaces_is_used_at_once(tmp_path: Path) -> None:
    texts = written(tmp_path, "Old")
    assert texts.render("t.md.j2", {}) == "Old"
    (tmp_path / "t.md.j2").write_text("New words", encoding="utf-8")
    assert texts.render("t.md.j2", {}) == "New words"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{{ custmers_see }}", "templates/t.md.j2: 'custmers_see' is undefined"),
        ("---\nreviewed_by: Jo\n---\nWords\n{% if %}", "templates/t.md.j2, line 5:"),
        ("{{ missing | clock }}", "templates/t.md.j2:"),
        ("{{ next_at | clock }}", "templates/t.md.j2: `clock` was given no time"),
        ("{{ 1 / 0 }}", "templates/t.md.j2: division by zero"),
        ("{{ next_at.year }}", "templates/t.md.j2:"),
        ("{{ 'a' + 1 }}", "templates/t.md.j2:"),
        ("{{ 'x' | plural('day') }}", "templates/t.md.j2:"),
        ("{% include 'gone.md.j2' %}", "templates/gone.md.j2: there is no such template"),
        ("{% include 't.md.j2' %}", "templates/t.md.j2:"),
    ],
)
def test_a_broken_template_names_its_file_and_what_is_wrong(tmp_path: Path, source: str, told: str) -> None:
    texts = written(tmp_path, source)
    with pytest.raises(TextError) as failed:
        texts.render("t.md.j2", {"now": NOW, "zone": NEW_YORK, "next_at": None})
    assert str(failed.value).startswith(told)


def test_a_template_that_is_no_text_or_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "t.md.j2").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TextError, match=r"templates/t\.md\.j2: .*utf-8"):
        Texts(tmp_path).render("t.md.j2", {})
    with pytest.raises(TextError, match="restore the shipped one"):
        Texts(tmp_path).render("status_update/public/gone.md.j2", {})


def test_markup_in_typed_words_is_left_to_the_surface_that_shows_them() -> None:
    form = replace(BARE, customers_see="<!channel> {{ now }} & *bold*")
    assert "<!channel> {{ now }} & *bold*." in rendered(Audience.PUBLIC, Stage.INVESTIGATING, form)


@given(st.text())
def test_any_words_make_one_line_that_ends_like_a_sentence(text: str) -> None:
    made = sentence(text)
    assert "\n" not in made
    assert made == "" or made[-1] in ".!?…"
    assert sentence(made) == made


MARKDOWN = MarkdownIt("commonmark").enable(["strikethrough", "table"])
TYPED = st.text(st.one_of(st.sampled_from("\\`*_[]()<>#+-=|~!&;:.1a \n"), st.characters(exclude_categories=("C", "Z"))))
WRAPPED = {"{}": "<p>{}</p>", "# {}": "<h1>{}</h1>", "- {}": "<ul>\n<li>{}</li>\n</ul>", "so {} it": "<p>so {} it</p>"}


@pytest.mark.parametrize("line", WRAPPED)
@settings(max_examples=examples(300), deadline=None)
@given(typed=TYPED)
def test_escaped_words_read_as_they_were_typed(line: str, typed: str) -> None:
    words = " ".join(typed.split())
    escaped = escape_markdown(typed)
    assert "\n" not in escaped
    if words:
        shown = MARKDOWN.render(line.format(escaped)).strip()
        assert unescape(shown) == WRAPPED[line].format(words)


@pytest.mark.parametrize(
    "words",
    [
        "INC-1: cards are declined",
        "checkout.refresh",
        "session_id, 32 %",
        "(at 02:17 + 5 min)",
        "done!",
        "a {b} #4",
    ],
)
def test_what_means_nothing_in_markdown_is_left_as_it_is(words: str) -> None:
    assert escape_markdown(words) == words


@pytest.mark.parametrize(
    ("at", "now", "words"),
    [
        (NOW, NOW, "02:17 EST"),
        (NOW, NOW + timedelta(days=1), "02:17 EST on 18 November"),
        (NOW, None, "2026-11-18 02:17 EST"),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 7, 1, 12, tzinfo=UTC), "08:00 EDT"),
    ],
)
def test_a_moment_is_written_with_its_zone_and_its_day_where_that_is_not_today(
    at: datetime, now: datetime | None, words: str
) -> None:
    assert in_zone(at, NEW_YORK, now) == words
