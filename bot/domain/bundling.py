"""Which of the pages that wait for one person go together.

A channel takes about one message a second, and Slack may say to wait: whoever is asked for twenty incidents at once
would hear of the last one long after the first. More than three that wait therefore become one message. The one that
is next in line keeps its own, and what comes while a bundle waits joins it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.bundle import Bundled, SendBundle
from bot.domain.effects import Outgoing, Priority, SendPage
from bot.domain.page import Ask, Page
from bot.domain.prose import Who

MOST_ALONE: Final = 3
"""So many pages may wait for one person, each in a message of its own."""
MOST_TOGETHER: Final = 20
"""So many asks fit into one message: Slack takes 50 blocks, and each has two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folding:
    """The rows that end, because `into`, begun before or new, asks for them."""

    rows: tuple[str, ...]
    into: Outgoing


def addressee(ask: str) -> str:
    """Tell whom an ask is for, as ids name them (see `Ask`)."""
    return ask.split(":", 5)[5]


def fold(waiting: Sequence[Outgoing], to: Who) -> Folding | None:
    """Work out what goes together of the pages and bundles that wait for one person, the oldest first."""
    begun = next((row for row in waiting if _has_room(row)), None)
    alone = [row for row in waiting if isinstance(row.effect, SendPage)]
    if begun is None and len(alone) <= MOST_ALONE:
        return None
    into = begun or _new(alone[1], to)
    held = into.effect.asks if isinstance(into.effect, SendBundle) else ()
    joining = [row for row in alone if row is not waiting[0]][: MOST_TOGETHER - len(held)]
    if not joining:
        return None
    asks = (*held, *(_bundled(row) for row in joining))
    return Folding(
        rows=tuple(row.id for row in joining), into=replace(into, effect=SendBundle(to=_known(into, to), asks=asks))
    )


def told_in(page: Page, name: str) -> Ask | None:
    """The ask as a bundle tells of it; nothing once a newer one of the same page has taken the place of an unsent one.

    Who is asked again for one page before the first copy has left is told once.
    """
    ask = next((each for each in page.asks if each.id == name), None)
    if ask is None:
        return None
    newest = next(each for each in reversed(page.asks) if each.who.same_as(ask.who) or each is ask)
    return ask if ask.sent_at is not None or newest is ask else None


def _has_room(row: Outgoing) -> bool:
    return isinstance(row.effect, SendBundle) and len(row.effect.asks) < MOST_TOGETHER


def _new(first: Outgoing, to: Who) -> Outgoing:
    name = f"bundle:{first.id}"
    effect = SendBundle(to=to, asks=())
    return Outgoing(id=name, stream=name, effect=effect, priority=Priority.PAGE, not_before=first.not_before)


def _known(into: Outgoing, to: Who) -> Who:
    return into.effect.to if isinstance(into.effect, SendBundle) else to


def _bundled(row: Outgoing) -> Bundled:
    if not isinstance(row.effect, SendPage):
        raise TypeError(f"{row.id} is no page")
    return Bundled(page=row.effect.page, ask=row.effect.ask)
