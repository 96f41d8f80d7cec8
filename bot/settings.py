"""Settings: secrets and addresses, from the environment and `.env`; whatever is about people is in the directory."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.notify.server import MailServer, mail_sender, mail_server

SOMEBODY = "tocsin@acme.test"
"""Stands for the sender while the server's address is looked at alone."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _web_address(value: str) -> str:
    if value and urlsplit(value).scheme not in {"http", "https"}:
        raise ValueError("must begin with https:// (or http:// for a local stand-in)")
    return value


def _secret_web_address(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        try:
            parts = urlsplit(_web_address(value.get_secret_value()))
            whole = bool(parts.hostname) and parts.port != 0
        except ValueError:
            whole = False
        if not whole:  # in words of our own: what urlsplit says repeats the address, which is a secret
            raise ValueError("must be a web address that begins with https:// (or http://)")
    return value


def _database(value: str) -> str:
    if not value.startswith(("sqlite://", "postgresql://", "postgresql+psycopg://", "postgres://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return value


def _smtp(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        mail_server(value.get_secret_value(), SOMEBODY)
    return value


def _sender(value: str) -> str:
    if value:
        mail_sender(value)
    return value


class Settings(BaseSettings):
    """What the process is told from outside. Names are those of the environment."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,  # as Compose hands on what it was not given: not set
        extra="ignore",
        case_sensitive=True,
    )

    SLACK_BOT_TOKEN: SecretStr = Field(description="bot token, `xoxb-…`")
    SLACK_APP_TOKEN: SecretStr | None = Field(default=None, description="app-level token, `xapp-…`: Socket Mode")
    SLACK_SIGNING_SECRET: SecretStr | None = Field(
        default=None, description="without an app token: signed HTTP at `POST /slack/events`"
    )
    SLACK_API_URL: Annotated[str, AfterValidator(_web_address)] = Field(
        default="https://slack.com/api/", description="for GovSlack or a local stand-in; every Slack call goes there"
    )
    DATABASE_URL: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///tocsin.db", description="`postgresql://…` for several replicas"
    )
    DIRECTORY: Path = Field(default=Path("directory.yml"), description="the directory file")
    HOST: str = Field(default="127.0.0.1", description="where the web endpoints listen")
    PORT: int = Field(default=3000, ge=0, le=65535, description="their port")
    PUBLIC_URL: Annotated[str, AfterValidator(_web_address)] = Field(
        default="", description="the address that links to the status site begin with"
    )
    STATUSPAGE_API_KEY: SecretStr | None = Field(
        default=None, description="API key of Atlassian Statuspage, for the page that `workspace.statuspage` names"
    )
    STATUSPAGE_API_URL: Annotated[str, AfterValidator(_web_address)] = Field(
        default="https://api.statuspage.io/v1/", description="for a local stand-in; every call to Statuspage goes there"
    )
    ALERT_TOKENS: SecretStr = Field(
        default=SecretStr(""),
        description="comma-separated bearer tokens of alert sources; none: intake answers 503 and says why",
    )
    SMTP_URL: Annotated[SecretStr | None, AfterValidator(_smtp)] = Field(
        default=None, description="the mail server, `smtp://user:password@host:port` or `smtps://…`; unset: no mail"
    )
    MAIL_FROM: Annotated[str, AfterValidator(_sender)] = Field(
        default="", description="whom mail is from, `Tocsin <tocsin@acme.test>`; required with `SMTP_URL`"
    )
    FALLBACK_URLS: SecretStr = Field(
        default=SecretStr(""),
        description="space-separated addresses, as [Apprise](https://appriseit.com) reads them: where pages go that "
        "Slack does not take",
    )
    HEARTBEAT_URL: Annotated[SecretStr | None, AfterValidator(_secret_web_address)] = Field(
        default=None, description="called each minute while all is well, so that its owner notices when it is not"
    )
    LOG_FORMAT: Literal["text", "json"] = Field(default="text", description="`json` for machines")
    CLOCK_OFFSET_FILE: Path | None = Field(
        default=None, description="seconds to add to the clock; only with a `SLACK_API_URL` on this machine"
    )
    CLOCK_WRONG_BY: float = Field(
        default=0,
        allow_inf_nan=False,
        description="seconds by which this machine's clock pretends to be ahead of the right time; only with a "
        "`SLACK_API_URL` on this machine",
    )
    LIMITS_TIMES: float = Field(
        default=1,
        ge=1,
        le=10_000,
        description="how many times what Slack allows is asked of it; only with a `SLACK_API_URL` on this machine",
    )
    CRASH_FILE: Path | None = Field(
        default=None,
        description="once this file exists, the process is killed at the checkpoint whose number it holds, as tests "
        "do; only with a `SLACK_API_URL` on this machine",
    )

    @property
    def local(self) -> bool:
        """Whether Slack is a stand-in on this machine."""
        return urlsplit(self.SLACK_API_URL).hostname in LOOPBACK

    @property
    def alert_tokens(self) -> tuple[SecretStr, ...]:
        """The bearer tokens that alert sources may present."""
        words = (word.strip() for word in self.ALERT_TOKENS.get_secret_value().split(","))
        return tuple(SecretStr(word) for word in words if word)

    @property
    def mail_server(self) -> MailServer | None:
        """The mail server, if one is set."""
        if self.SMTP_URL is None:
            return None
        return mail_server(self.SMTP_URL.get_secret_value(), self.MAIL_FROM)

    @property
    def fallback_urls(self) -> tuple[str, ...]:
        """Where pages go that Slack does not take; each may hold a secret."""
        return tuple(self.FALLBACK_URLS.get_secret_value().split())

    @property
    def socket_mode(self) -> bool:
        """Whether Slack's events come over a WebSocket, not over signed HTTP."""
        return self.SLACK_APP_TOKEN is not None


class _OnlyGiven(Settings):
    """Settings from a given mapping alone: neither the process's environment nor `.env` is read."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what is passed, and nothing else."""
        return (init_settings,)


class BadSetting(Exception):
    """A setting that is missing or malformed; the message is one line that names it."""


def read_settings() -> Settings:
    """Read the environment and `.env`. Raises BadSetting with one line for the first thing that is wrong."""
    return _checked(Settings)


def settings_from(given: Mapping[str, str]) -> Settings:
    """Make settings from `given` alone (for tests and the sandbox). Raises BadSetting."""
    return _checked(lambda: _OnlyGiven.model_validate({name: value for name, value in given.items() if value}))


def _checked(make: Callable[[], Settings]) -> Settings:
    try:
        settings = make()
    except ValidationError as error:
        raise BadSetting(_one_line(error)) from None
    if settings.SLACK_APP_TOKEN is None and not (
        settings.SLACK_SIGNING_SECRET and settings.SLACK_SIGNING_SECRET.get_secret_value()
    ):
        raise BadSetting(
            "SLACK_APP_TOKEN: neither it nor SLACK_SIGNING_SECRET is set; set the first for Socket Mode, or the second "
            "for signed HTTP at POST /slack/events"
        )
    if settings.SMTP_URL is not None and not settings.MAIL_FROM:
        raise BadSetting("MAIL_FROM: not set, though SMTP_URL is; set the address that mail is from")
    return settings


def _one_line(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    if first["type"] == "missing":
        said = Settings.model_fields[name].description if name in Settings.model_fields else ""
        return f"{name}: not set; it is required ({said})"
    return f"{name}: {first['msg'].removeprefix('Value error, ')}"
