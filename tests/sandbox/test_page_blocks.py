"""Block Kit on the page: every block, every element, mrkdwn and dates; forms and what they send; App Home."""

import pytest
from playwright.async_api import Locator, Page, expect

from bot.sandbox.jsons import as_object
from tests.sandbox.diner import Diner, typed
from tests.sandbox.gallery import MOMENT, Json, counter

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def shown(page: Page) -> Locator:
    """The gallery's message in #kitchen."""
    await typed(page, "/gallery")
    return page.locator("#messages").get_by_role("article").filter(has_text="The gallery")


async def test_every_block_is_drawn_as_slack_draws_it(diner: Diner) -> None:
    page = await diner.tab(diner.maya)
    gallery = await shown(page)
    await expect(gallery.get_by_role("heading", name="The gallery 🎉")).to_be_visible()
    fields = ["Dish\nSoup", "Cook\nMaya", "As *typed*", "Table\n7"]
    await expect(gallery.locator(".block-field")).to_have_text(fields, use_inner_text=True)
    await expect(gallery.locator(".accessory").get_by_role("img", name="A bowl")).to_be_visible()
    await expect(gallery.locator(".block.context")).to_have_text("Served dailyby the kitchen")
    await expect(gallery.get_by_role("separator")).to_have_count(1)
    await expect(gallery.get_by_role("img", name="The bowl again")).to_have_js_property("complete", value=True)
    await expect(gallery.get_by_text("A bowl of soup")).to_be_visible()
    rich = gallery.locator(".rich-text")
    await expect(rich.locator("code")).to_have_text("<script>*as typed*</script>")
    await expect(rich.locator("ol li")).to_have_text(["Peel", "Boil"])
    await expect(rich.locator("blockquote")).to_have_text("Needs salt")
    await expect(rich.locator("pre")).to_have_text("simmer --low")
    written = gallery.locator(".markdown")
    await expect(written.get_by_role("heading", name="Recipe")).to_be_visible()
    await expect(written.locator("li")).to_have_text(["Cut leeks", "Boil"])
    await expect(written.get_by_role("link", name="Boil")).to_have_attribute("href", "https://example.com/b")
    await expect(gallery.get_by_role("columnheader")).to_have_text(["Dish", "Price"])
    await expect(gallery.get_by_role("cell")).to_have_text(["Soup", "4.00"])
    await expect(gallery.get_by_text("This page does not draw")).to_have_count(0)


async def test_mrkdwn_is_drawn_with_its_escapes_mentions_and_dates_in_the_readers_zone(diner: Diner) -> None:
    hers, his = await diner.tab(diner.maya), await diner.tab(diner.leon)
    gallery = await shown(hers)
    text, mentions = gallery.locator(".block-text").nth(0), gallery.locator(".block-text").nth(1)
    drawn = {"strong": ["bold", "both", "well"], "em": ["italic", "both"], "s": ["struck"], "code": ["code"]}
    for tag, marked in drawn.items():
        await expect(text.locator(tag)).to_have_text(marked)
    await expect(text.locator("blockquote")).to_have_text("quoted well\ntwice", use_inner_text=True)
    await expect(text.locator("pre")).to_have_text("fence a link *plain*")
    links = ["a label", "https://example.com/bare", "https://example.com/loose", "cook"]
    await expect(text.get_by_role("link")).to_have_text(links)
    await expect(text.get_by_role("link", name="a label")).to_have_attribute("href", "https://example.com/a?b=1&c=2")
    for words in ("2*3*4 snake_case_name", "• first", "<b> &amp;", ":no_such_sign:"):
        await expect(text).to_contain_text(words)
    await expect(text.get_by_role("img", name="tada")).to_be_visible()
    await expect(mentions.locator(".mention")).to_have_text(["@Maya Ito", "#kitchen", "@cooks", "@here", "@channel"])
    await expect(mentions.locator(".mention.mine")).to_have_text(["@Maya Ito", "@cooks", "@here", "@channel"])
    await expect(mentions).to_contain_text("Wednesday, December 31st, 2025 at 19:00 and the fallback")
    await expect(his.get_by_text("Thursday, January 1st, 2026 at 01:00 and the fallback")).to_be_visible()
    await expect(his.locator("#messages .mention.mine")).to_have_text(["@here", "@channel"])


