"""What the buttons of a page do: take it, decline it, hand it over, pull somebody in, page again."""

from bot.domain.errors import Refusal
from bot.services import paging, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands import ack, escalate
from bot.slack.meta import PageRef, read_about, read_page_ref
from bot.slack.views.calling import hand_over_form, page_someone_form


async def acknowledge_pressed(asked: Asked, value: str) -> Reply:
    """Take the page; who is late is told who has it."""
    ref = _page(value)
    took = await paging.acknowledge(asked.desk, ref.page, ref.epoch, asked.by, "button", delivery=asked.delivery)
    return None if took.mine else ack.answer(took)


async def acknowledge_incident_pressed(asked: Asked, value: str) -> Reply:
    """Take the incident's page."""
    number, _ = read_about(value)
    given = asked.about(number)
    took = await paging.acknowledge_incident(asked.desk, given.number, asked.by, "button", delivery=asked.delivery)
    return ack.answer(took)


async def decline_pressed(asked: Asked, value: str) -> Reply:
    """*I can't*: the next tier at once."""
    ref = _page(value)
    await paging.decline(asked.desk, ref.page, ref.epoch, asked.by, delivery=asked.delivery)
    return None


async def pull_in_pressed(asked: Asked, value: str) -> Reply:
    """The form that pages somebody else as well."""
    situation = await view.situation_of_page(asked.desk, _page(value).page, asked.by)
    return page_someone_form(asked.desk.directory(), situation.incident, title="Pull in")


async def hand_over_pressed(asked: Asked, value: str) -> Reply:
    """The form that hands this page to somebody else."""
    ref = _page(value)
    situation = await view.situation_of_page(asked.desk, ref.page, asked.by)
    found = next((each for each in situation.pages if each.id == ref.page), None)
    if found is None:
        raise Refusal("This page is no longer there. Nothing was done.")
    return hand_over_form(found, situation.incident)


async def page_now_pressed(asked: Asked, value: str) -> Reply:
    """Send a page that waits for working hours."""
    paged = await paging.page_now(asked.desk, _page(value).page, asked.by, delivery=asked.delivery, reason=asked.reason)
    return escalate.answer(paged)


async def page_again_pressed(asked: Asked, value: str) -> Reply:
    """Begin the list again."""
    ref = _page(value)
    return escalate.answer(await paging.page_again(asked.desk, ref.page, ref.epoch, asked.by, delivery=asked.delivery))


def _page(value: str) -> PageRef:
    ref = read_page_ref(value)
    if ref is None:
        raise Refusal("This button names no page any more. Nothing was done; use the newest message.")
    return ref
