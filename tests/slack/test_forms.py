"""What Slack hands back from forms and lines is read whatever it says: nothing breaks, and no word gets lost."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.journey import Journey
from bot.slack.commands.command import first_word
from bot.slack.commands.declare import read_line
from bot.slack.commands.registry import COMMANDS, find, named_first, nearest_command
from bot.slack.forms import (
    Filled,
    read_decision,
    read_declare,
    read_draft,
    read_impact,
    read_update,
    read_values,
    written_values,
)
from bot.slack.ids import Action, Block
from bot.slack.meta import Meta, read_meta, write_meta
from bot.slack.views.inputs import TICKED
from tests.domain.lives import DIRECTORY, EVE, NOW

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ELEMENTS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["checkboxes", "datetimepicker", "plain_text_input"]) | JSON,
        "value": JSON,
        "selected_option": st.fixed_dictionaries({}, optional={"value": JSON}) | JSON,
        "selected_options": st.lists(st.just({"value": "yes"}), max_size=1) | JSON,
        "selected_user": JSON,
        "selected_date_time": JSON,
    },
)
BLOCKS = st.sampled_from([each.value for each in Block]).flatmap(
    lambda block: st.just(block) | st.text(max_size=5).map(lambda more: f"{block}:{more}")
)
STATES = st.dictionaries(st.text(max_size=5), JSON, max_size=3) | st.fixed_dictionaries(
    {"values": st.dictionaries(BLOCKS, st.dictionaries(st.just("value"), ELEMENTS | JSON, max_size=2), max_size=6)}
)
TEXTS = st.text() | st.sampled_from(["nan", "inf", "-inf", "1e400", "1e300", "-1e18", "-5", "\ud800", " ", "9" * 5000])
READERS: tuple[Callable[[Filled], object], ...] = (
    read_draft,
    read_decision,
    read_impact,
    lambda filled: read_declare(filled, EVE),
    lambda filled: read_update(filled, NOW),
)

NAMES = [name for each in COMMANDS for name in (each.name, *each.aliases)]
SPACES = st.sampled_from([" ", "  ", "\n", "\t", " \n ", "\u00a0"])
PRIVATE = st.sampled_from(["", "private", "Private"])
SEVERITY = st.sampled_from(["", "sev1", "SEV3"])
JOURNEY = st.sampled_from(["", "checkout", "Payroll", "ORPHAN"])
WORDS = st.sampled_from(["", "Cards are declined", "<@U1|ana> & co", "שבור", "42", "sev"])


def refused_at(read: Callable[[Filled], object], values: dict[str, str]) -> str | None:
    """The field under which a reader refuses; None where it does not."""
    try:
        read(Filled(values=values, meta=Meta()))
    except Refusal as no:
        return no.field or "none"
    return None


@given(STATES)
def test_whatever_the_state_of_a_form_is_the_readers_answer_or_refuse(state: dict[str, object]) -> None:
    values = read_values(state)
    assert all(isinstance(each, str) for each in values.values())
    assert not any(":" in block for block in values if block in set(Block))
    faults = {refused_at(read, values) for read in READERS} - {None}
    assert faults <= set(values), "a refusal stands under the field at fault"


@given(st.dictionaries(st.sampled_from([each.value for each in Block]), TEXTS, max_size=12))
def test_whatever_the_fields_of_a_form_say_the_readers_answer_or_refuse(values: dict[str, str]) -> None:
    faults = {refused_at(read, values) for read in READERS} - {None}
    assert faults <= {*values, Block.NEXT_UPDATE_AT.value}, "a refusal stands under the field at fault"


@given(st.sampled_from(list(Block)), st.text(min_size=1))
def test_what_was_typed_is_read_as_it_was_typed(block: Block, typed: str) -> None:
    state = {"values": {f"{block}:again": {Action.VALUE.value: {"type": "plain_text_input", "value": typed}}}}
    assert Filled(values=read_values(state), meta=Meta()).text(block) == typed.strip()


@given(st.integers(0, 4 * 10**9))
def test_a_moment_is_the_second_that_was_chosen(seconds: int) -> None:
    state = {"values": {"at": {"value": {"type": "datetimepicker", "selected_date_time": seconds}}}}
    assert Filled(values=read_values(state), meta=Meta()).moment(Block.AT) == datetime.fromtimestamp(seconds, UTC)


def test_a_tick_a_choice_and_a_person_are_read_and_nothing_chosen_is_nothing() -> None:
    state = {
        "values": {
            "private": {"value": {"type": "checkboxes", "selected_options": [{"value": TICKED}]}},
            "severity:checkout": {"choose_severity": {"type": "static_select", "selected_option": {"value": "SEV2"}}},
            "person": {"value": {"type": "users_select", "selected_user": "U1"}},
            "owner": {"value": {"type": "users_select", "selected_user": None}},
            "confirmed": {"value": {"type": "checkboxes", "selected_options": []}},
            "since": {"value": {"type": "datetimepicker", "selected_date_time": None}},
        }
    }
    filled = Filled(values=read_values(state), meta=Meta())
    assert filled.ticked(Block.PRIVATE)
    assert not filled.ticked(Block.CONFIRMED)
    assert filled.text(Block.SEVERITY) == "SEV2"
    chosen = filled.person(Block.PERSON)
    assert chosen is not None
    assert chosen.user == "U1"
    assert filled.person(Block.OWNER) is None
    assert filled.moment(Block.SINCE) is None


@pytest.mark.parametrize("typed", ["nan", "inf", "-inf", "1e400", "many"])
def test_what_is_no_number_is_refused_under_its_field(typed: str) -> None:
    with pytest.raises(Refusal, match="Write a number") as refused:
        read_impact(Filled(values={Block.CUSTOMERS: typed}, meta=Meta()))
    assert refused.value.field == Block.CUSTOMERS


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=8))
def test_a_form_that_is_sent_again_with_a_reason_says_what_it_said(values: dict[str, str]) -> None:
    written = Filled(values=values, meta=Meta()).written()
    assert written_values(written) == values
    kept = read_meta(write_meta(Meta(incident=1, act="form:decide", words=written))).words
    assert kept == written or written.startswith(kept), "what does not fit is cut, never changed"


@given(st.text() | JSON.map(json.dumps) | st.sampled_from(["[" * 2900, '{"a":' * 700, "9" * 5000]))
def test_damage_to_what_was_written_is_no_error(written: str) -> None:
    values = written_values(written)
    assert all(isinstance(value, str) for value in values.values())


def test_a_field_that_says_nothing_is_not_read_as_none() -> None:
    assert written_values('{"why": null, "text": "Roll back", "percent": 3}') == {"text": "Roll back"}


@given(st.text())
def test_any_line_can_be_read_and_its_words_are_kept(line: str) -> None:
    read = read_line(DIRECTORY, line)
    first, rest = first_word(line)
    assert [first, *rest.split()] == (line.split() or [""])
    assert line.strip().endswith(read.words), "the words are the end of the line, as typed"
    left = line.strip().removesuffix(read.words).split()
    assert len(left) <= 1 + 1 + 2, "only what was recognised is taken away"


@given(PRIVATE, SEVERITY, JOURNEY, WORDS, SPACES)
def test_each_part_of_the_one_line_may_be_left_out_and_any_space_parts_them(
    private: str, severity: str, journey: str, words: str, space: str
) -> None:
    line = space.join(part for part in (private, severity, journey, words) if part)
    read = read_line(DIRECTORY, line)
    assert read.private is bool(private)
    assert read.severity == (severity.upper() or None)
    assert read.journey == (journey.casefold() or None)
    assert read.words == words


def test_a_journey_s_longer_name_wins_and_a_longer_word_is_no_journey() -> None:
    checkout = DIRECTORY.journeys["checkout"]
    wide = Journey(
        id="checkout-mobile", name="Checkout mobile", pain="", customers_see="", owner="maya", severity="SEV2"
    )
    directory = type(DIRECTORY)(people=DIRECTORY.people, journeys={"checkout": checkout, "checkout-mobile": wide})
    assert read_line(directory, "checkout mobile is slow").journey == "checkout-mobile"
    assert read_line(directory, "checkout is slow").journey == "checkout"
    assert read_line(directory, "checkouts are slow").journey is None


def test_no_two_commands_share_a_name() -> None:
    assert len(NAMES) == len(set(NAMES))


@given(st.sampled_from(NAMES), st.booleans())
def test_a_command_is_found_by_each_of_its_names_in_any_case(name: str, upper: bool) -> None:  # noqa: FBT001 - drawn
    found = find(name.upper() if upper else name)
    assert found is not None
    assert name in {found.name, *found.aliases}


@given(st.sampled_from([name for name in NAMES if len(name) >= 5]), st.data())
def test_a_slip_of_two_neighbours_finds_a_command_that_is_as_near(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 2))
    slip = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    assume(find(slip) is None)
    meant = nearest_command(slip)
    assert meant is not None
    assert find(name) is meant


@given(st.text())
def test_any_word_finds_a_command_or_none(word: str) -> None:
    found = nearest_command(word)
    assert found is None or found in COMMANDS


@pytest.mark.parametrize(
    ("line", "number", "rest"),
    [
        ("INC-7 Roll back", 7, "Roll back"),
        ("inc-7", 7, ""),
        ("#7 Roll back", 7, "Roll back"),
        ("utf-8 decoding fails", None, "utf-8 decoding fails"),
        ("covid-19 traffic", None, "covid-19 traffic"),
        ("7 hosts are down", None, "7 hosts are down"),
    ],
)
def test_in_an_incidents_channel_only_an_incidents_label_names_another(
    line: str, number: int | None, rest: str
) -> None:
    log = find("log")
    assert log is not None
    assert named_first(log, line, implied=True) == (number, rest)


def test_where_none_is_implied_a_number_names_the_incident() -> None:
    log, show, declare = find("log"), find("show"), find("declare")
    assert log is not None
    assert show is not None
    assert declare is not None
    assert named_first(log, "7 Roll back", implied=False) == (7, "Roll back")
    assert named_first(show, "7", implied=True) == (7, "")
    assert named_first(declare, "7 hosts are down", implied=False) == (None, "7 hosts are down")