async def test_buttons_menus_and_pickers_of_a_message_send_what_was_chosen(diner: Diner) -> None:
    page = await diner.tab(diner.maya)
    gallery = await shown(page)

    async def got(words: str) -> None:
        await expect(page.locator("#messages").get_by_text(f"Got {words}", exact=True)).to_be_visible()

    await gallery.get_by_role("button", name="Serve").click()
    await got("serve: 1")
    await gallery.get_by_role("button", name="Throw away").click()
    question = page.get_by_role("dialog", name="Throw it away?")
    await expect(question.get_by_text("The soup cannot be brought back.")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("Got throw_away: None")).to_have_count(0)
    await expect(gallery.get_by_role("button", name="Throw away")).to_be_focused()
    await page.keyboard.press("Enter")
    await question.get_by_role("button", name="Throw away").click()
    await got("throw_away: None")
    await gallery.get_by_role("button", name="A plain button").click()
    await got("plain_one: None")
    await gallery.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Freeze").click()
    await got("more: freeze")
    await gallery.get_by_role("combobox", name="Portion").click()
    await page.get_by_role("option", name="Large").click()
    await got("portion: large")
    await gallery.get_by_role("combobox", name="Waiter").fill("leo")
    await page.keyboard.press("Enter")
    await got(f"waiter: {diner.leon.id}")
    await gallery.get_by_label("Value").fill("2026-02-03")
    await got("day: 2026-02-03")
    await gallery.get_by_role("radio", name="Hot").check()
    await got("spicy: hot")


async def test_fields_of_a_message_ask_the_app_keep_what_was_typed_while_it_is_redrawn_and_go_with_the_press(
    diner: Diner,
) -> None:
    posted = await diner.kitchen.chat_postMessage(channel=diner.channel, text="At the counter", blocks=counter())
    page = await diner.tab(diner.maya)
    message = page.locator("#messages").get_by_role("article").filter(has_text="Remark")
    await choose(message, "Side", "Rad")
    await expect(page.get_by_text("Got side_field: radish")).to_be_visible()
    await choose(message, "Sides", "Ri")
    await message.get_by_role("checkbox", name="Leek").check()
    await message.get_by_label("Remark").press_sequentially("No s")
    await diner.kitchen.reactions_add(channel=diner.channel, timestamp=posted["ts"], name="eyes")
    await expect(message.get_by_role("button", name="eyes: 1, Kitchen")).to_be_visible()
    await expect(message.get_by_label("Remark")).to_be_focused()
    await page.keyboard.type("alt")
    await expect(message.get_by_role("combobox", name="Side", exact=True)).to_have_value("Radish")
    await expect(message.get_by_role("checkbox", name="Leek")).to_be_checked()
    await message.get_by_role("button", name="Serve").click()
    await expect(page.get_by_text("Got serve: 1")).to_be_visible()
    state = as_object(as_object(diner.slack.last_envelopes[-1].payload["state"])["values"])
    assert as_object(state["remark"])["remark_field"] == {"type": "plain_text_input", "value": "No salt"}
    assert "rice" in str(state["sides"])
    assert "leek" in str(state["extras"])
    assert "radish" in str(state["choosers"])


async def choose(form: Locator, label: str, typed_words: str) -> None:
    """Choose in a menu by typing the beginning of a name."""
    box = form.get_by_role("combobox", name=label, exact=True)
    await box.press_sequentially(typed_words)
    await expect(form.page.get_by_role("option")).to_have_count(1)
    await box.press("Enter")


