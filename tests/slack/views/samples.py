"""Incidents, pages and hostile words for the tests of views, and what every message and form must pass."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from slack_sdk.models.views import View

from bot.domain.action_item import ActionItem
from bot.domain.alert import Alert, AlertStatus, AlertTally
from bot.domain.decision import Decision
from bot.domain.impact import Impact
from bot.domain.incident import Brief, Incident, Room, RoomKind, Status, Times
from bot.domain.page import Ask, AskState, Page, PageKind, PageState, PageTier
from bot.domain.prose import Who
from bot.domain.role import COMMANDER, Term
from bot.domain.update import Audience, Clock, Stage, StatusUpdate, UpdateForm
from bot.sandbox.blockkit import validate_message, validate_view
from bot.slack.views.parts import Message

T0 = datetime(2026, 11, 20, 2, 17, tzinfo=UTC)
MAYA = Who(name="maya", user="UMAYA", person="maya", phone="+1 555 0100")
LEON = Who(name="leon", user="ULEON", person="leon")
SAM = Who(name="sam", user="USAM")
DANA = Who(name="Dana Fox", person="dana")

HOSTILE = (
    "",
    " ",
    "🔥" * 40,
    "a" * 3100,
    "&" * 3000,
    "&&&&",
    "<!channel> <!here|here> <@U1> <#C1> <!subteam^S1>",
    "<https://evil.test|your bank> https://evil.test",
    "<!date^0^{date}|x>",
    "\u202eevil\u202c\x00\x07",
    "עגלת הקניות שבורה",
    "`code` *bold* _it_ ```pre```",
    "line\nline\r\nline\u2028line",
    "\ud800",
    "👨\u200d👩\u200d👧\u200d👦" * 500,
)
hostile = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=80), st.text(alphabet="<>&|@!#^:/ab", max_size=60))

_MARKUP = re.compile(r"<([^>]*)>")
_OURS = re.compile(
    r"@U(MAYA|LEON|SAM)|#C(ROOM|STAKE)|!date\^\d+\^[^|]*\|[\d: -]+UTC"
    r"|https://(runbooks|meet|status|alerts)\.acme\.test/?[^|]*\|[^|]*|mailto:[^|]*"
)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def an_incident(text: str = "Cards are declined", **more: object) -> Incident:
    """An incident whose every typed field says `text`."""
    form = UpdateForm(
        status="mitigating", customers_see=text, affected=text, since=T0, cause=text, doing=text, estimate=text
    )
    update = StatusUpdate(
        number=1,
        audience=Audience.PUBLIC,
        stage=Stage.INVESTIGATING,
        text=text,
        form=form,
        by=SAM,
        drafted_at=T0,
        published_at=T0 + minutes(9),
        next_at=T0 + minutes(39),
    )
    given: dict[str, object] = {
        "number": 42,
        "brief": Brief(
            journey="checkout",
            name="Checkout",
            pain="Customers cannot place orders",
            customers_see="Some customers cannot complete a purchase",
            first_action=text,
            runbook="https://runbooks.acme.test/checkout",
            bridge="https://meet.acme.test/war-room",
            status_page="https://status.acme.test",
            may_need=("Auth (auth-api)",),
        ),
        "words": text,
        "severity": "SEV1",
        "status": Status.INVESTIGATING,
        "private": False,
        "declared_by": SAM,
        "times": Times(since=T0, detected=T0, declared=T0, first_page=T0),
        "war_room": Room(kind=RoomKind.WAR_ROOM, name="inc-42-cards-are-declined", channel="CROOM"),
        "stakeholders": Room(kind=RoomKind.STAKEHOLDERS, name="inc-42-updates", channel="CSTAKE"),
        "terms": (Term(role=COMMANDER, who=MAYA, since=T0),),
        "responders": (MAYA,),
        "impact": (Impact(at=T0, by=SAM, percent=32, customers=1240, scope=text, revenue=text, words=text),),
        "changed": text,
        "decisions": (Decision(number=1, text=text, by=MAYA, at=T0, why=text, alternatives=text),),
        "actions": (ActionItem(number=1, text=text, by=MAYA, at=T0, owner=LEON, due=T0 + minutes(40)),),
        "updates": (update,),
        "clocks": (Clock(audience=Audience.PUBLIC, round=1, due_at=T0 + minutes(15)),),
    }
    return Incident(**{**given, **more})  # type: ignore[arg-type]


def a_resolved_incident(text: str = "All is well") -> Incident:
    times = Times(since=T0, detected=T0, declared=T0, first_page=T0, resolved=T0 + minutes(95))
    return an_incident(text, status=Status.RESOLVED, times=times, resolution=text)


def an_ask(state: AskState = AskState.WAITING, text: str = "Checkout's primary until Mon 09:00", **more: object) -> Ask:
    given: dict[str, object] = {
        "id": "page:7:1:0:0:UMAYA",
        "who": MAYA,
        "tier": 0,
        "loop": 0,
        "why": text,
        "asked_at": T0,
        "due_at": T0 + minutes(5),
        "next_name": LEON,
        "state": state,
        "ended_at": None if state is AskState.WAITING else T0 + minutes(5),
    }
    return Ask(**{**given, **more})  # type: ignore[arg-type]


def a_page(state: PageState = PageState.RUNNING, *asks: Ask, **more: object) -> Page:
    given: dict[str, object] = {
        "id": 7,
        "incident": 42,
        "kind": PageKind.IMPACT,
        "target": "Checkout",
        "epoch": 3,
        "state": state,
        "tiers": (PageTier(rule="primary", who=MAYA, why="primary", wait=minutes(5)),),
        "asks": asks or (an_ask(),),
        "started_at": T0,
    }
    if state is PageState.ACKNOWLEDGED:
        given |= {"acknowledged_by": MAYA, "acknowledged_at": T0 + timedelta(seconds=70)}
    return Page(**{**given, **more})  # type: ignore[arg-type]


def an_alert(text: str = "Error rate 32 %", status: AlertStatus = AlertStatus.FIRING) -> Alert:
    return Alert(
        source="alertmanager",
        fingerprint="f1",
        status=status,
        starts_at=T0,
        summary=text,
        labels={"alertname": text},
        link="https://alerts.acme.test/1",
    )


def alerts_of(text: str) -> AlertTally:
    """Two that fire, the newer with this summary, and one that has resolved."""
    return AlertTally(firing=2, resolved=1, newest=text)


def checked(message: Message) -> str:
    """Hold a message to what Slack and our readers need; give all that it says."""
    payload = json.loads(json.dumps(message.payload()))
    assert validate_message(payload) == []
    assert 0 < len(message.text) <= 3900
    _readable({"type": "mrkdwn", "text": message.text, "verbatim": True})
    _readable(payload["blocks"])
    return "\n".join([message.text, *texts_of(payload["blocks"])])


def checked_view(view: View) -> str:
    """Hold a modal or Home to the same; give all that it says."""
    payload = json.loads(json.dumps(view.to_dict()))
    assert validate_view(payload) == []
    _readable(payload)
    for block in payload["blocks"]:
        if block["type"] == "input":
            assert block["block_id"], "what is typed survives a redraw only under a stable id"
    return "\n".join(texts_of(payload))


def labels_of(message: Message | View) -> list[str]:
    """The words on the buttons."""
    shown = message.payload() if isinstance(message, Message) else message.to_dict()
    return [each["text"]["text"] for each in objects_in(shown) if each.get("type") == "button"]


def objects_in(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from objects_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from objects_in(each)


def texts_of(value: object) -> list[str]:
    return [each["text"] for each in objects_in(value) if isinstance(each.get("text"), str)]


def injected(text: str) -> list[str]:
    """Every mention, link or date in mrkdwn that is not one of ours."""
    return [found for found in _MARKUP.findall(text) if not _OURS.fullmatch(found)]


def _readable(value: object) -> None:
    everything = list(objects_in(value))
    for each in everything:
        if each.get("type") == "mrkdwn":
            assert injected(each["text"]) == []
            assert each["verbatim"] is True
    buttons = [each for each in everything if each.get("type") == "button"]
    assert sum(each.get("style") == "primary" for each in buttons) <= 1
    assert all(each.get("confirm") for each in buttons if each.get("style") == "danger")
    spoken = [each.get("accessibility_label") or each["text"]["text"] for each in buttons]
    acts = [(each["action_id"], each.get("value")) for each in buttons]
    assert len(set(spoken)) >= len(set(acts)), f"two buttons sound alike: {sorted(spoken)}"
