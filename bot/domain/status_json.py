"""The status page as the JSON that Statuspage calls its summary, so that the programs which read that read this.

The shape is that of https://www.githubstatus.com/api#summary; what this page does not know is there and empty.
"""

import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from bot.domain.indicator import OF_A_COMPONENT, Indicator
from bot.domain.maintenance import MaintenanceStatus, PublicMaintenance
from bot.domain.public_incident import PublicIncident, PublicUpdate
from bot.domain.status_page import Component, StatusPage
from bot.domain.update import Stage

PAGE_ID: Final = "status"
DESCRIBED: Final = MappingProxyType(
    {
        Indicator.NONE: "All Systems Operational",
        Indicator.MINOR: "Minor Service Outage",
        Indicator.MAJOR: "Partial System Outage",
        Indicator.CRITICAL: "Major Service Outage",
    }
)
"""As Statuspage describes its indicators: there are programs that look at the words."""


def summary(page: StatusPage, base: str) -> str:
    """Give the page, its components, its current incidents and planned maintenance as JSON; links begin with `base`."""
    shown = {each.id: _component(each, place, page) for place, each in enumerate(page.components, start=1)}
    return json.dumps(
        {
            "page": {
                "id": PAGE_ID,
                "name": page.name,
                "url": f"{base}/status",
                "time_zone": page.zone.key,
                "updated_at": _time(page.changed_at),
            },
            "components": list(shown.values()),
            "incidents": [_incident(each, shown, base) for each in page.current],
            "scheduled_maintenances": [_maintenance(each, shown, base) for each in page.maintenance],
            "status": {"indicator": page.indicator.value, "description": _described(page)},
        },
        ensure_ascii=False,
        indent=1,
    )


def webhook_body(page: StatusPage, known_as: str, base: str, unsubscribe: str) -> str | None:
    """Give what a webhook is posted about an incident or planned maintenance, by its public id, as Statuspage does.

    The shape is that of https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/; None where the
    page does not have it.
    """
    shown = {each.id: _component(each, place, page) for place, each in enumerate(page.components, start=1)}
    incident = page.incident(known_as)
    planned = next((each for each in (*page.maintenance, *page.maintained) if each.id == known_as), None)
    if incident is None and planned is None:
        return None
    told = _incident(incident, shown, base) if incident else _maintenance(planned, shown, base) if planned else {}
    usual: dict[str, object] = {"backfilled": False, "impact_override": None, "postmortem_body": None}
    usual |= {"scheduled_for": None, "scheduled_until": None, "organization_id": None}
    return json.dumps(
        {
            "meta": {"unsubscribe": unsubscribe, "documentation": f"{base}/status"},
            "page": {
                "id": PAGE_ID,
                "status_indicator": page.indicator.value,
                "status_description": _described(page),
            },
            "incident": usual | told,
        },
        ensure_ascii=False,
    )


def _described(page: StatusPage) -> str:
    return "Service Under Maintenance" if page.under_maintenance and not page.current else DESCRIBED[page.indicator]


def _component(component: Component, place: int, page: StatusPage) -> dict[str, object]:
    return {
        "id": component.id,
        "name": component.name,
        "status": _state(component),
        "created_at": _time(page.since),
        "updated_at": _time(page.changed_at),
        "position": place,
        "description": None,
        "showcase": True,
        "start_date": None,
        "group_id": None,
        "page_id": PAGE_ID,
        "group": False,
        "only_show_if_degraded": False,
    }


def _state(component: Component) -> str:
    maintained = component.maintained and component.indicator is Indicator.NONE
    return "under_maintenance" if maintained else OF_A_COMPONENT[component.indicator].value


def _incident(incident: PublicIncident, components: dict[str, dict[str, object]], base: str) -> dict[str, object]:
    hurt = components.get(incident.component or "")
    watched = next((each.at for each in incident.updates if each.status is Stage.MONITORING), None)
    return {
        "id": incident.id,
        "name": incident.title,
        "status": incident.status.value,
        "created_at": _time(incident.started_at),
        "updated_at": _time(incident.changed_at),
        "monitoring_at": _time(watched) if watched else None,
        "resolved_at": _time(incident.over_at) if incident.over_at else None,
        "impact": incident.worst.value,
        "shortlink": f"{base}/status/incidents/{incident.id}",
        "started_at": _time(incident.started_at),
        "page_id": PAGE_ID,
        "incident_updates": [_update(each, incident) for each in incident.updates],
        "components": [hurt] if hurt else [],
    }


def _maintenance(planned: PublicMaintenance, components: dict[str, dict[str, object]], base: str) -> dict[str, object]:
    going_on = planned.status is not MaintenanceStatus.SCHEDULED
    at = _time(planned.noted_at)
    update: dict[str, object] = {
        "id": planned.id,
        "status": planned.status.value,
        "body": planned.text,
        "incident_id": planned.id,
        "created_at": at,
        "updated_at": _time(planned.changed_at),
        "display_at": _time(planned.changed_at),
        "affected_components": None,
        "deliver_notifications": False,
        "custom_tweet": None,
        "tweet_id": None,
    }
    return {
        "id": planned.id,
        "name": planned.title,
        "status": planned.status.value,
        "created_at": at,
        "updated_at": _time(planned.changed_at),
        "monitoring_at": None,
        "resolved_at": None,
        "impact": "maintenance",
        "shortlink": f"{base}/status#{planned.id}",
        "started_at": _time(planned.starts) if going_on else at,
        "page_id": PAGE_ID,
        "incident_updates": [update],
        "components": [components[each] for each in planned.components if each in components],
        "scheduled_for": _time(planned.starts),
        "scheduled_until": _time(planned.ends),
    }


def _update(update: PublicUpdate, incident: PublicIncident) -> dict[str, object]:
    at = _time(update.at)
    return {
        "id": update.id,
        "status": update.status.value,
        "body": update.text,
        "incident_id": incident.id,
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "affected_components": None,
        "deliver_notifications": False,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
