"""`response_url`: five answers within thirty minutes of what a person did; only to them unless it says otherwise."""

from dataclasses import dataclass, field

from bot.sandbox import messages
from bot.sandbox.blockkit import validate_message
from bot.sandbox.jsons import JsonObject, as_flag, as_objects, as_text
from bot.sandbox.messages import Draft
from bot.sandbox.models import Channel, Message, Refusal
from bot.sandbox.webapi.call import refused_blocks
from bot.sandbox.workspace import BOT_USER, Workspace

MOST_USES = 5
LIFETIME_SECONDS = 30 * 60


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """One such address: who acted, where, on which message; and what was posted through it."""

    id: str
    user: str
    channel: str
    created: float
    source: Message | None = None
    uses: int = 0
    posts: list[JsonObject] = field(default_factory=list)


class ResponseUrls:
    """The addresses that were handed out."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, source: Message | None = None) -> ResponseUrl:
        """A new address for what `user` just did in `channel`."""
        url_id = self._workspace.new_id("R")
        issued = ResponseUrl(id=url_id, user=user, channel=channel, created=self._workspace.clock.wall(), source=source)
        self._issued[url_id] = issued
        return issued

    def post(self, url_id: str, body: JsonObject) -> None:
        """Use an address once. Raises Refusal where Slack would answer with an error."""
        issued = self._issued.get(url_id)
        if issued is None:
            raise Refusal("not_found")
        if issued.uses >= MOST_USES:
            raise Refusal("used_url")
        if self._workspace.clock.wall() - issued.created > LIFETIME_SECONDS:
            raise Refusal("expired_url")
        issued.uses += 1
        self.respond(issued, body)

    def respond(self, issued: ResponseUrl, body: JsonObject) -> None:
        """Carry out an answer: replace, delete, post, or whisper."""
        channel = self._workspace.channels[issued.channel]
        original = self._current(channel, issued.source)
        if as_flag(body.get("delete_original")):
            self._delete(channel, original)
            return
        draft = _draft(body)
        issued.posts.append(body)
        if as_flag(body.get("replace_original")) and original is not None:
            self._replace(channel, original, draft)
        elif body.get("response_type") == "in_channel":
            messages.post(self._workspace, BOT_USER, channel, draft)
        else:
            messages.whisper(self._workspace, channel, issued.user, draft)

    def _current(self, channel: Channel, source: Message | None) -> Message | None:
        if source is None:
            return None
        if source.ephemeral_to:
            return next((m for m in self._workspace.ephemerals if m.ts == source.ts), None)
        return channel.log.get(source.ts)

    def _delete(self, channel: Channel, original: Message | None) -> None:
        if original is None:
            return
        if original.ephemeral_to:
            messages.replace_whisper(self._workspace, original, None)
        else:
            messages.delete(self._workspace, original.user, channel, original.ts)

    def _replace(self, channel: Channel, original: Message, draft: Draft) -> None:
        if original.ephemeral_to:
            messages.replace_whisper(self._workspace, original, draft)
        else:
            messages.update(self._workspace, original.user, channel, original.ts, draft, keep_blocks=False)


def _draft(body: JsonObject) -> Draft:
    blocks, attachments = as_objects(body.get("blocks")), as_objects(body.get("attachments"))
    if not body.get("text") and not blocks and not attachments:
        raise Refusal("no_text")
    problems = validate_message(body)
    if problems:
        raise refused_blocks("invalid_blocks", problems)
    thread = as_text(body.get("thread_ts")) or None
    return Draft(text=as_text(body.get("text")), blocks=tuple(blocks), attachments=tuple(attachments), thread_ts=thread)
