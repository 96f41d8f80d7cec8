"""For tests in which Slack takes nothing: time passes though nothing comes to rest, and what is there is counted."""

from datetime import timedelta

from sqlalchemy import text

from tests.scenarios.world import World
from tests.size import PATIENT

BUSY = text("""
SELECT (SELECT count(*) FROM timer WHERE state = 'pending' AND COALESCE(retry_at, due_at) <= :now)
     + (SELECT count(*) FROM outbox WHERE state = 'sending')
     + (SELECT count(*) FROM outbox WHERE state = 'ready' AND kind = 'send_by_fallback'
        AND (not_before IS NULL OR not_before <= :now))
""")
MESSAGES = (
    "('send_page', 'tell_person', 'tell_room', 'post_text', 'show_card', 'show_alert', 'refresh_page', 'refresh_card')"
)


async def pass_time(here: World, seconds: float, *, step: float = 10) -> None:
    """Let time pass while Slack is down: after each step what is due happens, and what goes to Slack may wait."""
    end = here.clock.now + timedelta(seconds=seconds)
    while here.clock.now < end:
        here.clock.set(min(end, here.clock.now + timedelta(seconds=step)))
        await here.slack.until(lambda: not busy(here), timeout=PATIENT, why="what is due to have happened")


def busy(here: World) -> bool:
    """Whether something is under way, or due, that does not need Slack."""
    now = here.clock.now
    bound = now if here.database.dialect.name == "postgresql" else now.strftime("%Y-%m-%d %H:%M:%S.%f")
    with here.database.connect() as connection:
        return bool(connection.execute(BUSY, {"now": bound}).scalar())


def rows(here: World, query: str) -> list[tuple[object, ...]]:
    """Ask the bot's database."""
    with here.database.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


async def at_rest(here: World) -> tuple[int, int, int]:
    """Rows whose outcome is not known, rows that broke us, rows that still wait: all 0 when everything has ended."""
    figures = await here.bot.store.read(lambda tx: tx.figures(here.clock.now))
    return figures.unknown, figures.dead, sum(count for _, count in figures.ready_by_priority)
