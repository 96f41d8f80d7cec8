"""From a delivery of Slack to one service call and an answer: commands, buttons, forms, shortcuts, menus, events.

Whatever is refused is said in a sentence to whoever asked. Nothing here raises to a person.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackClientError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.change import Change
from bot.domain.effects import Outgoing, TellPerson
from bot.domain.errors import ReasonNeeded, Refusal
from bot.domain.outgoing import refresh_home
from bot.domain.prose import At, Button, Sentence, Who, Words
from bot.domain.reading import MENTION
from bot.services import incidents
from bot.services.ports import Desk, Members, Unavailable
from bot.slack.answers import Answer, object_at, text_at
from bot.slack.asked import Asked, Reply, known
from bot.slack.buttons import BUTTONS
from bot.slack.commands import registry
from bot.slack.forms import Filled, read_values, written_values
from bot.slack.ids import Action, Block, ViewId
from bot.slack.meta import Meta, read_meta, write_meta
from bot.slack.mrkdwn import plain
from bot.slack.redrawing import Redrawing
from bot.slack.submissions import SUBMISSIONS
from bot.slack.typed import take_typed
from bot.slack.views.changes import do_anyway_form, notice, said_in_a_form
from bot.slack.views.lines import refused
from bot.slack.views.parts import Message

BUTTON_VALUE: Final = 1900
ERROR: Final = 2000
REDRAWS: Final = frozenset({Action.CHOOSE_JOURNEY, Action.CHOOSE_SEVERITY})
ANYWAY: Final[Sentence] = (
    "You are not a responder of this incident. With a reason it is done all the same, and the reason goes on record.",
)
OLD: Final[Sentence] = ("This is from another version of Tocsin. Nothing was done; use a newer message.",)
NO_REASON: Final[Sentence] = ("Write the reason: it stands in the record under your name. Nothing was done yet.",)
TOO_LONG: Final = " (Shorten what you wrote first: beside so many words no reason can be asked for.)"
UNSEEN: Final = ". Look whether it was done, on the incident's card or with /incident list, and press again if not."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a submission comes to: `errors` beside fields, a `view` (on top of the form if `pushed`), or all closed."""

    errors: Mapping[str, str] | None = None
    view: View | None = None
    pushed: bool = False


