"""The postmortem's facts: typed words escaped, gaps named, nothing guessed."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.postmortem import Manner, facts, written
from bot.domain.prose import At, Channel, Link, Strong, Words
from bot.services.postmortems import pieces
from bot.text import escape_markdown
from tests.domain.lives import MAYA, NEW_YORK, NOW, an_incident

MANNER = Manner(zone=NEW_YORK, escape=escape_markdown)


def test_a_sentence_of_the_record_is_written_with_its_words_escaped() -> None:
    sentence = (MAYA, " said ", Words("*no* [x](http://evil)"), " at ", At(NOW), " in ", Channel("C1", "inc-1"))
    assert written(sentence, MANNER) == r"maya said \*no\* \[x](http://evil) at 02:17 in #inc-1"
    assert written((Strong("Now"), " ", Link("https://a.test/(x) y", "here")), MANNER) == (
        "**Now** [here](https://a.test/%28x%29%20y)"
    )


def test_what_the_record_does_not_say_is_named() -> None:
    context = facts(an_incident(), (), (), (), NOW, MANNER)
    unknown = context["unknown"]
    assert isinstance(unknown, Sequence)
    assert "What changed before it broke" in unknown
    assert "Who led: nobody was commander" in unknown


@given(st.text(max_size=400), st.integers(1, 50))
def test_pieces_fit_and_lose_no_word(text: str, limit: int) -> None:
    cut = pieces(text, limit)
    assert all(0 < len(piece) <= limit for piece in cut)
    assert "".join("".join(piece.split()) for piece in cut) == "".join("".join(text.splitlines()).split())
