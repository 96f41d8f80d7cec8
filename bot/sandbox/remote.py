"""A local Slack in another process, for tests there: its people's hands and eyes, and its levers, over `/sandbox/`."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp import ClientSession

from bot.sandbox.blocktext import plain_of
from bot.sandbox.jsons import JsonObject, as_number, as_object, as_objects, as_text


class RemoteRefusalError(Exception):
    """The local Slack said no; the message is its sentence."""


class RemoteSlack:
    """The control interface at one address. Every method raises RemoteRefusalError where it is refused."""

    def __init__(self, url: str) -> None:
        """Take the address of the page; nothing is asked yet."""
        self._url = f"{url.rstrip('/')}/sandbox"
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open a session."""
        self._session = ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> ClientSession:
        """The session, while it is open."""
        if self._session is None:
            raise RuntimeError("Open the client first: async with RemoteSlack(…) as slack.")
        return self._session

    def person(self, name: str) -> "RemotePerson":
        """Somebody, by name or id; whether they exist shows when they act."""
        return RemotePerson(slack=self, name=name)

    async def get(self, path: str, **query: str) -> JsonObject:
        """Read something under `/sandbox/`."""
        async with self.session.get(f"{self._url}/{path}", params=query) as answer:
            return _accepted(as_object(await answer.json()))

    async def post(self, path: str, body: JsonObject) -> JsonObject:
        """Do something under `/sandbox/`."""
        async with self.session.post(f"{self._url}/{path}", json=body) as answer:
            return _accepted(as_object(await answer.json()))

    async def make_slack(self, mood: str) -> None:
        """Make Slack `slow`, `limited` or `down` for the app, or `normal` again."""
        await self.post("slack", {"is": mood})

    async def add_fault(self, method: str, kind: str, **more: object) -> None:
        """Set one fault; the words are those of `Faults.add`."""
        await self.post("faults", {"add": {"method": method, "kind": kind, **more}})

    async def clear_faults(self) -> None:
        """Take all faults away."""
        await self.post("faults", {"clear": True})

    async def drop_sockets(self) -> int:
        """Cut every Socket Mode connection; returns how many there were."""
        return int(as_number((await self.post("drop_sockets", {})).get("dropped"), 0))

    async def advance(self, seconds: float) -> float:
        """Move the clock of Slack and of the app; returns the seconds that it is ahead by now."""
        return as_number((await self.post("clock", {"advance": seconds})).get("offset"), 0.0)

    async def kill_app(self) -> None:
        """Kill the app, as `kill -9` does; it stays down."""
        await self.post("app", {"do": "kill"})

    async def start_app(self) -> None:
        """Start the app again; it is not connected yet."""
        await self.post("app", {"do": "start"})

    async def quiet(self, seconds: float = 0.3, *, timeout: float = 10.0) -> None:
        """Wait until nothing has been under way between Slack and the app for so long; refused after `timeout`."""
        await self.get("quiet", **{"for": str(seconds), "timeout": str(timeout)})

    async def status(self) -> JsonObject:
        """How things stand: the app's process and connections, Slack's mood, the clock, the demo."""
        return as_object((await self.get("backstage")).get("status"))

    async def passages(self) -> list[JsonObject]:
        """What passed between Slack and the app, in brief, oldest first."""
        return as_objects((await self.get("backstage")).get("passages"))

    async def unexpected(self) -> list[JsonObject]:
        """What a correct app never does, as far as it was done."""
        return as_objects((await self.get("unexpected")).get("unexpected"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePerson:
    """Somebody of a remote Slack. Channels go by name or id; without one it is the direct message with the app."""

    slack: RemoteSlack
    name: str

    async def act(self, verb: str, **fields: object) -> JsonObject:
        """Do anything that `POST /sandbox/act` knows; the answer as it came."""
        return await self.slack.post("act", {"as": self.name, "do": verb, **fields})

    async def command(self, line: str, channel: str = "") -> str:
        """Type a slash command; the words of the answer. Refused where the app did not acknowledge it."""
        return _said(await self.act("command", text=line, channel=channel))

    async def say(self, text: str, channel: str = "", *, thread: str = "") -> JsonObject:
        """Write a message; the message as it stands."""
        done = await self.act("say", text=text, channel=channel, thread_ts=thread)
        return as_object(done.get("message"))

    async def press(self, button: str, channel: str = "", *, words: str = "") -> str:
        """Press a button of the newest message that has it, and these words; the words of the answer."""
        return _said(await self.act("press", button=button, channel=channel, words=words))

    async def press_in_form(self, button: str) -> str:
        """Press a button inside the open form."""
        return _said(await self.act("press", button=button, form=True))

    async def fill(self, answers: Mapping[str, object]) -> JsonObject:
        """Fill fields of the open form by their labels; the form as it then stands."""
        return as_object((await self.act("fill", answers=dict(answers))).get("view"))

    async def submit(self) -> dict[str, str]:
        """Press the submit button of the open form; the errors by block id, none when it was taken."""
        done = await self.act("submit")
        _said(done)
        return {block: as_text(words) for block, words in as_object(done.get("errors")).items()}

    async def messages(self, channel: str = "") -> list[JsonObject]:
        """What this person reads in a channel, oldest first, whispers included."""
        found = await self.slack.get("messages", channel=channel, **{"as": self.name})
        return as_objects(found.get("messages"))

    async def reads(self, channel: str = "") -> str:
        """All words of those messages."""
        found = await self.messages(channel)
        return "\n".join(f"{as_text(m.get('text'))}\n{plain_of(as_objects(m.get('blocks')))}" for m in found)

    async def view(self) -> JsonObject:
        """The open form; empty when there is none."""
        return as_object((await self.slack.get("view", **{"as": self.name})).get("view"))

    async def home(self) -> JsonObject:
        """The app's Home; empty before it was published."""
        return as_object((await self.slack.get("home", **{"as": self.name})).get("view"))


def _accepted(answer: JsonObject) -> JsonObject:
    if answer.get("ok") is False:
        raise RemoteRefusalError(as_text(answer.get("error")) or "It was refused without a reason.")
    return answer


def _said(done: JsonObject) -> str:
    answer = as_object(done.get("answer"))
    if answer.get("error"):
        raise RemoteRefusalError(f"The app did not acknowledge it: {as_text(answer.get('error'))}.")
    return as_text(answer.get("text"))
