"""The page in a real browser, over the local Slack and a tiny app: what a newcomer sees, types and presses."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.diner import Diner, typed

STATIC = Path(__file__).parents[2] / "bot" / "sandbox" / "static"
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_command_a_form_an_error_a_message_a_button_and_its_edit(diner: Diner) -> None:
    page = await diner.tab(diner.maya)
    box = page.get_by_role("combobox", name="Message #kitchen")
    await box.press_sequentially("/or")
    await expect(page.get_by_role("option", name="/order")).to_be_visible()
    await box.press("Enter")
    await expect(box).to_have_value("/order ")
    await box.press("Enter")
    form = page.get_by_role("dialog", name="Order a dish")
    await form.get_by_role("button", name="Order", exact=True).click()
    await expect(form.get_by_text("Please complete this required field.")).to_have_count(2)

    await form.get_by_label("Dish").fill("stone")
    await form.get_by_role("combobox", name="Size").click()
    await page.get_by_role("option", name="Large").click()
    await expect(form.get_by_text("Large takes a while.")).to_be_visible()
    await expect(form.get_by_label("Dish")).to_have_value("stone")
    await form.get_by_role("button", name="Order", exact=True).click()
    await expect(form.get_by_text("We do not cook stones.")).to_be_visible()
    await expect(form.get_by_label("Dish")).to_have_value("stone")

    await form.get_by_label("Dish").fill("<b>soup</b> & <!channel>")
    sides = form.get_by_role("combobox", name="Sides")
    await sides.press_sequentially("r")
    await page.get_by_role("option", name="Radish").click()
    await form.get_by_role("button", name="Order", exact=True).click()
    await expect(form).to_have_count(0)
    await expect(page.get_by_text("Order: <b>soup</b> & <!channel> with radish")).to_be_visible()

    await page.get_by_role("button", name="Cook").click()
    await expect(page.get_by_text("Cooked by @Maya Ito")).to_be_visible()
    await expect(page.get_by_text("(edited)")).to_be_visible()
    await expect(page.get_by_role("button", name="Cook")).to_have_count(0)
    assert diner.slack.unexpected == []


async def test_escape_closes_the_menu_then_the_pushed_form_then_the_first_one(diner: Diner) -> None:
    page = await diner.tab(diner.maya)
    await typed(page, "/order")
    form = page.get_by_role("dialog", name="Order a dish")
    await form.get_by_label("Dish").fill("Stew")
    await form.get_by_role("combobox", name="Size").click()
    await expect(page.get_by_role("listbox")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("listbox")).to_have_count(0)
    await form.get_by_role("button", name="Allergens").click()
    await expect(page.get_by_role("dialog", name="Allergens")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(form.get_by_label("Dish")).to_have_value("Stew")
    await form.get_by_role("button", name="Allergens").click()
    await expect(page.get_by_role("dialog", name="Allergens")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("#toast")).to_have_text("")


async def test_two_tabs_are_two_people_and_both_are_live(diner: Diner) -> None:
    hers, his = await diner.tab(diner.maya), await diner.tab(diner.leon)
    await typed(hers, "Hello @leon <script>alert(1)</script>")
    await expect(his.get_by_text("Hello @Leon Weiss <script>alert(1)</script>")).to_be_visible()
    await typed(hers, "/order unicorn")
    await expect(hers.get_by_text("Nothing called unicorn today.")).to_be_visible()
    await expect(hers.get_by_text("Only visible to you")).to_be_visible()
    await typed(his, "I see nothing of that")
    await expect(hers.get_by_text("I see nothing of that")).to_be_visible()
    await expect(his.get_by_text("Nothing called unicorn today.")).to_have_count(0)
    await expect(hers.get_by_role("button", name="secret-recipes")).to_be_visible()
    await expect(his.get_by_role("button", name="secret-recipes")).to_have_count(0)


async def offered(page: Page) -> list[str]:
    """The words of what the composer offers, without the initials of faces."""
    await expect(page.get_by_role("option")).not_to_have_count(0)
    return await page.get_by_role("option").locator("strong").all_inner_texts()


async def test_a_name_that_begins_as_typed_is_offered_first(diner: Diner) -> None:
    diner.slack.add_person("tom", real_name="Tom Hale")
    page = await diner.tab(diner.maya)
    await page.get_by_role("combobox", name="Message #kitchen").press_sequentially("ask @to")
    await expect(page.get_by_role("option")).to_have_count(2)
    await expect(page.get_by_role("option").first).to_contain_text("Tom Hale")
    await page.get_by_role("combobox", name="Message #kitchen").fill("ask @")
    people = ["Maya Ito", "Leon Weiss", "Tom Hale", "Kitchen"]
    assert [words[: len(name)] for words, name in zip(await offered(page), people, strict=False)] == people


async def test_more_tabs_stay_live_than_a_browser_opens_connections_to_one_address(diner: Diner) -> None:
    tabs = [await diner.tab(diner.maya)]
    tabs += [await diner.tab(each, beside=tabs[0]) for each in [diner.leon, diner.maya] * 3]
    await typed(tabs[-1], "Dinner is served")
    for tab in tabs:
        await expect(tab.get_by_text("Dinner is served")).to_be_visible()


async def test_a_newcomer_lands_where_the_welcome_says_and_may_act_as_another(diner: Diner) -> None:
    page = await diner.tab()
    await expect(page.get_by_text("Welcome. Type /order.")).to_be_visible()
    await expect(page.get_by_role("heading", name="kitchen")).to_be_visible()
    await expect(page.get_by_role("button", name="Acting as")).to_contain_text("Maya Ito")
    await page.get_by_role("button", name="secret-recipes").click()
    await expect(page.get_by_text("Welcome. Type /order.")).to_be_hidden()
    await page.get_by_role("navigation").get_by_role("button", name="# kitchen").click()
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_text("Welcome. Type /order.")).to_be_hidden()
    await page.get_by_role("button", name="Acting as").click()
    await page.get_by_role("menuitemradio", name="Leon Weiss").click()
    await expect(page).to_have_url(re.compile(f"as={diner.leon.id}"))
    await expect(page.get_by_role("button", name="Acting as")).to_contain_text("Leon Weiss")


async def test_a_thread_has_a_pane_speaks_to_the_channel_too_and_outlives_the_message_it_hangs_on(
    diner: Diner,
) -> None:
    page = await diner.tab(diner.maya)
    await typed(page, "Great soup")
    message = page.get_by_role("article").filter(has_text="Great soup")
    await message.hover()
    await message.get_by_role("button", name="More message shortcuts").click()
    await page.get_by_role("menuitem", name="Praise").click()
    await page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_text("The cook says thanks")).to_be_visible()
    await thread.get_by_role("combobox", name="Reply…").fill("You are welcome")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_text("2 replies")).to_be_visible()

    too = thread.get_by_role("checkbox", name="Also send to #kitchen")
    await too.check()
    await thread.get_by_role("combobox", name="Reply…").fill("Seconds for all")
    await page.keyboard.press("Enter")
    shown = page.locator("#messages").get_by_role("article").filter(has_text="Seconds for all")
    await expect(shown).to_contain_text("replied to a thread: Great soup")
    await expect(too).not_to_be_checked()
    await thread.get_by_role("button", name="Close thread").click()
    await message.first.hover()
    await message.first.get_by_role("button", name="More message shortcuts").click()
    await page.get_by_role("menuitem", name="Delete message").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    gone = page.get_by_role("article", name="A deleted message")
    await expect(gone).to_contain_text("This message was deleted.")
    await gone.get_by_role("button", name="3 replies").click()
    await expect(thread.get_by_text("You are welcome")).to_be_visible()


async def test_the_apps_home_opens_from_its_direct_message(diner: Diner) -> None:
    page = await diner.tab(diner.maya)
    await page.get_by_role("region", name="Apps").get_by_role("button", name="Kitchen").click()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_text("Today: soup")).to_be_visible()


async def test_a_phone_shows_one_thing_at_a_time_and_nothing_is_cut_off(diner: Diner) -> None:
    page = await diner.tab(diner.maya, width=390, height=844)
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await page.get_by_role("button", name="Back to channels").click()
    await page.get_by_role("navigation").get_by_role("button", name="# kitchen").click()
    await typed(page, "/order")
    form = page.get_by_role("dialog", name="Order a dish")
    await expect(form.get_by_role("button", name="Order", exact=True)).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_who_leaves_a_private_channel_stands_elsewhere_and_who_writes_to_someone_stands_with_them(
    diner: Diner,
) -> None:
    page = await diner.tab(diner.maya)
    await page.get_by_role("button", name="secret-recipes").click()
    await page.get_by_role("main").get_by_role("button", name="secret-recipes").click()
    await page.get_by_role("menuitem", name="Leave channel").click()
    await expect(page.get_by_role("heading", name="kitchen")).to_be_visible()
    await expect(page.get_by_role("button", name="secret-recipes")).to_have_count(0)

    await page.get_by_role("button", name="Leon Weiss").click()
    await expect(page.get_by_text("This conversation is just between @Leon Weiss and you.")).to_be_visible()
    box = page.get_by_role("combobox", name="Message Leon Weiss")
    await box.fill("Lunch?")
    await box.press("Enter")
    await expect(page.get_by_role("article").get_by_text("Lunch?")).to_be_visible()
    his = await diner.tab(diner.leon)
    await expect(his.get_by_role("button", name="Maya Ito").get_by_label("1 unread")).to_be_visible()


async def test_the_page_asks_for_nothing_from_outside_and_never_writes_markup() -> None:
    for path in STATIC.rglob("*.*"):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(?:src|href|import|url\()[^\n]{0,20}https?://", text), path.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text), path.name
        assert text.count("\n") < 300, path.name
    index = (STATIC / "index.html").read_text(encoding="utf-8")
    # What is not asked for at once is asked for one after another, as each names the next.
    assert [path.name for path in (STATIC / "js").iterdir() if f'="/static/js/{path.name}"' not in index] == []