class Inbound:
    """Everything that Slack delivers, told apart and answered."""

    def __init__(self, desk: Desk, client: AsyncWebClient, members: Members) -> None:
        """Take the desk, a client that opens forms, and whoever knows the workspace's members."""
        self._desk = desk
        self._client = client
        self._members = members
        self._redrawing = Redrawing(desk, client)

    async def command(self, body: Answer) -> Message | None:
        """Answer a slash command; None when a form was opened or there is nothing to say."""
        line, name = text_at(body, "text").strip(), text_at(body, "command")
        try:
            asked = await self._asked(body, text_at(body, "user_id"), text_at(body, "user_name"), "cmd")
            asked = replace(asked, command=name, channel=text_at(body, "channel_id"))
            await self._meet({each["user"]: each["label"] or "" for each in MENTION.finditer(line)})
            return await self._shown(asked, await registry.answer(asked, line))
        except (Refusal, Unavailable) as no:
            return self._no(no, Meta(act="command", words=line, channel=text_at(body, "channel_id")))

    async def button(self, body: Answer, pressed: Answer) -> Message | None:
        """Do what a button or a menu asks for; the words are for the person who pressed."""
        name, value = text_at(pressed, "action_id"), text_at(pressed, "value")
        if name not in set(Action):
            return refused(OLD)
        action = Action(name)
        if action in REDRAWS:
            self._redrawing.noticed(body, pressed)
        try:
            asked = await self._asked_by_press(body, name)
            if action in REDRAWS:
                await self._redrawing.redraw(asked, body, action)
                return None
            if action is Action.DO_ANYWAY:
                return await self._shown(asked, do_anyway_form(ANYWAY, read_meta(value)))
            run = BUTTONS.get(action)
            return None if run is None else await self._shown(asked, await run(asked, value))
        except (Refusal, Unavailable) as no:
            return self._no(no, Meta(act=f"button:{name}", words=value, channel=text_at(body, "channel", "id")))

    async def submission(self, body: Answer) -> Outcome:
        """Take a submitted form."""
        form = object_at(body, "view")
        filled = Filled(values=read_values(object_at(form, "state")), meta=read_meta(text_at(form, "private_metadata")))
        key, name = f"vs:{text_at(form, 'id')}:{text_at(form, 'hash')}", text_at(form, "callback_id")
        if name not in {ViewId.DO_ANYWAY, *SUBMISSIONS}:
            return Outcome(view=notice("Not done", OLD))
        try:
            asked = await self._asked(body, text_at(body, "user", "id"), text_at(body, "user", "name"), "vs")
            asked = replace(asked, delivery=key, incident=filled.meta.incident, link=filled.meta.link)
            return await self._taken(asked, ViewId(name), await self._with_names(filled))
        except ReasonNeeded as needed:
            return self._reason_asked(needed, filled, ViewId(name), form)
        except Refusal as no:
            return _beside(no.said, no.field, form)
        except Unavailable as no:
            return _beside((str(no),), None, form)

    async def shortcut(self, body: Answer) -> Message | None:
        """Open the form that a shortcut asks for; the words are for the person, where it could not be opened."""
        message, channel = object_at(body, "message"), text_at(body, "channel", "id")
        link = _permalink(text_at(body, "team", "domain"), channel, text_at(message, "ts"))
        user = object_at(body, "user")
        lines = {
            "declare_incident": ("declare", ""),
            "declare_from_message": ("declare", text_at(message, "text")),
            "add_to_timeline": ("log", text_at(message, "text")),
            "record_as_decision": ("decide", text_at(message, "text")),
        }
        name, words = lines.get(text_at(body, "callback_id"), ("help", ""))
        try:
            asked = await self._asked(body, text_at(user, "id"), text_at(user, "username"), "sc", channel=channel)
            asked = replace(asked, channel=channel, link=link)
            return await self._shown(asked, await registry.form_for(asked, name, words))
        except (Refusal, Unavailable) as no:
            return refused(_said(no))

    def options(self, body: Answer) -> registry.Offered:
        """Offer what a long menu has for the words typed into it."""
        return registry.options_for(self._desk.directory(), text_at(body, "action_id"), text_at(body, "value"))

    async def home_opened(self, body: Answer) -> None:
        """Have the person's Home published as it is now."""
        event = object_at(body, "event")
        row = refresh_home(text_at(event, "user"), f"opened:{text_at(event, 'event_ts') or text_at(body, 'event_id')}")
        await self._desk.store.write(lambda tx: tx.save(Change(outgoing=(row,))))

    async def joined(self, body: Answer) -> None:
        """Count whoever walks into a war room among its responders."""
        event = object_at(body, "event")
        who, _ = await known(self._desk, self._members, text_at(event, "user"), "", "")
        key = f"ev:{text_at(body, 'team_id')}:{text_at(body, 'event_id')}"
        await incidents.joined_room(self._desk, text_at(event, "channel"), who, delivery=key)

    async def left(self, body: Answer) -> None:
        """Respect that somebody walked out of a stakeholder channel."""
        event = object_at(body, "event")
        who, _ = await known(self._desk, self._members, text_at(event, "user"), "", "")
        key = f"ev:{text_at(body, 'team_id')}:{text_at(body, 'event_id')}"
        await incidents.left_room(self._desk, text_at(event, "channel"), who, delivery=key)

    async def typed(self, body: Answer) -> None:
        """Take what somebody typed, changed or deleted in a stakeholder channel into the comms queue."""
        await take_typed(self._desk, self._members, body)

    async def show_words(self, body: Answer, answer: Message) -> None:
        """Say something where no message stands to answer under: in a form. Nothing but Slack is needed for it."""
        inside = object_at(body, "view")
        show = self._client.views_push if text_at(inside, "type") == "modal" else self._client.views_open
        await show(trigger_id=text_at(body, "trigger_id"), view=said_in_a_form(answer))

    async def tell_later(self, body: Answer) -> None:
        """Send a direct message in place of an answer that Slack did not let us show: nothing fails in silence."""
        user, trigger = text_at(body, "user", "id"), text_at(body, "trigger_id")
        said: Sentence = ("Slack may not have shown you my answer to your press at ", At(self._desk.clock()), UNSEEN)
        effect = TellPerson(who=Who(name=user, user=user), said=said)
        row = Outgoing(id=f"unseen:{user}:{trigger}", stream=f"to:{user}", effect=effect)
        try:
            await self._desk.store.write(lambda tx: tx.save(Change(outgoing=(row,))))
        except Unavailable as no:
            log.warning("Nor can it be sent later: %s", no)

    async def _with_names(self, filled: Filled) -> Filled:
        """The form with the people chosen in it as the record knows them."""
        chosen = {user: "" for block in (Block.PERSON, Block.OWNER) if (user := filled.text(block))}
        return replace(filled, people=await self._meet(chosen))

    async def _meet(self, named: Mapping[str, str]) -> Mapping[str, Who]:
        """Have a name for people who are named by their Slack id; with the name if one was given."""
        found: dict[str, Who] = {}
        for user, name in named.items():
            found[user], _ = await known(self._desk, self._members, user, name, "")
        return found

    async def _taken(self, asked: Asked, form: ViewId, filled: Filled) -> Outcome:
        if form is ViewId.DO_ANYWAY:
            return _outcome(await self._repeated(replace(asked, reason=filled.text(Block.REASON)), filled.meta), form)
        return _outcome(await SUBMISSIONS[form](asked, filled), form)

    async def _repeated(self, asked: Asked, meta: Meta) -> Reply:
        """Do again, with a reason, what was refused without one."""
        kind, _, name = meta.act.partition(":")
        if kind == "form" and name in SUBMISSIONS:
            filled = Filled(values=written_values(meta.words), meta=meta)
            return await SUBMISSIONS[ViewId(name)](asked, await self._with_names(filled))
        if kind == "button" and name in BUTTONS:
            return await BUTTONS[Action(name)](asked, meta.words)
        if kind != "command":
            raise Refusal(*OLD)
        _, here = await known(self._desk, self._members, asked.by.user or "", asked.by.name, meta.channel)
        return await registry.answer(replace(asked, channel=meta.channel, incident=here), meta.words)

    async def _shown(self, asked: Asked, reply: Reply) -> Message | None:
        """Show a form, or hand back the words; in a form or on Home, words are a form too."""
        if not isinstance(reply, View):
            return reply
        try:
            await asked.open(reply)
        except (SlackClientError, ClientError, TimeoutError, OSError) as error:
            log.warning("A form could not be opened: %s", error)
            return refused(
                ("Slack did not let me open the form in time. Nothing was done and nothing is lost; try once more.",)
            )
        return None

    def _no(self, no: Refusal | Unavailable, meta: Meta) -> Message:
        value = write_meta(meta)
        if isinstance(no, ReasonNeeded) and len(value) <= BUTTON_VALUE:
            return refused(no.said, (Button(action=Action.DO_ANYWAY, label="Do it anyway: reason", value=value),))
        return refused(_said(no))

    def _reason_asked(self, needed: ReasonNeeded, filled: Filled, form: ViewId, view_now: Answer) -> Outcome:
        if form is ViewId.DO_ANYWAY:
            return _beside(NO_REASON, Block.REASON, view_now)
        meta = replace(filled.meta, act=f"form:{form}", words=filled.written())
        if read_meta(write_meta(meta)).words != meta.words:
            return _beside((*needed.said, TOO_LONG), None, view_now)
        return Outcome(view=do_anyway_form(needed.said, meta), pushed=True)

    async def _asked_by_press(self, body: Answer, action: str) -> Asked:
        user, channel = object_at(body, "user"), text_at(body, "channel", "id")
        asked = await self._asked(
            body,
            text_at(user, "id"),
            text_at(user, "username") or text_at(user, "name"),
            f"act:{action}",
            channel=channel,
        )
        inside = object_at(body, "view")
        if text_at(inside, "type") == "modal":
            meta = read_meta(text_at(inside, "private_metadata"))
            return replace(asked, on_top=True, incident=meta.incident, channel=meta.channel)
        return replace(asked, channel=channel)

    async def _asked(self, body: Answer, user: str, name: str, kind: str, channel: str = "") -> Asked:
        who, here = await known(self._desk, self._members, user, name, channel or text_at(body, "channel_id"))
        trigger = text_at(body, "trigger_id")
        team = text_at(body, "team_id") or text_at(body, "team", "id")
        return Asked(
            desk=self._desk,
            client=self._client,
            by=who,
            delivery=f"{kind}:{team}:{trigger}",
            trigger=trigger,
            incident=here,
            members=self._members,
        )


def _outcome(reply: Reply, form: ViewId) -> Outcome:
    if isinstance(reply, View):
        return Outcome(view=reply, pushed=form is ViewId.UPDATE)
    if isinstance(reply, Message):
        return Outcome(view=notice("Done", (Words(reply.text),)))
    return Outcome()


def _beside(said: Sentence, field: str | None, form: Answer) -> Outcome:
    """Put a refusal beside the field at fault, or beside the first; in a form without fields, in its place."""
    blocks = list(object_at(form, "state", "values"))
    named = [block for block in blocks if field and block.partition(":")[0] == field]
    if not blocks:
        return Outcome(view=notice("Not done", said))
    return Outcome(errors={(named or blocks)[0]: plain(said)[:ERROR]})


def _said(no: Refusal | Unavailable) -> Sentence:
    return no.said if isinstance(no, Refusal) else (str(no),)


def _permalink(domain: str, channel: str, ts: str) -> str:
    """The message's own address, as Slack makes them: no call is needed before the form opens."""
    return f"https://{domain or 'app'}.slack.com/archives/{channel}/p{ts.replace('.', '')}" if channel and ts else ""
