"""Values in which every word is a marker that names its place: whatever leaks can be seen, and where it came from."""

from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.domain.directory import Directory, Workspace
from bot.domain.incident import Brief, Incident, Status, Times
from bot.domain.journey import Journey, Maintenance, Service
from bot.domain.team import Person, Team
from bot.domain.update import Audience, Stage, StatusUpdate
from tests.domain.lives import NEW_YORK, NOW

MARK = "leaked-"
NUMBER = 7_654_321
TOLD = "Cards are declined & <b>nothing</b> else.\nWe are at work."
Value = TypeVar("Value")


def marked(kind: type[Value], at: str = "") -> Value:
    """A value of a kind, every field of it filled."""
    made: Value = _marked(kind, at or kind.__name__)
    return made


def _marked(kind: Any, at: str) -> Any:  # noqa: ANN401 - types are looked into as they come
    if get_origin(kind) in (Union, UnionType):
        return _marked(next(each for each in get_args(kind) if each is not NoneType), at)
    if get_origin(kind) is tuple:
        return (_marked(get_args(kind)[0], at),)
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        filled = {each.name: _marked(hints[each.name], f"{at}.{each.name}") for each in fields(kind) if each.init}
        made: Any = kind
        return made(**filled)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    plain = {str: f"{MARK}{at}", int: NUMBER, float: float(NUMBER), bool: False, datetime: NOW}
    return plain[kind]


def update(number: int, audience: Audience, *, published: bool, text: str = "") -> StatusUpdate:
    """An update whose words are markers, but for the text where one is given; handed out in any case."""
    filled = marked(StatusUpdate, f"update{number}")
    return replace(
        filled,
        number=number,
        audience=audience,
        stage=Stage.INVESTIGATING,
        text=text or filled.text,
        handed_out_at=NOW,
        published_at=NOW if published else None,
        on_site_at=NOW if published else None,
        severity="SEV1",
    )


UPDATES = (
    update(1, Audience.PUBLIC, published=True, text=TOLD),
    update(2, Audience.PUBLIC, published=False),
    update(3, Audience.INTERNAL, published=True),
    update(4, Audience.INTERNAL, published=False),
)
"""Of these four only the first was ever told to the public."""


def an_incident(*, private: bool = False, updates: tuple[StatusUpdate, ...] = UPDATES) -> Incident:
    """An incident with something in every field; all that the public may know of it is one text and its time."""
    filled = marked(Incident)
    return replace(
        filled,
        brief=replace(marked(Brief), journey="checkout"),
        severity="SEV1",
        status=Status.INVESTIGATING,
        private=private,
        times=Times(since=NOW, detected=NOW, declared=NOW),
        updates=updates,
    )


DIRECTORY = Directory(
    workspace=Workspace(
        zone=NEW_YORK,
        announce=f"#{MARK}announce",
        bridge=f"https://{MARK}bridge.test",
        managers=(f"{MARK}manager",),
        status_site=True,
        status_name="Acme <status>",
    ),
    people={"maya": marked(Person)},
    teams={"auth": marked(Team)},
    services={"auth-api": marked(Service)},
    journeys={
        "checkout": Journey(
            id="checkout",
            name="Checkout & pay",
            pain=f"{MARK}pain",
            customers_see=f"{MARK}customers_see",
            owner=f"{MARK}owner",
            severity="SEV1",
            services=(f"{MARK}service",),
            first_action=f"{MARK}first_action",
            runbook=f"https://{MARK}runbook.test",
        ),
        "hidden": Journey(
            id="hidden",
            name=f"{MARK}private journey",
            pain=f"{MARK}pain",
            customers_see="",
            owner=None,
            severity="SEV1",
            private=True,
        ),
    },
    maintenance=(
        Maintenance(
            title="Cards move",
            journeys=("checkout", "hidden"),
            starts=NOW,
            ends=NOW + timedelta(hours=1),
            customers_see="Cards may be declined.",
        ),
        replace(marked(Maintenance), journeys=("hidden",), ends=NOW + timedelta(hours=1)),
    ),
)
