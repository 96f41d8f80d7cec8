"""The phone tree written and sent: by mail to the list that the directory names, weekly and whenever it has changed."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.mail import SendMail
from bot.domain.outgoing import send_mail
from bot.domain.phone_tree import Dispatch, PhoneTree, is_due, phone_tree, receivers
from bot.services.ports import Desk, Render, Tx
from bot.text import TextError

AS_MARKDOWN: Final = "phone_tree.md.j2"
AS_PAGE: Final = "phone_tree.html.j2"
HELD: Final = "phone tree"
LOOK_EVERY: Final = timedelta(minutes=1)
AT_ANY_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
NO_MAIL: Final = (
    "workspace.phone_tree names the list %s, but SMTP_URL is not set: the phone tree is mailed to nobody. Set it, or "
    "print `python app.py phone-tree --html FILE`."
)

log = logging.getLogger(__name__)


def written(tree: PhoneTree, at: datetime, render: Render, template: str = AS_MARKDOWN) -> str:
    """The tree as text, dated `at`. Raises TextError where the template is broken."""
    return render(template, {"tree": tree, "at": at, "zone": tree.zone})


class PhoneTreeSender:
    """Looks each minute, and at once when the directory was read anew, whether the phone tree is due."""

    def __init__(self, desk: Desk) -> None:
        """Look at the first chance."""
        self._desk = desk
        self._seen: Directory | None = None
        self._looked_at = AT_ANY_TIME

    async def look(self) -> None:
        """Send it if it is due. Raises Unavailable."""
        now, directory = self._desk.clock(), self._desk.directory()
        anew = directory is not self._seen
        if not anew and abs(now - self._looked_at) < LOOK_EVERY:
            return
        if directory.workspace.phone_tree is not None and self._desk.mails:
            await self._send_if_due(directory, now)
        elif directory.workspace.phone_tree is not None and anew:
            log.warning(NO_MAIL, directory.workspace.phone_tree)
        self._seen, self._looked_at = directory, now

    async def _send_if_due(self, directory: Directory, now: datetime) -> None:
        tree, to = phone_tree(directory, now), receivers(directory)
        try:
            text = written(tree, now, self._desk.render)
            digest = _digest(written(tree, AT_ANY_TIME, self._desk.render), *to)
        except TextError as broken:
            log.warning("The phone tree cannot be written, and is not sent: %s", broken)
            return

        def send(tx: Tx) -> bool:
            tx.hold(HELD)
            due = is_due(tx.phone_tree_sent(), digest, now)
            if due:
                tx.note_phone_tree(Dispatch(digest=digest, at=now))
                tx.save(_mails(tree, text, to, now))
            return due

        last = await self._desk.store.read(lambda tx: tx.phone_tree_sent())
        if is_due(last, digest, now) and await self._desk.store.write(send):
            log.info("The phone tree goes by mail to %s.", "1 address" if len(to) == 1 else f"{len(to)} addresses")


def _mails(tree: PhoneTree, text: str, to: tuple[str, ...], now: datetime) -> Change:
    """One mail for each address; a newer tree takes the place of one that has not left yet."""
    subject = f"Phone tree of {tree.of}" if tree.of else "Phone tree"
    about = f"phone tree of {now:%Y-%m-%dT%H:%M:%SZ}"
    return Change(
        outgoing=tuple(
            replace(
                send_mail(
                    f"phone-tree:{now:%Y%m%dT%H%M%S}", SendMail(to=each, subject=subject, text=text, about=about), now
                ),
                collapse=f"phone-tree:{each}",
            )
            for each in to
        )
    )


def _digest(*said: str) -> str:
    return sha256("\n".join(said).encode()).hexdigest()
