"""Anything that can post JSON: one alert, or a list of them, in our own words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, StringConstraints, TypeAdapter

from bot.domain.alert import Alert, AlertStatus
from bot.web.sources.reading import Sent, digest, identity, moment, read, texts, words

NAME: Final = "generic"

Said = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class SentAlert(Sent):
    """One alert. A field that is not ours is refused: a misspelt one would otherwise be lost without a word."""

    model_config = ConfigDict(extra="forbid")

    journey: Said
    summary: Said
    service: str | None = None
    severity: str | None = None
    fingerprint: str | None = None
    status: Literal["firing", "resolved"] = "firing"
    starts_at: datetime | None = None


_ONE: Final = TypeAdapter(SentAlert)
_SEVERAL: Final = TypeAdapter(list[SentAlert])


def parse(headers: Mapping[str, str], body: bytes) -> list[Alert]:  # noqa: ARG001 - every source takes both
    """Read one object or a list of them. Raises Refusal naming the field that is wrong."""
    several = body.lstrip()[:1] == b"["
    sent = read(_SEVERAL, body) if several else [read(_ONE, body)]
    return [_alert(each) for each in sent]


def _alert(sent: SentAlert) -> Alert:
    given = {"journey": sent.journey, "service": sent.service, "severity": sent.severity}
    labels = texts({key: value for key, value in given.items() if value})
    summary = words(sent.summary)
    return Alert(
        source=NAME,
        # Without a fingerprint, what it says is what it is: the same words are the same alert.
        fingerprint=identity(sent.fingerprint or digest(sent.journey, sent.service or "", summary)),
        status=AlertStatus(sent.status),
        starts_at=moment(sent.starts_at),
        summary=summary or "Alert without a summary",
        labels=labels,
        severity=labels.get("severity"),
    )
