"""Whom to call, in order, when nothing of ours works: rules of the phone tree."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.directory.file import parse
from bot.domain.directory import Directory
from bot.domain.phone_tree import ANYTHING_ELSE, Dispatch, is_due, phone_tree, receivers, without_number
from bot.services.phone_tree import AS_PAGE, written
from bot.text import Texts

NIGHT = datetime(2026, 11, 18, 7, 17, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 14, tzinfo=UTC)
TEMPLATES = Path(__file__).parents[2] / "templates"
FILE = """
workspace: {timezone: America/New_York, secondary_chat: "Signal <b>", phone_tree: watch, catch_all: vic}
people:
  maya: {email: maya@acme.test, phone: "+1 555 0100"}
  leon: {email: leon@acme.test}
  vic: {email: vic@acme.test, phone: "+1 555 0103"}
teams:
  shop: {schedule: shop, manager: vic}
  empty: {schedule: nobody}
schedules:
  shop: {primary: {members: [maya, leon], rotate: every 4 weeks, handoff: monday 09:00, start: 2026-10-26}}
  nobody: {primary: {members: []}, spare: {members: [leon]}}
escalation_policies:
  standard: [{page: primary, wait: 90s}, {page: primary}, {page: manager, wait: 10m}]
journeys:
  checkout: {pain: Customers cannot <i>pay</i>, owner: shop, first_action: Roll back}
  invoices: {pain: No invoices, owner: leon, backup: maya}
  returns: {pain: No returns, owner: empty}
  search: {pain: Nothing is found}
distribution_lists:
  watch: {people: [vic, maya]}
"""


def directory(text: str = FILE) -> Directory:
    return parse(text.encode(), "directory.yml", {}, NIGHT).directory


def test_each_journey_says_whom_to_call_in_order_as_what_and_how_long_to_wait() -> None:
    tree = phone_tree(directory(), NIGHT)
    checkout, invoices, returns, search, rest = tree.branches
    assert [(call.name, call.phone, call.as_what, call.wait) for call in checkout.calls] == [
        ("Maya", "+1 555 0100", "Shop's primary", timedelta(seconds=90)),
        ("Vic", "+1 555 0103", "Shop's manager", timedelta(minutes=10)),
    ], "whoever did not answer is not called again at once"
    assert (checkout.calls[0].until, tree.changes_at) == (MONDAY, MONDAY)
    assert [(call.name, call.phone) for call in invoices.calls] == [("Leon", None), ("Maya", "+1 555 0100")]
    assert (returns.calls, "nobody is in Empty's rotation primary" in returns.nobody) == ((), True)
    assert [call.as_what for call in search.calls] == ["catch-all"], "it is read by others than who is called"
    assert (rest.name, [call.name for call in rest.calls]) == (ANYTHING_ELSE, ["Vic"])
    assert without_number(tree) == ("Leon",)
    assert receivers(directory()) == ("vic@acme.test", "maya@acme.test")


def test_it_changes_with_the_rota_and_the_file_and_not_with_the_hour() -> None:
    before, at_the_end = phone_tree(directory(), MONDAY - timedelta(days=20)), phone_tree(directory(), NIGHT)
    assert before == at_the_end, "for all of a shift, however long, it says the same"
    assert phone_tree(directory(), MONDAY) != at_the_end
    assert phone_tree(directory(FILE.replace("0103", "0104")), NIGHT) != at_the_end


def test_a_missing_number_is_said_aloud_and_words_are_only_words() -> None:
    tree = phone_tree(directory(), NIGHT)
    text = written(tree, NIGHT, Texts(TEMPLATES).render)
    for said in (
        "As of 2026-11-18 02:17 EST.\nIt changes at 2026-11-23 09:00 EST",
        "- Bridge: none is known\n- Chat while Slack is down: Signal \\<b>\n",
        "1. **Maya**, +1 555 0100 (Shop's primary until 2026-11-23 09:00 EST). Wait 1 min 30 s.\n2. **Vic**, ",
        "1. **Leon**, NO NUMBER KNOWN (Invoices's owner). Wait 5 min.",
        "NOBODY can be called: nobody is in Empty's rotation primary",
    ):
        assert said in text, text
    page = written(tree, NIGHT, Texts(TEMPLATES, markup=True).render, AS_PAGE)
    assert "<b>Chat while Slack is down:</b> Signal &lt;b&gt;" in page
    assert "Customers cannot &lt;i&gt;pay" in page
    assert '<a class="number" href="tel:+15550100">+1 555 0100</a>' in page


@pytest.mark.parametrize(
    ("digest", "after", "due"),
    [
        ("same", timedelta(days=7, seconds=-1), False),
        ("same", timedelta(days=7), True),
        ("other", timedelta(minutes=9), False),
        ("other", timedelta(minutes=10), True),
    ],
)
def test_it_is_sent_weekly_and_when_it_changed_though_not_at_each_save(
    digest: str, after: timedelta, *, due: bool
) -> None:
    assert is_due(Dispatch(digest="same", at=NIGHT), digest, NIGHT + after) is due
    assert is_due(None, digest, NIGHT)
