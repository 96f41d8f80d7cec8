"""Which of the pages that wait for one person go together.

A channel takes about one message a second, and Slack may say to wait: whoever is asked for twenty incidents at once
would hear of the last one long after the first. More than three that wait therefore become one message. The one that
is next in line keeps its own, and what comes while a bundle waits joins it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from bot.domain.bundle import Bundled, SendBundle
from bot.domain.copies import Copy
from bot.domain.effects import Outgoing, Priority, SendPage
from bot.domain.prose import Who

MOST_ALONE: Final = 3
"""So many pages may wait for one person, each in a message of its own."""
MOST_TOGETHER: Final = 20
"""So many asks fit into one message: Slack takes 50 blocks, and each has two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folding:
    """The asks that are `joining` others: their own rows end, because `into`, begun before or new, asks for them."""

    joining: tuple[Bundled, ...]
    into: Outgoing

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows that end."""
        return tuple(each.ask for each in self.joining)


def addressee(ask: str) -> str:
    """Tell whom an ask is for, as ids name them (see `Ask`)."""
    return ask.split(":", 5)[5]


def fold(waiting: Sequence[Outgoing], to: Who) -> Folding | None:
    """Work out what goes together of the pages and bundles that wait for one person, the oldest first."""
    alone = [(row, row.effect) for row in waiting if isinstance(row.effect, SendPage)]
    bundles = [(row, row.effect) for row in waiting if isinstance(row.effect, SendBundle)]
    begun = next((each for each in bundles if len(each[1].asks) < MOST_TOGETHER), None)
    if begun is None and len(alone) <= MOST_ALONE:
        return None
    into, bundle = begun or _new(alone[1][0], to)
    behind = (page for row, page in alone if row is not waiting[0])
    room = MOST_TOGETHER - len(bundle.asks)
    joining = tuple(Bundled(page=page.page, ask=page.ask) for page in islice(behind, room))
    if not joining:
        return None
    return Folding(joining=joining, into=replace(into, effect=replace(bundle, asks=(*bundle.asks, *joining))))


def told_of(copy: Copy) -> bool:
    """Tell whether a bundle tells of a copy that is in it.

    It does not once a newer one of the same page has taken the place of one that has not left: who is asked again
    before that is told once.
    """
    newest = next(each for each in reversed(copy.page.asks) if each.who.same_as(copy.ask.who) or each is copy.ask)
    return copy.ask.sent_at is not None or newest is copy.ask


def _new(first: Outgoing, to: Who) -> tuple[Outgoing, SendBundle]:
    name, nothing_yet = f"bundle:{first.id}", SendBundle(to=to, asks=())
    row = Outgoing(id=name, stream=name, effect=nothing_yet, priority=Priority.PAGE, not_before=first.not_before)
    return row, nothing_yet
