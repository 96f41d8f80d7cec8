"""Who has led for long is asked to hand over: in private, again later, never at night where nobody is to be woken."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import watch
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.effects import TellPerson
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, Status
from bot.domain.line import RewriteLine
from bot.domain.prose import Who
from bot.domain.role import COMMANDER, COMMS, SCRIBE
from bot.domain.roles import all_roles, find_role, given
from tests.domain.lives import DIRECTORY, LEON, MAYA, NOW, an_incident, said

HOUR = timedelta(hours=1)


def saved(change: Change) -> Incident:
    assert change.incident is not None
    return change.incident


def gave(incident: Incident, role: str, who: Who, hours: float = 0) -> Change:
    return given(incident, find_role(all_roles(DIRECTORY), role), who, MAYA, NOW + hours * HOUR)


def watches(change: Change) -> list[Timer]:
    return [timer for timer in change.timers if timer.kind is TimerKind.WATCH]


def asked(change: Change) -> TellPerson:
    (told,) = (row.effect for row in change.outgoing if isinstance(row.effect, TellPerson))
    return told


def rewritten(change: Change) -> list[str]:
    return [said(row.effect.said) for row in change.outgoing if isinstance(row.effect, RewriteLine)]


def test_four_hours_after_a_role_was_taken_its_holder_is_asked_and_again_two_hours_later() -> None:
    taken = gave(an_incident(), COMMANDER, MAYA)
    (timer,) = watches(taken)
    assert timer.due_at == NOW + 4 * HOUR
    change = watch.due(saved(taken), timer, None, NOW + 4 * HOUR)
    question = asked(change)
    assert question.who == MAYA
    assert said(question.said).startswith("You have led INC-42 for 4 h. Hand over before you are too tired to")
    assert [(button.label, button.value) for button in question.buttons] == [
        ("Hand over…", "42:commander"),
        ("I'm fine for now", "42:commander:0"),
    ]
    (again,) = watches(change)
    assert again.due_at == NOW + 6 * HOUR
    second = watch.due(saved(change), again, None, NOW + 6 * HOUR)
    assert "for 6 h" in said(asked(second).said)
    assert rewritten(second) == ["INC-42: A newer question follows."]


def test_being_fine_puts_it_off_on_record_and_only_the_holder_says_so() -> None:
    taken = gave(an_incident(), COMMS, LEON)
    change = watch.due(saved(taken), watches(taken)[0], None, NOW + 4 * HOUR)
    with pytest.raises(Refusal, match="nothing was noted"):
        watch.fine(saved(change), COMMS, 0, MAYA, NOW + 5 * HOUR)
    fine = watch.fine(saved(change), COMMS, 0, LEON, NOW + 5 * HOUR)
    assert [timer.due_at for timer in watches(fine)] == [NOW + 7 * HOUR]
    assert [said(event.said) for event in fine.timeline] == ["leon goes on as comms lead for now; asked again at …"]
    assert rewritten(fine) == ["INC-42: leon goes on as comms lead for now; asked again at …."]


def test_whoever_handed_over_is_asked_no_more_and_their_question_says_who_has_it() -> None:
    taken = gave(an_incident(), COMMANDER, MAYA)
    first = watches(taken)[0]
    change = watch.due(saved(taken), first, None, NOW + 4 * HOUR)
    handed = gave(saved(change), COMMANDER, LEON, 4.5)
    assert "watch:42:commander:*" in handed.cancel
    assert [timer.due_at for timer in watches(handed)] == [NOW + 8.5 * HOUR]
    assert rewritten(handed) == ["INC-42: leon has it now."]
    assert watch.due(saved(handed), first, None, NOW + 6 * HOUR) == Change()
    with pytest.raises(Refusal):
        watch.fine(saved(handed), COMMANDER, 0, MAYA, NOW + 6 * HOUR)


def test_where_nobody_is_to_be_woken_it_waits_for_the_morning() -> None:
    taken = gave(an_incident(), COMMANDER, MAYA)
    change = watch.due(saved(taken), watches(taken)[0], NOW + 9 * HOUR, NOW + 4 * HOUR)
    assert change.outgoing == ()
    assert [timer.due_at for timer in watches(change)] == [NOW + 9 * HOUR]


def test_neither_a_scribe_nor_the_end_of_an_incident_is_watched() -> None:
    assert watches(gave(an_incident(), SCRIBE, MAYA)) == []
    taken = gave(an_incident(), COMMANDER, MAYA)
    prompt = watch.due(saved(taken), watches(taken)[0], None, NOW + 4 * HOUR)
    over = watch.ended(replace(saved(prompt), status=Status.RESOLVED))
    assert rewritten(over) == ["INC-42 was resolved; there is nothing to hand over."]
    assert over.cancel == ("watch:42:*",)
    again = watch.resumed(replace(saved(over), status=Status.INVESTIGATING), NOW + 20 * HOUR)
    assert [timer.due_at for timer in watches(again)] == [NOW + 24 * HOUR]
