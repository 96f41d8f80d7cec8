"""Bundles against a Slack that limits, loses answers and refuses: every page in one stands once, and goes on alone."""

import pytest

from bot.domain.page import Page
from bot.sandbox.jsons import as_object, as_text
from bot.sandbox.models import Message
from tests.slack.outbound import Company


def row_of(message: Message) -> str:
    return as_text(as_object((message.metadata or {}).get("event_payload")).get("id"))


async def pages(company: Company) -> dict[int, Page]:
    """Each incident's page, by the incident's number."""
    live = await company.desk.store.read(lambda tx: tx.live_pages())
    return {page.incident: page for page in live}


async def five_that_wait(company: Company) -> None:
    """Five pages for Maya while Slack takes no messages for half a minute: the last four go together."""
    company.slack.faults.add("chat.postMessage", "429", retry_after=30, times=1)
    for _ in range(5):
        await company.declare()


@pytest.mark.parametrize("kind", ["5xx", "5xx_stored", "reset_stored"])
async def test_a_bundle_stands_once_whatever_became_of_the_answer(company: Company, kind: str) -> None:
    await five_that_wait(company)
    company.slack.faults.add(
        "chat.postMessage", kind, times=1, when=lambda args: "bundle:" in as_text(args.get("metadata"))
    )
    await company.run(80)
    rows = [row_of(message) for message in company.maya.dms]
    asks = {number: page.asks[0] for number, page in (await pages(company)).items()}
    assert sorted(rows) == [asks[2].bundle, asks[1].id]
    assert all(ask.sent_at is not None for ask in asks.values())
    assert all(ask.row == asks[2].bundle for number, ask in asks.items() if number > 1)


async def test_a_bundle_for_somebody_deleted_has_the_next_one_paged_for_each(company: Company) -> None:
    await five_that_wait(company)
    company.slack.faults.add(
        "chat.postMessage", "error", error="user_not_found", when=lambda args: args["channel"] == company.maya.id
    )
    await company.run(60)
    assert not company.maya.dms
    newest = [page.asks[-1] for page in (await pages(company)).values()]
    assert [ask.who.name for ask in newest] == [company.leon.name] * 5
    assert all(ask.sent_at is not None for ask in newest)


async def test_a_bundle_takes_over_the_turns_of_what_it_goes_instead_of(company: Company) -> None:
    for _ in range(12):
        await company.declare()
    began = company.clock()
    while any(page.asks[0].sent_at is None for page in (await pages(company)).values()):
        await company.run(1)
    assert (company.clock() - began).total_seconds() <= 4, "five at once, one alone, and the others together"
    assert len(company.maya.dms) == 7
