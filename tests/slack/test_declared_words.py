"""What a declarer reads at once."""

from bot.services.incidents import Declared
from bot.slack.commands.declare import declared_words
from tests.domain.lives import an_incident, said


def test_of_many_incidents_on_a_journey_five_are_named_to_whoever_declares_one_more() -> None:
    others = tuple(an_incident(number=number) for number in range(41, 30, -1))
    words = said(declared_words(Declared(incident=an_incident(), page=None, first=None, same_journey=others)))
    assert [f"INC-{number} " in words for number in (41, 37, 36, 31)] == [True, True, False, False]
    assert words.endswith("and 6 more; /incident list shows all.")


def test_five_are_all_named() -> None:
    others = tuple(an_incident(number=number) for number in range(41, 36, -1))
    words = said(declared_words(Declared(incident=an_incident(), page=None, first=None, same_journey=others)))
    assert "INC-37 " in words
    assert "more;" not in words
