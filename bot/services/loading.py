"""Loading what a use case works on, with privacy: to outsiders a private incident does not exist."""

from bot.domain.authority import hidden, may_see
from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.prose import Who
from bot.domain.severity import Severity
from bot.services.ports import Tx


def loaded(tx: Tx, number: int) -> Incident:
    """Load an incident that is known to exist. Raises Refusal when there is none of this number."""
    incident = tx.incident(number)
    if incident is None:
        raise hidden(number)
    return incident


def loaded_for(tx: Tx, directory: Directory, number: int, who: Who) -> Incident:
    """Load an incident for a person. Raises Refusal when there is none, or none that they may know of."""
    incident = loaded(tx, number)
    if not may_see(who, incident, directory.workspace.managers):
        raise hidden(number)
    return incident


def severity_of(directory: Directory, incident: Incident) -> Severity:
    """The row of an incident's severity as the directory has it now."""
    row = directory.severity(incident.severity)
    if row is None:
        raise Refusal(
            f"{incident.label} is {incident.severity}, which the directory file does not know. Nothing was changed; "
            "choose another severity."
        )
    return row
