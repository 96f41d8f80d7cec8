"""How the cards and the list say what was promised to each audience, and what became of it."""

from datetime import timedelta

from bot.domain import clock
from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.prose import Sentence
from bot.domain.severity import BUILT_IN_BY_NAME
from bot.domain.update import Audience
from bot.slack.views.lists import open_list
from bot.slack.views.promised import next_due, so_far
from bot.slack.views.stakeholders import stakeholder_card
from bot.slack.views.war_room import war_room_card
from tests.domain.lives import NOW, an_incident, said

SEV1 = BUILT_IN_BY_NAME["SEV1"]
MINUTE = timedelta(minutes=1)
PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL


def saved(change: Change) -> Incident:
    assert change.incident is not None
    return change.incident


def spoken(sentence: Sentence | None) -> str:
    return said(sentence or ())


def test_each_state_of_a_promise_is_said_in_plain_words() -> None:
    incident = saved(clock.start(an_incident(), SEV1, NOW))
    assert (spoken(next_due(incident)), so_far(incident)) == ("public …, internal …", None)
    public = incident.clock(PUBLIC)
    assert public
    reminded = clock.reminded(incident, public)
    assert spoken(next_due(reminded)) == "public … (reminder sent), internal …"
    snoozed = saved(clock.snooze(incident, public, NOW))
    assert spoken(next_due(snoozed)) == "public … (snoozed once), internal …"
    missed = clock.breached(incident, public)
    assert spoken(next_due(missed)) == "public overdue since …, internal …"
    standing = missed.clock(PUBLIC)
    assert standing
    owing = saved(clock.after_breach(missed, standing, SEV1, NOW + 20 * MINUTE))
    assert spoken(next_due(owing)) == "public overdue since …, next reminder for …, internal …"
    told = saved(clock.kept(owing, PUBLIC, NOW + 60 * MINUTE, NOW + 30 * MINUTE))
    again = saved(clock.kept(told, PUBLIC, NOW + 90 * MINUTE, NOW + 50 * MINUTE))
    assert spoken(so_far(again)) == "public 1 kept and 1 missed"
    for card in (war_room_card(again, ()), stakeholder_card(again, ())):
        assert "*Updates promised so far*: public 1 kept and 1 missed" in card.text
    assert "Next update: public overdue since <!date^" in open_list((owing,)).text
    stopped = saved(clock.stop(again, NOW + 60 * MINUTE))
    assert spoken(next_due(stopped)) == "none promised"
