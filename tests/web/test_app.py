"""The endpoints: who may post alerts, what each answer says, health, readiness, metrics, Slack over HTTP."""

from collections.abc import AsyncIterator, Callable
from types import MappingProxyType

import pytest

from bot.services.figures import Invariant
from bot.web.health import Check, silent
from tests.web.doors import BODIES, TOKEN, Behind, client

FIRING = BODIES["01_page_firing_single_slo_burn"]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_every_real_body_is_taken_in_and_each_alert_answered(body: bytes) -> None:
    behind = Behind()
    async with client(behind.app()) as http:
        answer = await http.post("/alerts/alertmanager", body)
    assert answer.status == 200
    ((source, alerts),) = behind.taken
    assert source == "alertmanager"
    assert [each["fingerprint"] for each in answer.json()["alerts"]] == [alert.fingerprint for alert in alerts]
    assert set(answer.json()["alerts"][0]) == {"fingerprint", "fate", "incident", "journey", "why"}


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", "Bearer ünïcode"])
async def test_without_a_right_token_nothing_is_read(
    authorization: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "23")
    behind = Behind()
    async with client(behind.app()) as http:
        answer = await http.post("/alerts/alertmanager", FIRING, Authorization=authorization)
    assert (answer.status, behind.taken) == (401, [])
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert TOKEN not in answer.text
    record_property("shown", "an alert with no token, or a wrong one: 401, and nothing was read")


async def test_without_tokens_set_the_door_is_shut_and_says_why() -> None:
    async with client(Behind().app(alert_tokens=())) as http:
        answer = await http.post("/alerts/alertmanager", FIRING)
    assert answer.status == 503
    assert "ALERT_TOKENS is not set" in answer.json()["error"]


async def test_an_unknown_source_is_told_the_known_ones() -> None:
    async with client(Behind().app()) as http:
        answer = await http.post("/alerts/nagios", FIRING)
    assert answer.status == 404
    assert answer.json()["error"].endswith("Known: alertmanager, generic.")


async def test_a_malformed_body_is_answered_with_the_field() -> None:
    behind = Behind()
    async with client(behind.app()) as http:
        answer = await http.post("/alerts/generic", b'{"journey": "checkout"}')
    assert (answer.status, answer.json()["field"]) == (400, "summary")
    assert answer.json()["error"] == "summary is missing. Nothing was taken in; correct the body and send it again."
    assert behind.taken == []


@pytest.mark.parametrize("said_length", [True, False])
async def test_a_body_over_a_megabyte_is_refused(said_length: bool) -> None:  # noqa: FBT001
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 100_000

    behind = Behind()
    async with client(behind.app()) as http:
        sent = b" " * 1_000_001 if said_length else pieces()
        answer = await http.post("/alerts/generic", sent)
        slack = await http.post("/slack/events", b" " * 1_000_001)
    assert (answer.status, slack.status) == (413, 413)
    assert behind.from_slack == []


async def test_trouble_with_the_database_is_503_and_never_429() -> None:
    behind = Behind(unavailable="The database is locked.")
    async with client(behind.app()) as http:
        answer = await http.post("/alerts/alertmanager", FIRING)
        metrics = await http.get("/metrics")
    assert (answer.status, metrics.status) == (503, 503)
    assert answer.headers["Retry-After"] == "5"
    assert answer.json()["error"].startswith("The database is locked.")


async def test_slack_gets_the_raw_bytes_as_they_were_sent() -> None:
    behind = Behind()
    raw = b"payload=%7B%22a%22%3A1%7D&x=\xff"
    async with client(behind.app()) as http:
        answer = await http.post("/slack/events", raw, X_Slack_Signature="v0=1")
    assert (answer.status, answer.content) == (200, b"{}")
    ((headers, body),) = behind.from_slack
    assert body == raw
    assert headers["x-slack-signature"] == "v0=1"


