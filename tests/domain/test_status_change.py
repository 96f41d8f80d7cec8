"""Changes of status, severity and since: one line each, with its reason."""

from datetime import timedelta

import pytest

from bot.domain.effects import TellRoom
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, Status
from bot.domain.status_change import change_severity, change_since, change_status
from tests.domain.lives import MAYA, NOW, an_incident, said


def lines(incident: Incident, status: Status) -> list[str]:
    change = change_status(incident, status, "the graph is flat", MAYA, NOW)
    return [said(row.effect.said) for row in change.outgoing if isinstance(row.effect, TellRoom)]


@pytest.mark.parametrize("status", [Status.MITIGATING, Status.MONITORING])
def test_any_step_may_be_skipped_and_says_why(status: Status) -> None:
    expected = f"maya set the status to {status.value} (was investigating): the graph is flat"
    assert lines(an_incident(), status) == [expected]


def test_the_same_status_again_is_nothing_new() -> None:
    assert lines(an_incident(), Status.INVESTIGATING) == []


def test_a_resolved_incident_is_reopened_first() -> None:
    with pytest.raises(Refusal, match="reopen it first"):
        change_status(an_incident(status=Status.RESOLVED), Status.MITIGATING, "", MAYA, NOW)


def test_the_severity_changes_in_one_line() -> None:
    change = change_severity(an_incident(), "SEV2", "", MAYA, NOW)
    assert change.incident is not None
    assert change.incident.severity == "SEV2"
    assert [said(event.said) for event in change.timeline] == ["maya set the severity to SEV2 (was SEV1)"]


def test_since_may_not_lie_after_the_end() -> None:
    incident = an_incident()
    ended = an_incident(
        times=type(incident.times)(since=NOW, detected=NOW, declared=NOW, resolved=NOW + timedelta(hours=1))
    )
    with pytest.raises(Refusal, match="after the incident was resolved"):
        change_since(ended, NOW + timedelta(hours=2), MAYA, NOW + timedelta(hours=3))
