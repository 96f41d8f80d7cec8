"""What concerns one person alone: whether they can hear a page, and their Home."""

from datetime import datetime
from typing import Final

from bot.domain.effects import CheckMuted, Receipt, RefreshHome, Sent
from bot.domain.page_receipts import MUTED, YES
from bot.domain.prose import Who
from bot.services.ports import Desk, Tx
from bot.services.view import home
from bot.slack.answers import Answer, flag_at, number_at
from bot.slack.api import Errand, Rejected, SlackApi
from bot.slack.posting import skipped
from bot.slack.views.home import home as home_view
from bot.slack.views.lists import OnCallRow

NO_HOME: Final = frozenset({"not_found", "user_not_found", "user_disabled", "not_enabled"})


class People:
    """Asks about people, and shows them their Home."""

    def __init__(self, desk: Desk, api: SlackApi) -> None:
        """Work with what the other parts know."""
        self._desk = desk
        self._api = api

    async def attend_to(self, errand: Errand, effect: CheckMuted | RefreshHome) -> Receipt:
        """Carry out one of the two."""
        match effect:
            case CheckMuted():
                return await self._check_muted(errand, effect)
            case RefreshHome():
                return await self._publish_home(errand, effect)

    async def _check_muted(self, errand: Errand, effect: CheckMuted) -> Receipt:
        """Ask whether notifications are paused at this moment; the fact `muted` says so."""
        user = await self._desk.store.read(lambda tx: _asked(tx, effect))
        if user is None:
            return skipped("nobody with a Slack id was asked")
        answer = await self._api.call("dnd.info", errand, {"user": user})
        return Sent(facts=((MUTED, YES if _paused(answer, self._desk.clock()) else "no"),))

    async def _publish_home(self, errand: Errand, effect: RefreshHome) -> Receipt:
        contact = await self._desk.store.read(lambda tx: tx.contact(effect.user))
        facts = await home(self._desk, contact.who() if contact else Who(name=effect.user, user=effect.user))
        rows = [
            OnCallRow(team=row.team, rotation=row.rotation, now=row.now, until=row.until, following=row.following)
            for row in facts.on_call
        ]
        view = home_view(facts.my_pages, facts.open, rows, facts.my_questions).to_dict()
        try:
            await self._api.call("views.publish", errand, {"user_id": effect.user, "view": view})
        except Rejected as rejected:
            if rejected.error in NO_HOME:
                return skipped(f"they have no Home ({rejected.error})")
            raise
        return Sent()


def _asked(tx: Tx, effect: CheckMuted) -> str | None:
    page = tx.page(effect.page)
    ask = page.asked(effect.ask) if page else None
    return ask.who.user if ask else None


def _paused(answer: Answer, now: datetime) -> bool:
    at = now.timestamp()
    snoozed = flag_at(answer, "snooze_enabled") and number_at(answer, "snooze_endtime") > at
    start, end = number_at(answer, "next_dnd_start_ts"), number_at(answer, "next_dnd_end_ts")
    return snoozed or (flag_at(answer, "dnd_enabled") and start <= at < end)
