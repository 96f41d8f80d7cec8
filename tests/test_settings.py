"""Settings: what is missing or malformed stops the start with one line that names it."""

from pathlib import Path

import pytest

from bot.instruments import instruments_for
from bot.settings import BadSetting, read_settings, settings_from
from bot.slack.limits import BUDGETS, EVERY_OTHER, Budget
from bot.system import SystemClock

ENOUGH = {"SLACK_BOT_TOKEN": "xoxb-local-1", "SLACK_APP_TOKEN": "xapp-local-1"}


def test_two_tokens_are_enough_and_stay_secret() -> None:
    settings = settings_from(ENOUGH)
    assert settings.socket_mode
    assert settings.DATABASE_URL == "sqlite:///tocsin.db"
    assert settings.alert_tokens == ()
    assert "xoxb-local-1" not in repr(settings)
    assert "xapp-local-1" not in repr(settings)


def test_a_signing_secret_means_signed_http() -> None:
    settings = settings_from({"SLACK_BOT_TOKEN": "xoxb-local-1", "SLACK_SIGNING_SECRET": "local"})
    assert not settings.socket_mode


def test_a_mail_server_is_read_from_its_address_and_its_password_stays_secret() -> None:
    given = {"SMTP_URL": "smtp://tocsin:p%40ss@mail.acme.test", "MAIL_FROM": "Tocsin <tocsin@acme.test>"}
    settings = settings_from({**ENOUGH, **given})
    server = settings.mail_server
    assert server is not None
    assert (server.host, server.port, server.user, server.password) == ("mail.acme.test", 587, "tocsin", "p@ss")
    assert "p%40ss" not in repr(settings)
    assert settings_from(ENOUGH).mail_server is None


def test_alert_tokens_are_separated_by_commas() -> None:
    settings = settings_from({**ENOUGH, "ALERT_TOKENS": "one, two,,"})
    assert [token.get_secret_value() for token in settings.alert_tokens] == ["one", "two"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-local-1"}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-local-1", "SLACK_SIGNING_SECRET": ""}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "xapp-local-1"}, "SLACK_BOT_TOKEN"),
        ({**ENOUGH, "PORT": "many"}, "PORT"),
        ({**ENOUGH, "PORT": "70000"}, "PORT"),
        ({**ENOUGH, "LIMITS_TIMES": "0"}, "LIMITS_TIMES"),
        ({**ENOUGH, "CLOCK_WRONG_BY": "nan"}, "CLOCK_WRONG_BY"),
        ({**ENOUGH, "DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({**ENOUGH, "SLACK_API_URL": "slack.com"}, "SLACK_API_URL"),
        ({**ENOUGH, "LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({**ENOUGH, "SMTP_URL": "smtp://mail.acme.test"}, "MAIL_FROM"),
        ({**ENOUGH, "SMTP_URL": "mail.acme.test:25"}, "SMTP_URL"),
        ({**ENOUGH, "SMTP_URL": "smtp://hush@mail.acme.test"}, "SMTP_URL"),
        ({**ENOUGH, "SMTP_URL": "smtp://u:hush@mail.acme.test:port"}, "SMTP_URL"),
        ({**ENOUGH, "MAIL_FROM": "tocsin"}, "MAIL_FROM"),
        ({**ENOUGH, "MAIL_FROM": "Tocsin <a@b.test>\nBcc: x@y.test"}, "MAIL_FROM"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(given: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting) as refused:
        settings_from(given)
    said = str(refused.value)
    assert said.startswith(f"{named}: ")
    assert "\n" not in said
    assert "hush" not in said


def test_only_a_local_slack_lets_the_clock_be_moved() -> None:
    assert not settings_from(ENOUGH).local
    assert settings_from({**ENOUGH, "SLACK_API_URL": "http://127.0.0.1:9/api/"}).local


def test_only_a_local_slack_lets_the_machines_clock_be_wrong() -> None:
    wrong = {**ENOUGH, "CLOCK_WRONG_BY": "3600"}
    for address, seconds in (("https://slack.com/api/", 0), ("http://127.0.0.1:9/api/", 3600)):
        clock = instruments_for(settings_from({**wrong, "SLACK_API_URL": address})).clock
        assert abs((clock() - SystemClock()()).total_seconds() - seconds) < 60


def test_only_a_local_slack_is_asked_more_than_slack_allows() -> None:
    more = {**ENOUGH, "LIMITS_TIMES": "50"}
    assert instruments_for(settings_from(more)).budgets == BUDGETS
    local = instruments_for(settings_from({**more, "SLACK_API_URL": "http://127.0.0.1:9/api/"}))
    assert local.budgets["chat.postMessage"].each == Budget(burst=250, per_second=50)
    assert local.budgets[EVERY_OTHER].whole.burst == 950


def test_what_is_there_and_empty_is_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {"SLACK_BOT_TOKEN": "xoxb-local-1", "SLACK_SIGNING_SECRET": "local"}
    empty = dict.fromkeys(("SLACK_APP_TOKEN", "SLACK_API_URL", "DATABASE_URL", "PORT", "CLOCK_OFFSET_FILE"), "")
    monkeypatch.chdir(tmp_path)
    for name, value in {**given, **empty}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".env").write_text("SLACK_APP_TOKEN=\nLOG_FORMAT=\n", encoding="utf-8")
    for settings in (read_settings(), settings_from({**given, **empty})):
        assert not settings.socket_mode
        assert settings.SLACK_API_URL == "https://slack.com/api/"
        assert settings.PORT == 3000
        assert settings.CLOCK_OFFSET_FILE is None


@pytest.mark.parametrize("address", ["ftp://beat.acme.test/secret", "https://", "https://beat.acme.test:many/secret"])
def test_a_heartbeats_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(BadSetting) as refused:
        settings_from({**ENOUGH, "HEARTBEAT_URL": address})
    assert str(refused.value).startswith("HEARTBEAT_URL: must be a web address")
    assert "acme" not in str(refused.value)
