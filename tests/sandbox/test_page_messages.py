"""Messages on the page: who said what when, threads, reactions, pins, edits, what is new, and what only one sees."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.sandbox.diner import Diner, composer, typed

pytestmark = pytest.mark.asyncio(loop_scope="session")


def message(page: Page, words: str) -> Locator:
    return page.locator("#messages").get_by_role("article").filter(has_text=words)


async def pick(page: Page, words: str, item: str) -> None:
    """Choose in the menu of the message with these words."""
    await message(page, words).hover()
    await message(page, words).get_by_role("button", name="More message shortcuts").click()
    await page.get_by_role("menuitem", name=item).click()


async def test_what_is_new_is_bold_in_the_sidebar_counted_when_it_calls_me_and_below_a_line(
    diner: Diner,
) -> None:
    seen = await diner.leon.say(diner.channel, "seen already")
    page = await diner.tab(diner.maya)
    await expect(message(page, "seen already")).to_be_visible()
    await page.get_by_role("button", name="secret-recipes").click()
    room = page.get_by_role("navigation").get_by_role("button", name="# kitchen")
    await diner.leon.say(diner.channel, "nobody in particular")
    await expect(room).to_contain_text("(unread)")
    await expect(room.get_by_role("img")).to_have_count(0)
    await diner.leon.say(diner.channel, "@maya and @cooks")
    await diner.slack.person("leon").say(diner.channel, "@cooks only")
    await diner.leon.say(diner.channel, "nobody here", thread=seen.ts)
    await diner.leon.say(diner.channel, "@maya, over here", thread=seen.ts)
    await expect(room.get_by_label("3 mentions")).to_be_visible()
    await expect(page).to_have_title("(3) secret-recipes – Local Slack")
    await expect(page.get_by_role("img", name="private channel")).to_have_count(1)

    await room.click()
    line = page.get_by_role("separator", name="New messages")
    await expect(line).to_be_visible()
    await expect(line.locator("xpath=following-sibling::article[1]")).to_contain_text("nobody in particular")
    await expect(room).not_to_contain_text("(unread)")
    await expect(page).to_have_title("kitchen – Local Slack")


async def test_who_reads_further_up_is_told_of_what_is_new_and_led_to_it(diner: Diner) -> None:
    for number in range(40):
        await diner.leon.say(diner.channel, f"line {number}")
    page = await diner.tab(diner.maya)
    await expect(message(page, "line 39")).to_be_in_viewport()
    newest = page.get_by_role("button", name="New messages")
    await page.locator("#messages").evaluate("list => { list.scrollTop = 0; }")
    await expect(page.get_by_text("This is the very beginning of #kitchen.")).to_be_in_viewport()
    await expect(newest).to_be_hidden()
    await diner.leon.say(diner.channel, "Dinner!")
    await newest.click()
    await expect(message(page, "Dinner!")).to_be_in_viewport()
    await expect(newest).to_be_hidden()
    await page.locator("#messages").evaluate("list => { list.scrollTop = 0; }")
    await typed(page, "Coming")
    await expect(message(page, "Coming")).to_be_in_viewport()


async def test_one_persons_messages_stand_together_under_one_name_and_each_day_has_its_heading(diner: Diner) -> None:
    for person, words in ((diner.maya, "one"), (diner.maya, "two"), (diner.leon, "three")):
        await person.say(diner.channel, words)
    diner.slack.stage.clock.advance(24 * 3600)
    await diner.leon.say(diner.channel, "four")
    page = await diner.tab(diner.maya)
    shown = page.locator("#messages").get_by_role("article")
    await expect(shown).to_have_count(4)
    assert [await each.locator(".author").count() for each in await shown.all()] == [1, 0, 1, 1]
    await expect(page.locator(".day")).to_have_text(["Yesterday", "Today"])
    when = shown.first.locator("time")
    await expect(when).to_have_attribute("title", re.compile(r"^\w+day, .* \(America/New_York\)$"))


async def test_people_react_and_take_it_back_and_see_each_others(diner: Diner) -> None:
    await diner.maya.say(diner.channel, "Great soup")
    hers, his = await diner.tab(diner.maya), await diner.tab(diner.leon)
    await message(hers, "Great soup").hover()
    await message(hers, "Great soup").get_by_role("button", name="Add reaction").click()
    await hers.get_by_role("menuitem", name="tada").click()
    await his.get_by_role("button", name="tada: 1, Maya Ito").click()
    both = hers.get_by_role("button", name="tada: 2, you, Leon Weiss")
    await expect(both).to_have_attribute("aria-pressed", "true")
    await both.click()
    await expect(his.get_by_role("button", name="tada: 1, you")).to_be_visible()


async def test_one_edits_and_deletes_ones_own_words_and_nobody_elses(diner: Diner) -> None:
    await diner.maya.say(diner.channel, "Ask @leon <now>")
    hers, his = await diner.tab(diner.maya), await diner.tab(diner.leon)
    await message(his, "Ask").hover()
    await message(his, "Ask").get_by_role("button", name="More message shortcuts").click()
    await expect(his.get_by_role("menuitem", name="Edit message")).to_have_count(0)
    await his.keyboard.press("Escape")

    await pick(hers, "Ask", "Edit message")
    field = hers.get_by_role("textbox", name="Edit message")
    await expect(field).to_have_value("Ask @leon <now>")
    await expect(field).to_be_focused()
    await field.fill("Never mind")
    await hers.keyboard.press("Escape")
    await expect(message(hers, "Ask @Leon Weiss <now>")).to_be_visible()
    await composer(hers).press("ArrowUp")
    await field.fill("Ask @leon later")
    await hers.keyboard.press("Enter")
    await expect(message(his, "Ask @Leon Weiss later (edited)")).to_be_visible()

    await pick(hers, "later", "Delete message…")
    await hers.get_by_role("dialog", name="Delete message").get_by_role("button", name="Cancel").click()
    await pick(hers, "later", "Delete message…")
    await hers.get_by_role("dialog", name="Delete message").get_by_role("button", name="Delete").click()
    await expect(message(his, "Ask")).to_have_count(0)
    await expect(message(hers, "Ask")).to_have_count(0)


async def test_the_channels_head_has_topic_bookmarks_and_pins(diner: Diner) -> None:
    await diner.maya.say(diner.channel, "The menu of the week")
    page = await diner.tab(diner.maya)
    await pick(page, "The menu", "Pin to this conversation")
    await expect(message(page, "The menu")).to_contain_text("Pinned by you")
    await page.get_by_role("button", name="1 pinned").click()
    pins = page.get_by_role("dialog", name="Pinned in #kitchen")
    await expect(pins.get_by_text("The menu of the week")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="1 pinned")).to_be_focused()
    await pick(page, "The menu", "Unpin")
    await expect(page.get_by_role("button", name="1 pinned")).to_have_count(0)

    await diner.kitchen.conversations_setTopic(channel=diner.channel, topic="*Soup* at <https://example.com/|noon>")
    await diner.kitchen.bookmarks_add(
        channel_id=diner.channel, title="Recipes", type="link", link="https://example.com/recipes"
    )
    head = page.locator("#channel-header")
    await expect(head.get_by_text("Soup at noon")).to_be_visible()
    await expect(head.get_by_role("link", name="Recipes")).to_have_attribute("href", "https://example.com/recipes")
    await page.get_by_role("button", name="3 members").click()
    await expect(page.get_by_role("dialog", name="Members of #kitchen").get_by_text("Leon Weiss")).to_be_visible()


async def test_an_uploaded_file_is_a_link_to_what_was_uploaded(diner: Diner) -> None:
    page = await diner.tab(diner.maya)
    await diner.kitchen.files_upload_v2(
        channel=diner.channel, filename="menu.txt", content="Soup\n", title="The menu", initial_comment="Here it is"
    )
    link = message(page, "Here it is").get_by_role("link", name="The menu")
    await expect(link).to_contain_text("menu.txt · 5 B")
    answer = await page.request.get(await link.get_attribute("href") or "")
    assert await answer.text() == "Soup\n"


async def test_an_answer_for_me_alone_can_be_sent_away_and_is_nobody_elses(diner: Diner) -> None:
    hers, his = await diner.tab(diner.maya), await diner.tab(diner.leon)
    await typed(hers, "/order unicorn")
    await expect(message(hers, "Only visible to you")).to_contain_text("Nothing called unicorn today.")
    await message(hers, "unicorn").get_by_role("button", name="Dismiss").click()
    await expect(message(hers, "unicorn")).to_have_count(0)
    await expect(message(his, "unicorn")).to_have_count(0)


async def test_a_command_that_nobody_answers_is_given_back_with_a_sentence(diner: Diner) -> None:
    page = await diner.tab(diner.maya)
    diner.slack.delivery.ack_seconds = 0.2
    await typed(page, "/sleep for an hour")
    sentence = page.get_by_role("alert").filter(has_text="/sleep failed: The app did not respond in time.")
    await expect(sentence).to_be_visible()
    await expect(composer(page)).to_have_value("/sleep for an hour")
    await typed(page, "/dance")
    await expect(page.get_by_role("alert").filter(has_text="/dance is not a valid command.")).to_be_visible()


async def test_control_and_k_jumps_to_a_channel_or_a_person_by_the_beginning_of_a_name(diner: Diner) -> None:
    page = await diner.tab(diner.maya)
    await expect(composer(page)).to_be_visible()
    for typed_words, place in (("secret", "secret-recipes"), ("leo", "Leon Weiss")):
        await page.keyboard.press("Control+k")
        await page.keyboard.type(typed_words)
        await expect(page.get_by_role("option")).to_have_count(1)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name=place)).to_be_visible()
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_composer_completes_channels_emoji_and_keeps_lines(diner: Diner) -> None:
    page = await diner.tab(diner.maya)
    box = composer(page)
    await box.press_sequentially("see #kit")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Tab")
    await box.press_sequentially(":tad")
    await page.get_by_role("option", name=":tada:").click()
    await page.keyboard.press("Shift+Enter")
    await box.press_sequentially("bye @le")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("option")).to_have_count(0)
    await box.press_sequentially(" @her")
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("see #kitchen :tada: \nbye @le @here ")
    await page.keyboard.press("Enter")
    await expect(message(page, "see #kitchen")).to_contain_text("bye @le @here")
    await expect(message(page, "see").locator(".mention.mine")).to_have_text("@here")
    await expect(message(page, "see").get_by_role("img", name="tada")).to_have_text("🎉")


async def test_the_keyboard_alone_reaches_messages_and_menus_and_comes_back(diner: Diner) -> None:
    for words in ("first", "second"):
        await diner.leon.say(diner.channel, words)
    page = await diner.tab(diner.maya)
    await expect(message(page, "second")).to_be_visible()
    await page.locator("#messages").focus()
    await page.keyboard.press("ArrowUp")
    await expect(message(page, "second")).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(message(page, "first")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menu", name="Reactions")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect(message(page, "first").get_by_role("button", name="Add reaction")).to_be_focused()

    await page.get_by_role("button", name="Shortcuts", exact=True).focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    bell = page.get_by_role("dialog", name="Bell")
    await expect(bell.get_by_text("Dinner is served.")).to_be_visible()
    for _ in range(3):
        await page.keyboard.press("Tab")
        await expect(bell.locator(":focus")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(bell).to_have_count(0)
    await expect(page.locator(":focus")).to_have_count(1)
    await expect(page.locator("body:focus")).to_have_count(0)
