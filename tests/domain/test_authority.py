"""Who may do what, and what they are told otherwise."""

import pytest

from bot.domain.authority import ANYONE, Act, check, may_see
from bot.domain.errors import ReasonNeeded, Refusal
from bot.domain.responding import with_responders
from bot.domain.timeline import EventKind
from tests.domain.lives import DANA, EVE, LEON, NOW, SAM, an_incident

MANAGERS = ("dana",)


@pytest.mark.parametrize("act", sorted(ANYONE))
def test_anyone_may_do_the_few_open_things(act: Act) -> None:
    assert check(act, EVE, an_incident(), managers=MANAGERS, now=NOW) is None


@pytest.mark.parametrize("act", sorted(set(Act) - ANYONE))
def test_anyone_else_needs_a_reason_that_goes_on_record(act: Act) -> None:
    with pytest.raises(ReasonNeeded, match="Nothing was changed"):
        check(act, EVE, an_incident(), managers=MANAGERS, now=NOW)
    with pytest.raises(ReasonNeeded):
        check(act, EVE, an_incident(), managers=MANAGERS, now=NOW, reason="  ")
    event = check(act, EVE, an_incident(), managers=MANAGERS, now=NOW, reason="it burns")
    assert event is not None
    assert (event.kind, event.actor) == (EventKind.OVERRIDE, EVE)


@pytest.mark.parametrize("who", [SAM, LEON, DANA])
def test_responders_and_managers_need_none(who: object) -> None:
    incident = with_responders(an_incident(), LEON)
    assert check(Act.RESOLVE, who, incident, managers=MANAGERS, now=NOW) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("act", sorted(Act))
def test_a_private_incident_has_no_anyway(act: Act) -> None:
    incident = an_incident(private=True)
    with pytest.raises(Refusal) as refused:
        check(act, EVE, incident, managers=MANAGERS, now=NOW, reason="it burns")
    assert not isinstance(refused.value, ReasonNeeded)
    assert not may_see(EVE, incident, MANAGERS)
    assert check(act, DANA, incident, managers=MANAGERS, now=NOW) is None
