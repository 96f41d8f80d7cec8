"""Putting the pages together that wait for one person, whenever one of them is turned away."""

from dataclasses import replace

from bot.domain.asking import with_asks
from bot.domain.bundling import Folding, addressee, fold
from bot.domain.change import Change
from bot.domain.effects import SendPage
from bot.domain.page import Page
from bot.services.ports import Tx


def bundle_up(tx: Tx, turned_away: SendPage) -> Folding | None:
    """Have what waits for the person of this page go together, if that is more than three pages; tells what does."""
    person = addressee(turned_away.ask)
    tx.hold(f"bundle:{person}")
    waiting = tx.waiting_for(person)
    page = tx.page(turned_away.page)
    ask = next((each for each in page.asks if each.id == turned_away.ask), None) if page else None
    folding = fold(waiting, ask.who) if ask else None
    if folding is None:
        return None
    pages: dict[int, Page] = {}
    for row in waiting:
        if row.id in folding.rows and isinstance(row.effect, SendPage):
            number = row.effect.page
            found = pages.get(number) or tx.page(number)
            if found is not None:
                pages[number] = _moved(found, row.id, folding.into.id)
    tx.save(Change(pages=tuple(pages.values())))
    tx.fold(folding.rows, folding.into)
    return folding


def _moved(page: Page, name: str, bundle: str) -> Page:
    return with_asks(page, *(replace(ask, bundle=bundle) for ask in page.asks if ask.id == name))
