"""A tiny app for the page's tests: a form that answers with an error once, and a message whose button edits it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalSlack
from tests.sandbox.gallery import QUESTION, Json, asked, button, every_input, marked, option, plain, showcase

MANIFEST: Json = {
    "display_information": {"name": "Kitchen"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Kitchen"},
        "slash_commands": [
            {"command": "/order", "description": "Order a dish", "usage_hint": "dish", "should_escape": True},
            {"command": "/gallery", "description": "See everything", "usage_hint": "form", "should_escape": True},
            {"command": "/sleep", "description": "Never answer", "should_escape": True},
        ],
        "shortcuts": [
            {"name": "Praise", "type": "message", "callback_id": "praise", "description": "Praise it"},
            {"name": "Ring the bell", "type": "global", "callback_id": "bell", "description": "Dinner"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "commands",
                "chat:write",
                "reactions:write",
                "pins:write",
                "bookmarks:write",
                "files:write",
                "channels:manage",
            ]
        }
    },
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}, "interactivity": {"is_enabled": True}},
}


def words(text: str) -> Json:
    """A section of mrkdwn."""
    return {"type": "section", "text": marked(text)}


def form(remark: str = "What may we cook?") -> Json:
    """The order form."""
    sizes = [option("Small"), option("Large")]
    return {
        "type": "modal", "callback_id": "order", "title": plain("Order a dish"), "submit": plain("Order"),
        "blocks": [
            {"block_id": f"remark {remark}", **words(remark)},
            asked("size", "Size", "static_select", options=sizes, dispatch_action=True),
            asked("dish", "Dish", "plain_text_input", multiline=True),
            asked("sides", "Sides", "multi_external_select", min_query_length=1, optional=True),
            {"type": "actions", "elements": [{"type": "button", "action_id": "allergens", "text": plain("Allergens")}]},
        ],
    }  # fmt: skip


def ticket(dish: str, button: str = "Cook") -> list[Json]:
    """The message of an order. Its words are the app's: what a person typed arrives escaped by the caller."""
    element = {"type": "button", "action_id": "cook", "style": "primary", "text": plain(button), "value": dish}
    return [words(f"*Order*: {dish}"), {"type": "actions", "block_id": "ticket", "elements": [element]}]


def escaped(text: str) -> str:
    """What a person typed, as mrkdwn that says the same."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@asynccontextmanager
async def kitchen(slack: LocalSlack, channel: str) -> AsyncIterator[AsyncApp]:
    """The app, connected; it posts its tickets to `channel`."""
    app = AsyncApp(client=AsyncWebClient(token=slack.bot_token, base_url=f"{slack.url}/api/"))
    _form_listeners(app, channel)
    _other_listeners(app)
    _gallery_listeners(app, slack, channel)
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()
    await slack.connected()
    try:
        yield app
    finally:
        await handler.close_async()


def _form_listeners(app: AsyncApp, channel: str) -> None:
    @app.command("/order")
    async def ordered(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        if body["text"]:
            await ack(f"Nothing called {escaped(body['text'])} today.")
            return
        await client.views_open(trigger_id=body["trigger_id"], view=form())
        await ack()

    @app.action("size_field")
    async def sized(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        size = body["actions"][0]["selected_option"]["text"]["text"]
        await client.views_update(view_id=body["view"]["id"], view=form(f"{size} takes a while."))

    @app.action("allergens")
    async def listed(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        view = {"type": "modal", "title": plain("Allergens"), "blocks": [words("May contain nuts")]}
        await client.views_push(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.view("order")
    async def submitted(ack: AsyncAck, view: Json, client: AsyncWebClient) -> None:
        values = view["state"]["values"]
        dish, sides = values["dish"]["dish_field"]["value"], values["sides"]["sides_field"]["selected_options"]
        if dish == "stone":
            await ack(response_action="errors", errors={"dish": "We do not cook stones."})
            return
        await ack()
        named = escaped(" with ".join([dish, *(side["value"] for side in sides)]))
        await client.chat_postMessage(channel=channel, text=f"Order: {named}", blocks=ticket(named))


def _other_listeners(app: AsyncApp) -> None:
    @app.action("cook")
    async def cooked(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        blocks = [words(f"Cooked by <@{body['user']['id']}>")]
        place = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**place, text="Cooked", blocks=blocks)

    @app.shortcut("praise")
    async def praised(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.chat_postMessage(
            channel=body["channel"]["id"], thread_ts=body["message"]["ts"], text="The cook says thanks"
        )

    @app.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient) -> None:
        ring = {"type": "actions", "elements": [button("Ring", confirm=QUESTION)]}
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [words("Today: soup"), ring]})

    @app.action("ring")
    async def rung(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_publish(user_id=body["user"]["id"], view={"type": "home", "blocks": [words("It rang.")]})

    @app.shortcut("bell")
    async def bell(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        view = {"type": "modal", "title": plain("Bell"), "blocks": [words("Dinner is *served*.")]}
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()


def _gallery_listeners(app: AsyncApp, slack: LocalSlack, channel: str) -> None:
    @app.command("/gallery")
    async def shown(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        if body["text"] == "form":
            await client.views_open(trigger_id=body["trigger_id"], view=every_input())
        else:
            group = next(iter(slack.workspace.groups), "S0")
            blocks = showcase(f"{slack.url}/static/icon.svg", body["user_id"], channel, group)
            await client.chat_postMessage(channel=channel, text="The gallery", blocks=blocks)
        await ack()

    @app.command("/sleep")
    async def slept() -> None:
        """No acknowledgement: Slack waits for three seconds and gives up."""

    @app.options("sides_field")
    @app.options("side_field")
    @app.options("remote_field")
    async def remote(ack: AsyncAck, body: Json) -> None:
        found = [side for side in ("Rice", "Radish") if side.lower().startswith(body["value"].lower())]
        await ack(options=[option(side) for side in found])

    @app.view("gallery")
    async def sent(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"email": "We do not write mails.", "spice": "Too hot."})

    for action in (
        "serve",
        "throw_away",
        "plain_one",
        "portion",
        "waiter",
        "day",
        "spicy",
        "more",
        "side_field",
        "extras_field",
    ):
        app.action(action)(_told)


async def _told(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
    """Say back to whoever pressed or chose what arrived."""
    await ack()
    action = body["actions"][0]
    chosen = action.get("value") or action.get("selected_user") or action.get("selected_date")
    await respond(
        f"Got {action['action_id']}: {chosen or action.get('selected_option', {}).get('value')}", replace_original=False
    )
