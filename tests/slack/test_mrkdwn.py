"""Nothing that a person typed can mention, link or break a limit, whatever it is."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.prose import At, Channel, Fragment, Link, Strong, Who, Words
from bot.slack.mrkdwn import clean, cut, escape, mrkdwn, one_line, plain
from tests.slack.views.samples import LEON, MAYA, T0, hostile, injected

names = st.builds(Who, name=hostile, user=st.one_of(st.none(), st.just("UMAYA"), hostile))
fragments: st.SearchStrategy[Fragment] = st.one_of(
    st.builds(Words, hostile),
    hostile,
    st.builds(Strong, hostile),
    names,
    st.builds(At, st.datetimes(min_value=datetime(2020, 1, 1), timezones=st.just(UTC)), dated=st.booleans()),  # noqa: DTZ001 - made aware by hypothesis
    st.builds(Channel, st.sampled_from(["CROOM", "", "<!here>"]), hostile),
    st.builds(Link, st.one_of(hostile, st.just("https://runbooks.acme.test/a?b=1&c=2")), hostile),
)


def test_text_is_escaped_once() -> None:
    assert escape("a < b && <!channel>") == "a &lt; b &amp;&amp; &lt;!channel&gt;"


def test_an_entity_is_never_split() -> None:
    assert escape("&" * 10, 12) == "&amp;&amp;…"


def test_a_sentence_becomes_mentions_local_times_and_links() -> None:
    sentence = (
        MAYA,
        " paged ",
        At(T0),
        " in ",
        Channel("CROOM", "inc-42"),
        ", ",
        Link("https://a.test/?a=1&b", "Run|book"),
    )
    assert mrkdwn(sentence) == (
        f"<@UMAYA> paged <!date^{int(T0.timestamp())}^{{time}}|02:17 UTC> in <#CROOM>, <https://a.test/?a=1&amp;b|Run/book>"
    )
    assert plain(sentence) == "maya paged 02:17 UTC in #inc-42, Run|book (https://a.test/?a=1&b)"


def test_somebody_without_an_account_is_named() -> None:
    assert mrkdwn((Who(name="Leon <b>"),)) == "Leon &lt;b&gt;"


def test_an_address_that_is_none_is_not_linked() -> None:
    assert mrkdwn((Link("javascript:alert(1)", "Runbook"),)) == "Runbook"


def test_what_cannot_be_seen_is_taken_out() -> None:
    assert clean("a\u202eb\x00c\td\ud800\r\ne") == "abc d\ufffd\ne"
    assert one_line(" a \n b ") == "a b"


def test_long_words_give_way_before_what_follows_them() -> None:
    said = mrkdwn((Words("x" * 5000), " until ", LEON), 100)
    assert len(said) == 100
    assert said.endswith("… until <@ULEON>")


def test_short_words_keep_their_length_beside_long_ones() -> None:
    assert mrkdwn((Words("x" * 500), " | ", Words("short")), 50).endswith("… | short")


@settings(deadline=None)
@given(st.lists(fragments, max_size=12), st.integers(min_value=1, max_value=400))
def test_nothing_can_be_injected_and_no_limit_is_passed(sentence: list[Fragment], limit: int) -> None:
    said = mrkdwn(sentence, limit)
    assert len(said) <= limit
    assert [found for found in injected(said) if not found.startswith("!date^")] == []
    said.encode()


@settings(deadline=None)
@given(st.lists(fragments, max_size=8))
def test_a_full_sentence_opens_only_what_it_closes(sentence: list[Fragment]) -> None:
    said = mrkdwn(sentence, 100_000)
    assert said.count("<") == said.count(">")


@settings(deadline=None)
@given(hostile, st.integers(min_value=0, max_value=50))
def test_cut_text_fits(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit
    assert len(escape(text, limit)) <= limit
