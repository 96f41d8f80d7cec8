"""Alert sources: real bodies read whole, and a sentence with the field's name for everything that is wrong."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alert import NO_TIME, AlertStatus
from bot.domain.errors import Refusal
from bot.web.sources import SOURCES, alertmanager, generic
from tests.web.doors import BODIES

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_every_real_body_is_read_whole(body: bytes) -> None:
    sent = json.loads(body)
    alerts = alertmanager.parse({}, body)
    assert [alert.fingerprint for alert in alerts] == [each["fingerprint"] for each in sent["alerts"]]
    assert [alert.status.value for alert in alerts] == [each["status"] for each in sent["alerts"]]
    assert [dict(alert.labels) for alert in alerts] == [each["labels"] for each in sent["alerts"]]
    assert [alert.summary for alert in alerts] == [each["annotations"]["summary"] for each in sent["alerts"]]
    assert all(alert.starts_at.tzinfo is UTC and alert.link.startswith("http://prometheus") for alert in alerts)
    ended = [alert for alert in alerts if alert.status is AlertStatus.RESOLVED]
    assert all(alert.ends_at is not None and alert.ends_at > alert.starts_at for alert in ended)


def test_a_start_in_nanoseconds_is_read() -> None:
    body = json.loads(BODIES["08_ungrouped_firing_1"])
    body["alerts"][0]["startsAt"] = "2026-11-20T20:47:14.205123456+02:00"
    assert alertmanager.parse({}, json.dumps(body).encode())[0].starts_at == datetime(
        2026, 11, 20, 18, 47, 14, 205123, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"version": "3"}, "version is '3'; this reads version 4"),
        ({"alerts": None}, "alerts is wrong"),
        ({"alerts": [{"labels": {}, "startsAt": "2026-11-20T20:47:14Z"}]}, "alerts[0].status is missing"),
        ({"alerts": [{"status": "firing", "labels": {}, "startsAt": "yesterday"}]}, "alerts[0].startsAt is wrong"),
        ({"alerts": [{"status": "on", "labels": {}, "startsAt": "2026-11-20T20:47:14Z"}]}, "alerts[0].status is wrong"),
        (
            {"alerts": [{"status": "firing", "labels": {"a": 1}, "startsAt": "2026-11-20T20:47:14Z"}]},
            "alerts[0].labels.a is wrong",
        ),
    ],
)
def test_what_is_wrong_with_a_group_is_named(change: dict[str, object], says: str) -> None:
    body = json.loads(BODIES["08_ungrouped_firing_1"]) | change
    with pytest.raises(Refusal) as refused:
        alertmanager.parse({}, json.dumps(body).encode())
    assert str(refused.value).startswith(says)
    assert "Nothing was taken in" in str(refused.value)
    assert refused.value.field is not None


def test_an_alert_without_a_summary_says_what_else_it_has() -> None:
    body = json.loads(BODIES["08_ungrouped_firing_1"])
    body["alerts"][0]["annotations"] = {}
    assert alertmanager.parse({}, json.dumps(body).encode())[0].summary == "TargetDown"


def test_the_short_way_in() -> None:
    sent = {"journey": "checkout", "summary": " Cards\0 are\ndeclined ", "service": "auth-api", "severity": "SEV1"}
    body = json.dumps(sent).encode()
    (alert,) = generic.parse({}, body)
    assert (alert.summary, alert.status, alert.starts_at) == ("Cards are declined", AlertStatus.FIRING, NO_TIME)
    assert dict(alert.labels) == {"journey": "checkout", "service": "auth-api", "severity": "SEV1"}
    assert generic.parse({}, body)[0].fingerprint == alert.fingerprint


def test_the_short_way_takes_a_list_with_everything_given() -> None:
    given_ = {
        "journey": "checkout",
        "summary": "x",
        "fingerprint": "f1",
        "status": "resolved",
        "starts_at": "2026-11-20T20:47:14Z",
    }
    alerts = generic.parse({}, json.dumps([given_, given_ | {"fingerprint": "f" * 500}]).encode())
    assert (alerts[0].fingerprint, alerts[0].status) == ("f1", AlertStatus.RESOLVED)
    assert alerts[0].starts_at == datetime(2026, 11, 20, 20, 47, 14, tzinfo=UTC)
    assert len(alerts[1].fingerprint) == 16


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the body is not JSON"),
        (b"not json", "the body is not JSON"),
        (b"[]", ""),
        (b"7", "the body is wrong"),
        (b'{"journey": "checkout"}', "summary is missing"),
        (b'{"journey": " ", "summary": "x"}', "journey is wrong"),
        (b'{"journey": "checkout", "summary": "x", "serverity": "SEV1"}', "serverity is not a field of this source"),
        (b'[{"journey": "checkout", "summary": 1}]', "[0].summary is wrong"),
        (b'{"journey": "checkout", "summary": "x", "starts_at": "soon"}', "starts_at is wrong"),
        (b'{"journey": "checkout", "summary": "\\ud800"}', "the body is not JSON"),
    ],
)
def test_what_is_wrong_with_the_short_way_is_named(body: bytes, says: str) -> None:
    if not says:
        assert generic.parse({}, body) == []
        return
    with pytest.raises(Refusal) as refused:
        generic.parse({}, body)
    assert str(refused.value).startswith(says)


@pytest.mark.parametrize("source", SOURCES)
@given(body=st.binary(max_size=200) | JSON.map(lambda given_: json.dumps(given_).encode()))
def test_no_body_breaks_a_source(source: str, body: bytes) -> None:
    try:
        alerts = SOURCES[source]({}, body)
    except Refusal as refused:
        alerts, says = [], str(refused)
    else:
        says = "Nothing was taken in"
    assert "Nothing was taken in" in says
    assert all(alert.source == source for alert in alerts)


@given(text=st.text(min_size=1, max_size=4000))
def test_whatever_is_written_in_an_alert_can_be_stored(text: str) -> None:
    body = json.dumps({"journey": "checkout", "summary": text, "service": text, "fingerprint": text}).encode()
    try:
        (alert,) = generic.parse({}, body)
    except Refusal:
        return
    for kept in (alert.summary, alert.fingerprint, *alert.labels.values()):
        assert "\x00" not in kept
        kept.encode()
    assert len(alert.summary) <= 3000
    assert len(alert.fingerprint) <= 200
    assert alert.summary