async def test_slack_over_http_does_not_exist_in_socket_mode() -> None:
    async with client(Behind().app(slack=None)) as http:
        answer = await http.post("/slack/events", b"{}")
    assert answer.status == 404
    assert "Socket Mode" in answer.json()["error"]


async def test_health_is_red_with_its_reasons() -> None:
    behind = Behind()
    async with client(behind.app()) as http:
        assert (await http.get("/healthz")).json() == {"alive": True, "reasons": []}
        behind.reasons.append("the sweep has not completed a cycle for 16 s")
        red = await http.get("/healthz")
    assert (red.status, red.json()["reasons"]) == (503, ["the sweep has not completed a cycle for 16 s"])


def test_what_has_been_silent_for_too_long_is_named() -> None:
    ages = MappingProxyType({"the loop": 1.0, "the sweep": 15.5})
    assert silent(ages) == ("the sweep has not completed a cycle for 16 s",)


async def test_readiness_shows_every_check() -> None:
    behind = Behind()
    async with client(behind.app()) as http:
        assert (await http.get("/readyz")).json()["ready"]
        behind.checks.append(Check(name="database", ok=False, says="read-only"))
        red = await http.get("/readyz")
        metrics = (await http.get("/metrics")).text
    assert red.status == 503
    assert red.json() == {
        "ready": False,
        "checks": {"slack": {"ok": True, "says": "connected"}, "database": {"ok": False, "says": "read-only"}},
    }
    assert "tocsin_ready 0.0" in metrics


async def test_metrics_show_the_engine_and_name_nobody() -> None:
    behind = Behind()
    async with client(behind.app()) as http:
        await http.post("/alerts/alertmanager", FIRING)
        await http.post("/alerts/generic", b"{")
        await http.post("/alerts/nagios", b"{")
        behind.meters.sent("send_page", "accepted")
        behind.meters.fired(0.02)
        behind.meters.page_taken(0.2)
        behind.meters.fenced()
        behind.meters.removed()
        behind.meters.socket(lambda: 3.5)
        behind.meters.broken({Invariant.LONG_UNKNOWN: 2})
        with behind.meters.database("write"):
            pass
        answer = await http.get("/metrics")
    shown = set(answer.text.splitlines())
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert {
        'tocsin_alerts_total{fate="triaged",source="alertmanager"} 1.0',
        'tocsin_alert_deliveries_refused_total{source="generic",status="400"} 1.0',
        'tocsin_sends_total{kind="send_page",outcome="accepted"} 1.0',
        'tocsin_outbox_ready{priority="page"} 2.0',
        'tocsin_outbox_oldest_ready_seconds{priority="page"} 3.0',
        'tocsin_outbox_oldest_ready_seconds{priority="urgent"} 0.0',
        'tocsin_outbox_oldest_ready_seconds{priority="normal"} 9.0',
        'tocsin_page_latency_seconds_bucket{le="0.25"} 1.0',
        'tocsin_page_latency_seconds_bucket{le="0.1"} 0.0',
        'tocsin_database_transaction_seconds_count{access="write"} 1.0',
        "tocsin_fenced_completions_total 1.0",
        "tocsin_duplicates_deleted_total 1.0",
        "tocsin_socket_last_frame_seconds 3.5",
        'tocsin_invariant_broken{invariant="long_unknown"} 2.0',
        'tocsin_invariant_broken{invariant="timer_overdue"} NaN',
        "tocsin_timers_pending 7.0",
        "tocsin_timer_lateness_seconds_count 1.0",
    } <= shown
    assert "nagios" not in answer.text
    assert "INC-" not in answer.text


async def test_anything_else_says_what_there_is() -> None:
    async with client(Behind().app()) as http:
        missing = await http.get("/docs")
        wrong = await http.get("/alerts/generic")
    assert (missing.status, wrong.status) == (404, 405)
    assert "/healthz" in missing.json()["error"]
