"""Putting the pages together that wait for one person, whenever one of them is turned away."""

from dataclasses import replace

from bot.domain.asking import with_asks
from bot.domain.bundling import Folding, addressee, fold
from bot.domain.change import Change
from bot.domain.effects import SendPage
from bot.domain.page import Page
from bot.services.page_finding import copy_of
from bot.services.ports import Tx


def bundle_up(tx: Tx, turned_away: SendPage) -> Folding | None:
    """Have what waits for the person of this page go together, if that is more than three pages; tells what does."""
    person = addressee(turned_away.ask)
    tx.hold(f"bundle:{person}")
    copy = copy_of(tx, turned_away.page, turned_away.ask)
    folding = fold(tx.waiting_for(person), copy.ask.who) if copy else None
    if folding is None:
        return None
    for each in folding.joining:
        page = tx.page(each.page)
        if page is not None:
            tx.save(Change(pages=(_moved(page, each.ask, folding.into.id),)))
    tx.fold(folding.rows, folding.into)
    return folding


def _moved(page: Page, name: str, bundle: str) -> Page:
    return with_asks(page, *(replace(ask, bundle=bundle) for ask in page.asks if ask.id == name))
