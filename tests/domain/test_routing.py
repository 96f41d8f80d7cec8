"""Which journey an alert hurts, and why."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.routing import BadMatcher, Matcher, MatchOp, Routed, Rule, Unrouted, parse_matcher, route

JOURNEYS = ("checkout", "search")


def rule(number: int, journey: str, *matchers: str) -> Rule:
    return Rule(number=number, matchers=tuple(parse_matcher(text) for text in matchers), journey=journey)


RULES = (
    rule(1, "checkout", 'service=~"checkout-api|auth-api"', 'severity="page"'),
    rule(2, "search", 'team!="data"', 'service!~"batch-.*"'),
)


def test_the_first_rule_that_matches_wins_and_says_so() -> None:
    answer = route(RULES, {"service": "auth-api", "severity": "page"}, JOURNEYS)
    assert answer == Routed(
        journey="checkout", rule_number=1, why='rule 1: service=~"checkout-api|auth-api", severity="page"'
    )


def test_a_regular_expression_must_match_the_whole_value() -> None:
    answer = route(RULES[:1], {"service": "my-auth-api", "severity": "page"}, JOURNEYS)
    assert isinstance(answer, Unrouted)


def test_an_absent_label_counts_as_empty() -> None:
    assert route(RULES, {}, JOURNEYS) == Routed(
        journey="search", rule_number=2, why='rule 2: team!="data", service!~"batch-.*"'
    )


def test_an_alert_that_no_rule_matches_goes_where_its_own_label_says() -> None:
    labels = {"team": "data", "journey": "search"}
    assert route(RULES, labels, JOURNEYS) == Routed(
        journey="search", rule_number=None, why='none of 2 rules matches; its label says journey="search"'
    )


def test_a_label_that_names_no_journey_leads_to_the_triage_channel_with_the_reason() -> None:
    assert route(RULES[:1], {"journey": "chekout"}, JOURNEYS) == Unrouted(
        why='the only rule does not match, and its label journey="chekout" is no journey of the directory'
    )
    assert route((), {}, JOURNEYS) == Unrouted(why="there are no rules, and the alert carries no label journey")


def test_a_rule_may_name_the_repair_owners_service_and_a_severity() -> None:
    named = Rule(
        number=1, matchers=(parse_matcher("a=b"),), journey="checkout", service="checkout-api", severity="SEV2"
    )
    answer = route((named,), {"a": "b"}, JOURNEYS)
    assert isinstance(answer, Routed)
    assert (answer.service, answer.severity) == ("checkout-api", "SEV2")


@pytest.mark.parametrize(
    ("text", "matcher"),
    [
        ('journey="checkout"', Matcher(label="journey", op=MatchOp.EQUAL, value="checkout")),
        ("journey = checkout", Matcher(label="journey", op=MatchOp.EQUAL, value="checkout")),
        ('a!="b"', Matcher(label="a", op=MatchOp.NOT_EQUAL, value="b")),
        ('a=~"b|c"', Matcher(label="a", op=MatchOp.MATCHES, value="b|c")),
        ('a!~"b.*"', Matcher(label="a", op=MatchOp.NOT_MATCHES, value="b.*")),
        (r'a="say \"hi\"\n\\"', Matcher(label="a", op=MatchOp.EQUAL, value='say "hi"\n\\')),
        ('a=""', Matcher(label="a", op=MatchOp.EQUAL, value="")),
    ],
)
def test_matchers_read_as_in_alertmanager(text: str, matcher: Matcher) -> None:
    assert parse_matcher(text) == matcher


@pytest.mark.parametrize("text", ["", "checkout", 'a=~"("', 'a="b', 'a="b"c"', '="b"', 'a=="b"d'])
def test_what_is_no_matcher_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BadMatcher, match=r"is not a|do not match"):
        parse_matcher(text)


@given(op=st.sampled_from(MatchOp), value=st.text())
def test_a_matcher_reads_back_as_it_is_written(op: MatchOp, value: str) -> None:
    matcher = Matcher(label="service", op=op, value=re.escape(value))
    assert parse_matcher(str(matcher)) == matcher
