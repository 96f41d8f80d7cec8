"""Wiring: the only place that sees everything. It makes the parts, starts them in order, and stops them in order."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Final

from bot.credentials import credentials_in
from bot.directory.file import DirectoryFile
from bot.directory.keeper import Keeper
from bot.domain.delivery import Carrier
from bot.domain.directory import Directory
from bot.domain.effects import Effect
from bot.domain.fallback import SendByFallback
from bot.domain.mail import SendMail
from bot.domain.signed_link import signing_key
from bot.domain.statuspage import PostToStatuspage
from bot.domain.webhook import PostToWebhook, TellSubscribers
from bot.instruments import Instruments, instruments_for
from bot.notify.fallback import FallbackPerformer, notifier_of
from bot.notify.mail import MailPerformer
from bot.notify.statuspage import publishing
from bot.notify.webhook import opened_webhooks
from bot.scheduler import Scheduler
from bot.services import heartbeats
from bot.services.announcing import Announcer
from bot.services.database_clock import DatabaseClock
from bot.services.duties import DUTIES
from bot.services.figures import EngineFigures
from bot.services.gathering import Gathering
from bot.services.in_time import SENDERS_WAIT, in_time
from bot.services.internal_view import InternalView
from bot.services.lanes import NAMED, Lanes
from bot.services.neighbours import Neighbours
from bot.services.outage import Outage
from bot.services.performing import Performers
from bot.services.ports import Desk, Performer
from bot.services.public_view import PublicView
from bot.services.site import Site
from bot.services.succession import Succession
from bot.services.supervisor import Supervisor
from bot.services.sweep import Sweep
from bot.services.vitals import Vitals
from bot.settings import Settings
from bot.slack.breaker import Breaker
from bot.slack.connection import SlackSide
from bot.slack.shared_limits import neighbourhood
from bot.store.store import SqlStore, open_store
from bot.system import Pulse, monotonic, replica_name, steady
from bot.templates import Folder, Templates, own_folder
from bot.upkeep import Upkeep
from bot.watches import BEATING, Watches
from bot.web.app import WebPorts, web_app
from bot.web.health import Check, database_ready, directory_ready, silent, sweep_ready
from bot.web.internal_page import InternalSite
from bot.web.metrics import Meters
from bot.web.server import WebServer
from bot.web.status_site import StatusSite
from bot.web.subscriptions import Subscriptions

LOOPS_END_WITHIN: Final = 3.0
DAILY: Final = "17 4 * * *"

log = logging.getLogger(__name__)


class Bot:
    """The running bot: started once, stopped once."""

    def __init__(self, settings: Settings, environ: Mapping[str, str], instruments: Instruments) -> None:
        """Make the parts; nothing is opened yet. Raises DirectoryError, CannotOpen, BadFallback."""
        self.settings = settings
        self.clock = instruments.clock
        self.directory = Keeper(DirectoryFile(settings.DIRECTORY, environ), instruments.clock)
        self._meters = Meters()
        self.store: SqlStore = open_store(
            settings.DATABASE_URL,
            self._committed,
            clock=instruments.clock,
            checkpoint=instruments.checkpoint,
            timing=self._meters.database,
        )
        texts = Templates(self._own_templates)
        self.desk = Desk(
            store=self.store,
            clock=instruments.clock,
            directory=self._current_directory,
            render=texts.render,
            remarks_on=texts.remarks,
            site=Site(
                base=self._base,
                key=signing_key(settings.SLACK_BOT_TOKEN.get_secret_value()),
                reachable=bool(settings.PUBLIC_URL),
                local=settings.local,
            ),
            mails=settings.SMTP_URL is not None,
        )
        markup = Templates(self._own_templates, markup=True).render
        hands = instruments.hands if self.store.shared else None
        self._database_clock = DatabaseClock(self.store, hands, steady)
        if hands is not None:
            self._meters.clock_offset(lambda: self._database_clock.offset)
        self.neighbours = Neighbours(
            self.desk, replica_name(), shared=self.store.shared, clock_offset=lambda: self._database_clock.offset
        )
        self._mail = MailPerformer(settings.mail_server, instruments.clock)
        self._public = PublicView(self.desk)
        self._status_site = StatusSite(self._public.look, markup, monotonic, self._base, mails=self.desk.mails)
        self._subscriptions = Subscriptions(self.desk, markup, instruments.seconds)
        self._internal_page = InternalSite(InternalView(self.desk).look, markup)
        self._fallback = notifier_of(settings.fallback_urls)
        self._instruments = instruments
        self._pulses = {name: Pulse() for name in ("sweep", *NAMED.values(), *BEATING)}
        self._supervisor = Supervisor()
        self._upkeep = Upkeep(self.desk, self.directory, lambda: self.slack.members)
        self.breaker = Breaker(instruments.seconds, self._slack_turned)
        self._meters.breaker(lambda: self.breaker.is_open)
        self.port = settings.PORT

    async def start(self) -> None:
        """Open the database, listen, and let the loops run. Raises CannotOpen, CannotListen with a sentence."""
        self._sweep_wake = asyncio.Event()
        self.scheduler = Scheduler(self._sweep_wake.set, self._instruments.on_the_machine)
        async with AsyncExitStack() as opened:
            await self.store.start()
            opened.push_async_callback(self.store.close)
            await self._database_clock.arrive()
            await self.neighbours.arrive()
            opened.push_async_callback(self.neighbours.leave)
            given, keys = self._instruments, credentials_in(self.settings)
            around = neighbourhood(self.store.budgets, self.clock, monotonic, lambda: self.neighbours.alive)
            self.slack = SlackSide(
                self.desk, keys, given.seconds, monotonic, given.patience, given.budgets, around, breaker=self.breaker
            )
            self.slack.answers_within(given.slack_waits)
            self._meters.socket(self.slack.silence)
            self.slack.count_by(self._meters.called)
            await self.slack.open()
            opened.push_async_callback(self.slack.close)
            self._make_loops(await self._other_performers(opened))
            self._web = WebServer(web_app(self._web_ports()), self.settings.HOST, self.settings.PORT)
            self.port = await self._web.start()
            self._opened = opened.pop_all()
        self._keep_going()
        log.info("Tocsin listens on http://%s:%s", self.settings.HOST, self.port)

    async def _other_performers(self, opened: AsyncExitStack) -> Mapping[type[Effect], Performer]:
        """What is not carried out by Slack, and by whom."""
        key, base, given = self.settings.STATUSPAGE_API_KEY, self.settings.STATUSPAGE_API_URL, self._instruments
        page = publishing(self.desk, base, key.get_secret_value() if key else None, given.seconds, given.patience)
        fallback = FallbackPerformer(self.desk, self._fallback)
        opened.callback(fallback.close)
        on_statuspage = await opened.enter_async_context(page)
        webhooks = await opened.enter_async_context(opened_webhooks(local=self.settings.local))
        return {
            PostToStatuspage: on_statuspage,
            SendMail: self._mail,
            SendByFallback: fallback,
            PostToWebhook: webhooks,
            TellSubscribers: Announcer(self.desk, self._public),
        }

    def _make_loops(self, others: Mapping[type[Effect], Performer]) -> None:
        beats = {name: pulse.beat for name, pulse in self._pulses.items()}
        self.lanes = Lanes(
            self.desk,
            Performers(self.slack.performer, others),
            self._instruments.checkpoint,
            beats,
            self._meters,
            to_slack=self.slack,
        )
        self.sweep = Sweep(
            self.desk,
            DUTIES,
            self._sweep_wake,
            alarm=self.scheduler.alarm,
            beat=beats["sweep"],
            lateness=self._meters.fired,
        )
        vitals = Vitals(store=self.store, clock=self.clock, loops=self.alive, slack=self.slack.trouble)
        self.watches = Watches(
            self.desk,
            self.settings,
            self._instruments,
            vitals,
            self._meters,
            self._database_clock,
            self.neighbours,
            self._upkeep.chores(),
        )
        self.watches.beat_by(beats)
        self.watches.look_also("outage", Outage(self.desk, lambda: self.breaker.is_open).look)
        if self.store.shared:
            self.watches.look_also("succession", Succession(self.store, self.slack.retire).look)

    async def stop(self) -> None:
        """Stop taking work, let what is in flight end, close everything. A crash would be as correct, only slower."""
        self._upkeep.stop()
        self._supervisor.expect_the_end()
        await self.slack.quiet()
        self.scheduler.stop()
        self.sweep.stop()
        self.watches.stop()
        if self.store.bell is not None:
            self.store.bell.stop()
        await asyncio.gather(self._web.stop(), self.lanes.stop())
        await self._supervisor.stop(LOOPS_END_WITHIN)
        await self._opened.aclose()

    def wake(self) -> None:
        """Have the loops look at once: the clock was moved."""
        self._sweep_wake.set()
        self.slack.look_again()
        self.watches.wake()
        self.lanes.wake()

    def _slack_turned(self) -> None:
        """Slack is down, or is back."""
        self.watches.wake()
        self.lanes.wake()

    def reload_soon(self) -> None:
        """Read the directory file again, changed or not (SIGHUP)."""
        self._upkeep.reload_soon()

    async def ready(self) -> Sequence[Check]:
        """What must hold before the bot is ready: Slack connected, the database writable, the sweep turning."""
        mail = Check(name="mail", ok=True, says=self._mail.says())
        database, sweep = await database_ready(self.store), sweep_ready(self._pulses["sweep"].age())
        return (self._slack_ready(), database, sweep, directory_ready(self.directory.refused), mail)

    def alive(self) -> Sequence[str]:
        """The reasons why the bot is not alive, if it is not."""
        return silent({name: pulse.age() for name, pulse in self._pulses.items()})

    def _keep_going(self) -> None:
        self.scheduler.start()
        for chore in self._upkeep.chores():
            self.scheduler.recurring(chore, DAILY, self.watches.come_round)
        for name, run in (
            ("sweep", self.sweep.run),
            *self.lanes.running(),
            *self.watches.running(),
            ("directory watch", self._upkeep.watch_directory),
            *((("bell", self.store.bell.run),) if self.store.bell else ()),
            *self.slack.loops(self._upkeep.match_people),
        ):
            self._supervisor.keep(name, run)

    def _web_ports(self) -> WebPorts:
        desk = in_time(self.desk, SENDERS_WAIT)
        return WebPorts(
            take_in=Gathering(desk, monotonic).take_in,
            beat=lambda name: heartbeats.beat(desk, name),
            alive=self.alive,
            ready=self.ready,
            figures=self._figures,
            clock=self.clock,
            alert_tokens=tuple(token.get_secret_value() for token in self.settings.alert_tokens),
            slack=None if self.settings.socket_mode else self.slack.answer,
            status_site=self._status_site,
            internal_page=self._internal_page,
            subscriptions=self._subscriptions,
            meters=self._meters,
        )

    def _base(self) -> str:
        return (self.settings.PUBLIC_URL or f"http://{self.settings.HOST}:{self.port}").rstrip("/")

    def _own_templates(self) -> Folder | None:
        return own_folder(self.settings.DIRECTORY, self.directory())

    def _current_directory(self) -> Directory:
        return self.directory()

    def _committed(self, earliest: datetime | None, outgoing: frozenset[Carrier]) -> None:
        self._status_site.changed()
        if earliest is not None:
            self.scheduler.committed(earliest)
        self.lanes.wake(outgoing)

    async def _figures(self) -> EngineFigures:
        now = self.clock()
        return await self.store.read(lambda tx: tx.figures(now))

    def _slack_ready(self) -> Check:
        trouble = self.slack.trouble()
        return Check(name="slack", ok=not trouble, says=trouble or "connected")


def assemble(settings: Settings, environ: Mapping[str, str], instruments: Instruments | None = None) -> Bot:
    """Make a bot. Tests give instruments of their own; on a local Slack it may be moved through time, or killed."""
    return Bot(settings, environ, instruments or instruments_for(settings))
