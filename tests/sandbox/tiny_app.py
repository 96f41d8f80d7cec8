"""A small app that knows nothing of this project: what any Bolt app does, it may do here unchanged."""

from typing import Any, TypeAlias

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

Body: TypeAlias = dict[str, Any]

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Tiny"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "tiny"},
        "slash_commands": [{"command": "/tiny", "description": "Tiny", "should_escape": True}],
        "shortcuts": [
            {"name": "Open", "type": "global", "callback_id": "open"},
            {"name": "Quote", "type": "message", "callback_id": "quote"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                *("bookmarks:read", "bookmarks:write", "channels:history", "channels:join", "channels:manage"),
                *("channels:read", "chat:write", "commands", "dnd:read", "groups:history", "groups:read"),
                *("groups:write", "im:history", "im:write", "pins:read", "pins:write", "reactions:write"),
                *("team:read", "usergroups:read", "users:read", "users:read.email"),
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                *("app_home_opened", "channel_archive", "channel_rename", "member_joined_channel"),
                *("message.channels", "message.groups", "message.im"),
            ]
        }
    },
}


def text(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def form(title: str = "Form") -> dict[str, Any]:
    field = {"type": "plain_text_input", "action_id": "typed"}
    options = [{"text": text(words), "value": words.lower()} for words in ("Red", "Blue")]
    colour = {"type": "static_select", "action_id": "chosen", "options": options, "initial_option": options[0]}
    more = {"type": "external_select", "action_id": "sought", "min_query_length": 1}
    return {
        "type": "modal",
        "callback_id": "form",
        "notify_on_close": True,
        "title": text(title),
        "submit": text("Go"),
        "blocks": [
            {"type": "input", "block_id": "what", "label": text("What"), "element": field},
            {"type": "input", "block_id": "colour", "label": text("Colour"), "element": colour},
            {"type": "input", "block_id": "more", "label": text("More"), "optional": True, "element": more},
            {"type": "actions", "block_id": "row", "elements": [button("Next", "next")]},
        ],
    }


def button(words: str, action_id: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": text(words), "value": words.lower()}


def add_listeners(app: AsyncApp, seen: list[Body]) -> None:
    app.command("/tiny")(commanded)
    app.shortcut("open")(opened)
    app.shortcut("quote")(quoted)
    app.options("sought")(sought)
    app.action("next")(pushed)
    app.action("take")(taken)
    app.event("app_home_opened")(home_opened)

    @app.view("form")
    async def submitted(ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient) -> None:
        seen.append({"type": "view_submission", "values": view["state"]["values"]})
        await form_submitted(ack, body["user"]["id"], view["state"]["values"]["what"]["typed"]["value"], client)

    @app.view_closed("form")
    async def closed(ack: AsyncAck, body: Body) -> None:
        seen.append({"type": "view_closed", "is_cleared": body["is_cleared"]})
        await ack()

    async def happened(event: Body) -> None:
        seen.append(event)

    for kind in ("message", "member_joined_channel", "channel_rename", "channel_archive"):
        app.event(kind)(happened)


async def commanded(ack: AsyncAck, body: Body, client: AsyncWebClient, respond: AsyncRespond) -> None:
    match body["text"].split(" ")[0]:
        case "form":
            await client.views_open(trigger_id=body["trigger_id"], view=form())
            await ack()
        case "later":
            await ack()
            await respond(text="answered later", response_type="in_channel")
        case _:
            await ack(f"you said {body['text']}")


async def opened(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
    await client.views_open(trigger_id=body["trigger_id"], view=form())
    await ack()


async def quoted(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
    await ack()
    quote = body["message"]["text"]
    await client.chat_postEphemeral(channel=body["channel"]["id"], user=body["user"]["id"], text=f"> {quote}")


async def sought(ack: AsyncAck, body: Body) -> None:
    await ack(options=[{"text": text(body["value"]), "value": "found"}])


async def pushed(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
    await client.views_push(trigger_id=body["trigger_id"], view=form("Next form"))
    await ack()


async def form_submitted(ack: AsyncAck, user: str, what: str, client: AsyncWebClient) -> None:
    if what == "bad":
        await ack(response_action="errors", errors={"what": "Not that."})
    elif what == "change":
        await ack(response_action="update", view=form("Changed"))
    else:
        await ack(response_action="clear")
        blocks = [{"type": "actions", "elements": [button("Take", "take")]}]
        await client.chat_postMessage(channel=user, text=f"You asked: {what}", blocks=blocks)


async def taken(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
    await ack()
    words = f"Taken by <@{body['user']['id']}>"
    await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text=words, blocks=[])


async def home_opened(event: Body, client: AsyncWebClient) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Welcome*"}}
    await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section]})
