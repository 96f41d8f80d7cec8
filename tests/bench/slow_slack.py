"""Slack takes 300 ms a call: how soon a declaration's page leaves, and how soon each thing that people do is answered.

*Leaves* means that the request has reached Slack. Every run has a workspace and a process of its own.
"""

import tempfile
from collections import defaultdict
from pathlib import Path

from bot.sandbox.client import Person
from bot.sandbox.models import Channel, Message
from bot.sandbox.screens import View
from bot.sandbox.server import LocalSlack
from tests.bench.beside import a_reference
from tests.bench.figures import Line, Stopwatch
from tests.faults.process import Field, a_field

TITLE = "While Slack takes 300 ms a call"
A_CALL = 0.3
RUNS = 3
LEAVES_WITHIN = 0.150
LEAVES_RATIO = 0.2
ANSWERED_WITHIN = 1.0
LINE = "/incident declare sev1 checkout Cards are declined"
PATIENCE = 30.0
BARE = "/incident declare"
MODES = ("socket", "http")
PAGE = "declare: the page leaves"
ANSWERED = (
    "declare with a line: answered",
    "Acknowledge: answered",
    "/incident decide: answered",
    "/incident log: answered",
    "/incident list: answered",
    "/incident status: answered",
    "/incident update: the form is open, answered",
    "update form submitted: answered",
    "preview published: answered",
    "declare form: open, answered",
    "declare form: redrawn for a journey",
    "declare form submitted: answered",
    "App Home opened: answered",
)
ROWS = tuple(f"{what} ({mode})" for mode in MODES for what in (PAGE, *ANSWERED))
REFERENCE = "a bot that asks Slack inside its listener, one call after another"
MISSED = {
    f"{PAGE} ({mode})": "before it leaves, the incident is decided, drafted and saved, and the row claimed in one more "
    "commit: some tens of milliseconds of one processor."
    for mode in MODES
}

Answers = dict[str, list[float]]


async def measure() -> list[Line]:
    """Measure in both ways of delivery; takes about a minute."""
    inline = [await inline_page() for _ in range(RUNS)]
    lines = []
    for mode in MODES:
        pages: list[float] = []
        answers: Answers = defaultdict(list)
        for _ in range(RUNS):
            await one_run(mode, pages, answers)
        lines.append(
            Line(
                what=f"{PAGE} ({mode})",
                measured=pages,
                reference=inline,
                ratio=LEAVES_RATIO,
                worst=LEAVES_WITHIN,
            )
        )
        for what, seconds in answers.items():
            lines.append(Line(what=f"{what} ({mode})", measured=seconds, worst=ANSWERED_WITHIN))
    return lines


async def one_run(mode: str, pages: list[float], answers: Answers) -> None:
    """A whole incident, each step timed."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_field(Path(folder), mode, anew=True, moves=False) as here:
            await here.start()
            here.slack.faults.add("*", "latency", seconds=A_CALL)
            await declared(here, pages, answers)
            await led(here, answers)
            await told(here, answers)
            await by_the_form(here, answers)
            await at_home(here, answers)
            here.slack.faults.clear()
            await here.stop()


async def declared(here: Field, pages: list[float], answers: Answers) -> None:
    """Ana declares; Maya is paged."""
    seconds, answer = await until_paged(here.slack, here.people["ana"], here.people["maya"])
    pages.append(seconds)
    answers["declare with a line: answered"].append(answer)
    await here.slack.until(lambda: here.people["maya"].dms, timeout=PATIENCE, why="the page to arrive")


async def led(here: Field, answers: Answers) -> None:
    """Maya acknowledges, and is in the war room when it is set up."""
    maya = here.people["maya"]
    pressed = await maya.click(maya.dms[0], "Acknowledge")
    answers["Acknowledge: answered"].append(pressed.seconds)
    await here.slack.until(lambda: here_is_the_room(here, maya), timeout=PATIENCE, why="the war room")
    for words in ("decide Roll back", "log The queue is growing", "list", "status monitoring"):
        said = await maya.command(f"/incident {words}", channel=room_of(here).name)
        answers[f"/incident {words.split()[0]}: answered"].append(said.seconds)
        if maya.view is not None:
            await maya.close(maya.view, whole_stack=True)


async def told(here: Field, answers: Answers) -> None:
    """Maya publishes an update: the form, its preview, the word itself."""
    maya = here.people["maya"]
    opened = await maya.command("/incident update", channel=room_of(here).name)
    answers["/incident update: the form is open, answered"].append(opened.seconds)
    form = await maya.fill(the_view(maya), {"What we are doing": "Rolling back."})
    submitted = await maya.submit(form)
    assert not submitted.errors, submitted.errors
    answers["update form submitted: answered"].append(submitted.seconds)
    published = await maya.submit(the_view(maya))
    assert not published.errors, published.errors
    answers["preview published: answered"].append(published.seconds)


async def by_the_form(here: Field, answers: Answers) -> None:
    """Ana declares by the form, whose fields redraw it."""
    ana = here.people["ana"]
    opened = await ana.command(BARE, channel="general")
    answers["declare form: open, answered"].append(opened.seconds)
    watch = Stopwatch()
    form = await ana.fill(the_view(ana), {"Journey": "Checkout"})
    answers["declare form: redrawn for a journey"].append(watch.seconds())
    form = await ana.fill(form, {"What is happening": "Carts are empty"})
    submitted = await ana.submit(form)
    assert not submitted.errors, submitted.errors
    answers["declare form submitted: answered"].append(submitted.seconds)


async def at_home(here: Field, answers: Answers) -> None:
    """Maya opens the App Home; the same event is delivered once more, and its answer timed."""
    await here.people["maya"].open_home()
    await here.slack.until(lambda: here.people["maya"].home, timeout=PATIENCE, why="the App Home")
    event = next(each for each in reversed(here.slack.last_envelopes) if each.kind == "events_api")
    answered = await here.slack.deliver(event)
    assert not answered[0].error, answered
    answers["App Home opened: answered"].append(answered[0].seconds)


async def inline_page() -> float:
    """Seconds until the inline bot's page leaves."""
    async with a_reference("inline") as (slack, ana, maya):
        slack.faults.add("*", "latency", seconds=A_CALL)
        seconds, _ = await until_paged(slack, ana, maya)
        return seconds


async def until_paged(slack: LocalSlack, ana: Person, maya: Person) -> tuple[float, float]:
    """Declare: seconds until Maya's page reaches Slack, and until the command is answered."""
    before = len(slack.calls())

    def page() -> list[float]:
        sent = [call for call in slack.calls()[before:] if call.method == "chat.postMessage"]
        return [call.at for call in sent if call.args.get("channel") == maya.id]

    watch = Stopwatch()
    answer = await ana.command(LINE, channel="general")
    await slack.until(page, timeout=PATIENCE, why="the page to leave")
    return page()[0] - watch.started, answer.seconds


def the_view(person: Person) -> View:
    """The form in front of somebody."""
    assert person.view is not None
    return person.view


def room_of(here: Field) -> Channel:
    """The war room of the first incident."""
    return next(channel for channel in here.slack.channels if channel.name.startswith("inc-1-cards"))


def here_is_the_room(here: Field, person: Person) -> list[Message]:
    """The messages of the war room, as soon as it is there and somebody is in it."""
    rooms = [channel for channel in here.slack.channels if channel.name.startswith("inc-1-cards")]
    return [message for room in rooms if person.id in room.members for message in room.messages]
