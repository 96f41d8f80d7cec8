"""`python app.py doctor`: whether this installation would reach people, line by line, and what to do where not."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, TextIO

from bot.credentials import credentials_in
from bot.directory.file import load
from bot.directory.findings import DirectoryError
from bot.directory.manifest import scopes_asked_for
from bot.domain.directory import Directory
from bot.domain.phone_tree import phone_tree, receivers, without_number
from bot.domain.team import ToldBy
from bot.notify.examining import examine_statuspage
from bot.notify.examining_mail import examine_mail
from bot.notify.fallback import BadFallback, notifier_of
from bot.notify.heartbeat import examine_heartbeat
from bot.services.diagnosis import Diagnosis, Level, broken, doubtful, well
from bot.settings import BadSetting, Settings, read_settings
from bot.slack.examining import Examined, examine_slack
from bot.slack.examining_people import PeopleExamined
from bot.slack.limits import Limits
from bot.store.examining import examine_database
from bot.system import monotonic

USAGE: Final = """usage: python app.py doctor [--rooms]
  --rooms   also try whether channels may be opened and archived, with a private one that is archived at once
"""
MANIFEST: Final = Path(__file__).parent.parent.parent / "manifest.yml"


def run(argv: list[str], environ: Mapping[str, str], now: datetime, out: TextIO) -> int:
    """Print a line for each thing examined. Returns 1 if one has failed, else 0; 2 if asked wrongly."""
    if argv not in ([], ["--rooms"]):
        out.write(USAGE)
        return 0 if argv in (["-h"], ["--help"]) else 2
    try:
        settings = read_settings()
    except BadSetting as bad:
        out.write(f"{broken('settings', str(bad), 'Nothing else was examined.')}\n")
        return 1
    return asyncio.run(_report(settings, environ, now, out, trial=bool(argv)))


async def examine(
    settings: Settings, environ: Mapping[str, str], now: datetime, *, trial: bool = False
) -> AsyncIterator[Diagnosis]:
    """Examine an installation; with `trial` a channel is opened and archived, else nothing is changed."""
    door = "Socket Mode" if settings.socket_mode else "signed HTTP"
    yield well("settings", f"{door}; Slack at {settings.SLACK_API_URL}.")
    if not settings.alert_tokens:
        yield doubtful("alerts", "ALERT_TOKENS is not set: alerts are answered 503.", "Set one for each alert source.")
    yield _fallback(settings)
    beat = settings.HEARTBEAT_URL
    yield await examine_heartbeat(beat.get_secret_value() if beat else None)
    directory, found = _directory(settings.DIRECTORY, environ, now)
    for line in (*found, *_phone_tree(settings, directory, now)):
        yield line
    for line in await asyncio.to_thread(examine_database, settings.DATABASE_URL, now):
        yield line
    workspace, key = directory.workspace, settings.STATUSPAGE_API_KEY
    mail = await examine_mail(settings.mail_server, tuple(_mailed(directory)))
    if mail is not None:
        yield mail
    async for line in examine_statuspage(
        settings.STATUSPAGE_API_URL,
        key.get_secret_value() if key else None,
        workspace.statuspage,
        _components(directory),
        monotonic,
    ):
        yield line
    asked = Examined(
        scopes=scopes_asked_for(MANIFEST),
        prefix=workspace.channel_prefix,
        channels=dict(_channels(directory)),
        people=PeopleExamined(people=tuple(directory.people.values()), paged=_paged(directory, now)),
        now=now,
        trial=trial,
    )
    async for line in examine_slack(credentials_in(settings), asked, Limits(monotonic)):
        yield line


async def _report(settings: Settings, environ: Mapping[str, str], now: datetime, out: TextIO, *, trial: bool) -> int:
    count = dict.fromkeys(Level, 0)
    async for line in examine(settings, environ, now, trial=trial):
        count[line.level] += 1
        out.write(f"{line}\n")
        out.flush()
    failed, warned = count[Level.FAIL], count[Level.WARN]
    said = f"{failed} failed, {warned} to look at" if failed or warned else "all is well"
    out.write(f"\nTocsin's doctor: {said}.\n")
    return 1 if failed else 0


def _directory(file: Path, environ: Mapping[str, str], now: datetime) -> tuple[Directory, list[Diagnosis]]:
    """The directory, an empty one where the file cannot be used, and what is to be said of it."""
    try:
        loaded = load(file, environ, now)
    except DirectoryError as error:
        more = "`python app.py check` says more."
        return Directory(), [broken("directory", f"{each}.".replace("..", "."), more) for each in error.findings]
    warned = [doubtful("directory", f"{each}.".replace("..", "."), "") for each in loaded.warnings]
    used = well("directory", f"{file} can be used: {len(loaded.directory.people)} people.")
    return loaded.directory, [*warned, used]


def _fallback(settings: Settings) -> Diagnosis:
    try:
        notifier = notifier_of(settings.fallback_urls)
    except BadFallback as bad:
        return broken("fallback", f"{bad}.", "See docs/operating.md, When Slack is down.")
    if notifier is None:
        return doubtful("fallback", "none: while Slack is down nobody is paged.", "Set FALLBACK_URLS.")
    return well("fallback", f"{len(settings.fallback_urls)} set; a page that Slack does not take in 30 s goes there.")


def _phone_tree(settings: Settings, directory: Directory, now: datetime) -> Iterator[Diagnosis]:
    """Whether there is a sheet to call by while this installation is down."""
    listed, print_it = directory.workspace.phone_tree, "print `python app.py phone-tree --html FILE`"
    if listed is None:
        yield doubtful("phone tree", "it is mailed to nobody.", f"Set workspace.phone_tree, or {print_it}.")
    elif settings.SMTP_URL is None:
        says = f"SMTP_URL is not set, so the list {listed} does not get it by mail."
        yield doubtful("phone tree", says, f"Set it, or {print_it}.")
    else:
        yield well("phone tree", f"goes by mail to {', '.join(receivers(directory))}.")
    missing = without_number(phone_tree(directory, now))
    if missing:
        yield doubtful("phone tree", f"no number is known of {', '.join(missing)}.", "Add people.<key>.phone.")


def _channels(directory: Directory) -> Iterator[tuple[str, str]]:
    for field in ("announce", "triage"):
        channel = getattr(directory.workspace, field)
        if channel:
            yield f"workspace.{field}", channel


def _mailed(directory: Directory) -> Iterator[str]:
    """The lists whose people are told by mail."""
    return (key for key, each in directory.lists.items() if ToldBy.EMAIL in each.by)


def _components(directory: Directory) -> dict[str, str]:
    """What customers know journeys by on Statuspage, by the field that says so."""
    return {
        f"journeys.{key}.statuspage_component": journey.statuspage_component
        for key, journey in directory.journeys.items()
        if journey.statuspage_component is not None
    }


def _paged(directory: Directory, now: datetime) -> dict[str, str]:
    """Whom a page that starts now could reach, and as what; the first reason counts."""
    paged: dict[str, str] = {}
    for journey in (*directory.journeys, None):
        for tier in directory.plan_for(journey, now).tiers:
            if tier.person is not None:
                paged.setdefault(tier.person, tier.why)
    return paged
