"""Alertmanager's webhook, version 4: one body carries the alerts of one group."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from pydantic import Field, TypeAdapter

from bot.domain.alert import Alert, AlertStatus
from bot.domain.errors import Refusal
from bot.web.sources.reading import NOTHING_TAKEN, Sent, digest, identity, link, moment, read, texts, words

NAME: Final = "alertmanager"
VERSION: Final = "4"
SUMMARIES: Final = ("summary", "message", "title", "description")


class SentAlert(Sent):
    """One alert of a group."""

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = Field(default_factory=dict)
    starts_at: datetime = Field(alias="startsAt")
    ends_at: datetime | None = Field(default=None, alias="endsAt")
    generator_url: str = Field(default="", alias="generatorURL")
    fingerprint: str = ""


class Group(Sent):
    """A delivery."""

    version: str
    alerts: list[SentAlert]
    external_url: str = Field(default="", alias="externalURL")


_GROUP: Final = TypeAdapter(Group)


def parse(headers: Mapping[str, str], body: bytes) -> list[Alert]:  # noqa: ARG001 - every source takes both
    """Read a delivery. Raises Refusal naming the field that is wrong."""
    group = read(_GROUP, body)
    if group.version != VERSION:
        raise Refusal(
            f"version is {words(group.version)!r}; this reads version 4 of Alertmanager's webhook. {NOTHING_TAKEN}",
            field="version",
        )
    return [_alert(sent, group) for sent in group.alerts]


def _alert(sent: SentAlert, group: Group) -> Alert:
    labels, annotations = texts(sent.labels), texts(sent.annotations)
    ended = moment(sent.ends_at)
    status = AlertStatus(sent.status)
    return Alert(
        source=NAME,
        # Alertmanager has sent fingerprints since 0.16; without one, the labels are what it would be made of.
        fingerprint=identity(sent.fingerprint or digest(*(f"{key}={labels[key]}" for key in sorted(labels)))),
        status=status,
        starts_at=moment(sent.starts_at),
        summary=_summary(labels, annotations),
        labels=labels,
        annotations=annotations,
        link=link(sent.generator_url) or link(group.external_url),
        ends_at=ended if status is AlertStatus.RESOLVED else None,
    )


def _summary(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    said = (words(annotations.get(key, "")) for key in SUMMARIES)
    return next((text for text in said if text), "") or words(labels.get("alertname", "")) or "Alert without a name"