async def fill(form: Locator) -> None:
    """Every field of the gallery's form, but for the two that need something to go wrong first."""
    await form.get_by_label("Name", exact=True).fill("Soup")
    await form.get_by_label("Story").fill("Once\nupon")
    await form.get_by_label("Page").fill("https://example.com/")
    await choose(form, "Course", "Lee")
    await choose(form, "Toppings", "Ri")
    await choose(form, "Toppings", "Ra")
    await form.get_by_role("combobox", name="Toppings").press("Escape")
    await choose(form, "Side", "Rad")
    await choose(form, "Cook", "Leon")
    await choose(form, "Guests by name", "Maya")
    await form.get_by_role("combobox", name="Guests by name").press("Escape")
    await choose(form, "Room", "kitchen")
    await choose(form, "Place", "secret")
    await form.get_by_label("Day").fill("2026-05-06")
    await form.get_by_label("Hour").fill("07:08")
    await form.get_by_label("Moment: date").fill("2026-01-01")
    await form.get_by_role("radio", name="Hot").check()
    await form.get_by_role("checkbox", name="Leek").check()
    await form.get_by_label("Notes").fill("No salt")


def sent(diner: Diner) -> Json:
    """The values that the app was sent last, by block."""
    payloads = [e.payload for e in diner.slack.last_envelopes if e.payload.get("type") == "view_submission"]
    values = as_object(as_object(as_object(payloads[-1]["view"])["state"])["values"])
    entries = {block: as_object(as_object(fields)[f"{block}_field"]) for block, fields in values.items()}
    return {block: next(v for key, v in entry.items() if key != "type") for block, entry in entries.items()}


async def test_a_form_of_every_field_says_what_is_wrong_beside_each_and_sends_what_was_typed(diner: Diner) -> None:
    page = await diner.tab(diner.maya)
    await typed(page, "/gallery form")
    form = page.get_by_role("dialog", name="Every field")
    await expect(form.get_by_text("The oven is hot.")).to_be_visible()
    await expect(form.get_by_label("Name", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(form.get_by_text("Please complete this required field.")).to_have_count(6)
    await fill(form)
    await form.get_by_label("Guests", exact=True).fill("13")
    await form.get_by_label("Mail").fill("nobody")
    await form.get_by_role("button", name="Send").click()
    await expect(form.get_by_text("Must be at most 12.")).to_be_visible()
    await expect(form.get_by_text("Please enter a valid email address.")).to_be_visible()
    await expect(form.get_by_label("Guests", exact=True)).to_be_focused()
    await form.get_by_label("Guests", exact=True).fill("12")
    await form.get_by_label("Mail").fill("cook@example.com")
    await form.get_by_label("Mail").press("Enter")
    await expect(form.get_by_text("We do not write mails.")).to_be_visible()
    await expect(form.get_by_text("Too hot.")).to_be_visible()
    await expect(form.get_by_label("Mail")).to_be_focused()
    told = sent(diner)
    assert told["one"]["value"] == "small"
    assert told["grouped"]["value"] == "leek"
    assert [each["value"] for each in told["many"]] == ["rice", "radish"]
    assert told["remote"]["value"] == "radish"
    assert told["spice"]["value"] == "hot"
    assert [each["value"] for each in told["extras"]] == ["leek"]
    assert told["rich"]["elements"][0]["elements"] == [{"type": "text", "text": "No salt"}]
    assert (told["person"], told["people"]) == (diner.leon.id, [diner.maya.id])
    assert (told["room"], told["place"]) == (diner.channel, diner.slack.channel("secret-recipes").id)
    assert (told["day"], told["hour"], told["moment"]) == ("2026-05-06", "07:08", MOMENT + 24 * 3600)
    assert (told["text"], told["lines"], told["number"]) == ("Soup", "Once\nupon", "12")
    assert (told["email"], told["url"]) == ("cook@example.com", "https://example.com/")


async def test_a_home_with_a_button_asks_first_and_is_drawn_anew(diner: Diner) -> None:
    page = await diner.tab(diner.maya)
    await page.get_by_role("region", name="Apps").get_by_role("button", name="Kitchen").click()
    await page.get_by_role("tab", name="Home").click()
    await page.get_by_role("button", name="Ring").click()
    await page.get_by_role("dialog", name="Throw it away?").get_by_role("button", name="Throw away").click()
    await expect(page.get_by_text("It rang.")).to_be_visible()
    await expect(page.get_by_role("button", name="Ring")).to_have_count(0)
