"""When a heartbeat counts as missing: rules, to the second."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.heartbeat import Heard, alarm, missed, missing_at
from bot.domain.journey import Heartbeat

TWO = datetime(2026, 11, 18, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHTLY = Heartbeat(name="backup", journey="invoices", every=DAY, grace=HOUR)
OFTEN = Heartbeat(name="queue", journey="invoices", every=timedelta(minutes=1), grace=HOUR)


@pytest.mark.parametrize(
    ("declared", "started", "expected"),
    [
        pytest.param(NIGHTLY, TWO - DAY, TWO + DAY + HOUR, id="we were there all the time"),
        pytest.param(NIGHTLY, TWO + 10 * HOUR, TWO + DAY + HOUR, id="a restart at noon changes nothing"),
        pytest.param(NIGHTLY, TWO + 23 * HOUR, TWO + DAY + HOUR, id="up before it could be sent"),
        pytest.param(NIGHTLY, TWO + 25 * HOUR, TWO + 50 * HOUR, id="it may have been sent while we were down"),
        pytest.param(OFTEN, TWO + HOUR, TWO + 2 * HOUR + OFTEN.every, id="with a grace longer than its interval"),
        pytest.param(OFTEN, TWO - HOUR, TWO + HOUR + OFTEN.every, id="and we were there"),
    ],
)
def test_its_time_counts_from_the_last_beat_that_could_be_heard(
    declared: Heartbeat, started: datetime, expected: datetime
) -> None:
    heard = Heard(name=declared.name, noted_at=TWO - DAY, beat_at=TWO)
    assert missing_at(declared, heard, started) == expected


def test_one_that_never_beat_is_missed_too() -> None:
    waited = Heard(name="backup", noted_at=TWO)
    assert missing_at(NIGHTLY, waited, TWO) == TWO + 25 * HOUR
    never = alarm(NIGHTLY, missed(waited, TWO + 25 * HOUR), TWO + 25 * HOUR)
    assert never.summary == "No heartbeat from backup yet; one is expected every 24 h"
    assert never.labels["journey"] == "invoices"
    once = alarm(NIGHTLY, missed(Heard(name="backup", noted_at=TWO, beat_at=TWO), TWO + 26 * HOUR), TWO + 26 * HOUR)
    assert once.summary.startswith("No heartbeat from backup for 26 h;")
