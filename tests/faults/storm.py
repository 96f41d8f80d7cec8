"""A storm: many incidents while processes are killed and frozen in mid-flight and Slack's answers go wrong.

Whoever is told that a declaration failed declares it once more, when it turns out not to have been saved.
"""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from tests.faults.ledger import Facts, ledger_of, numbers_of
from tests.faults.process import STOPS_WITHIN, Field, Process
from tests.faults.weather import Weather, one_of
from tests.scenarios.world import COMPANY, UNHURRIED
from tests.size import PATIENT

UNDISTURBED = "Nothing disturbs this"
PAST_THE_LEASE = 35.0
NUDGE = 2.0
"""Seconds by which the clock moves when nothing arrives any more: what is put off gets its turn."""
TRIED_AGAIN = 20
MOST_LOOKS = 60
A_FEW = 5
TOO_SLOW = frozenset({"operation_timeout", "event_not_acknowledged", "event_given_up"})
"""Answers that came too late: a command is typed again, an event delivered again, three times at most."""
A_LOOK = 0.5
"""Real seconds between two looks at whether all has come to rest."""
MANY = 1000
"""How many times more than Slack allows is asked of the local one, whose limits are off."""
BEFORE_VERIFYING = "SELECT count(*) FROM outbox WHERE verify_at IS NOT NULL"


def patient_company(first: str = "12h") -> str:
    """The company of the stories, in which nothing falls due by itself for half a day: the clock moves an hour here.

    `first` is when the first word about an incident is due.
    """
    company = COMPANY.read_text(encoding="utf-8").replace("wait: 5m", "wait: 12h").replace("wait: 10m", "wait: 12h")
    patient = (
        f"first_public: {first}, public_every: 12h, internal_first: {first}, internal_every: 12h, internal_after: []"
    )
    before = "  SEV1: {notify"
    assert before in company
    return company.replace(before, f"  SEV1: {{{patient}, summary_every: 12h, notify")


def with_company(here: Field, company: str) -> None:
    """Have the processes of a field read this directory file."""
    (here.folder / "company.yml").write_text(company, encoding="utf-8")
    here.more["DIRECTORY"] = str(here.folder / "company.yml")


@dataclass(slots=True, kw_only=True)
class Storm:
    """Runs a storm over a field, and counts."""

    here: Field
    company: str = field(default_factory=patient_company)
    """The directory file, in words."""
    spoils: bool = True
    """Whether Slack's answers go wrong, too."""
    weather: Weather = field(init=False)
    replicas: list[Process] = field(default_factory=list)
    kills: int = 0
    freezes: int = 0
    accepted: set[str] = field(default_factory=set)
    """Words of incidents that Slack's user was told are declared."""
    answers: dict[str, list[str]] = field(default_factory=dict)
    """What whoever declared with these words was told, time after time."""
    wanted: list[str] = field(default_factory=list)
    _declaring: dict[asyncio.Task[None], str] = field(default_factory=dict)
    _restarts: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.weather = Weather(slack=self.here.slack, spoils=self.spoils)
        self.here.slack.delivery.ack_seconds = UNHURRIED  # whoever is told too soon that it failed declares it twice
        self.here.more["LIMITS_TIMES"] = str(MANY)
        with_company(self.here, self.company)

    async def begin(self, replicas: int = 1) -> None:
        """Start the processes, declare one incident undisturbed, then let the storm begin."""
        for _ in range(replicas):
            await self.start()
        assert not (await self.here.declare(UNDISTURBED)).ack.error
        await self.at_rest()
        self.weather.begin()

    async def start(self) -> None:
        """Start one more process."""
        await self.here.start()
        started = self.here.process
        assert started is not None
        self.replicas.append(started)
        self.here.others.append(started)

    def declare(self, many: int) -> None:
        """Have so many incidents declared at once; nobody waits for it."""
        for _ in range(many):
            words = f"Storm number {len(self.wanted) + 1} of many"
            self.wanted.append(words)
            self._begin_declaring(words)

    async def kill_one(self, number: int, within: int) -> None:
        """Kill a process as one of the next so-many calls arrives, and start another in its place."""
        victim = self.replicas[one_of(0, len(self.replicas) - 1, "victim", number)]
        self.weather.at(one_of(1, within, "kill", number), partial(send, victim, signal.SIGKILL))
        if not await self._came(victim.ended.done):
            send(victim, signal.SIGKILL)
            assert await victim.over(STOPS_WITHIN)
        self.kills += 1
        self.replicas.remove(victim)
        self.here.others.remove(victim)
        await self.start()

    async def freeze_one(self, number: int, within: int) -> None:
        """Freeze a process as one of the next so-many calls, which is its own, arrives; thaw it past its lease.

        The others stand still until it is frozen, so that the call is surely its own.
        """
        victim = self.replicas[one_of(0, len(self.replicas) - 1, "frozen", number)]
        others = [replica for replica in self.replicas if replica is not victim]
        frozen = asyncio.Event()

        def freeze() -> None:
            send(victim, signal.SIGSTOP)
            frozen.set()

        send_all(others, signal.SIGSTOP)
        self.weather.at(one_of(1, within, "freeze", number), freeze)
        try:
            in_mid_send = await self._came(frozen.is_set)
        finally:
            send_all(others, signal.SIGCONT)
        send(victim, signal.SIGSTOP)
        self.freezes += in_mid_send
        self.here.move_clock(PAST_THE_LEASE)
        arrived = self.weather.calls
        await self.here.slack.changed.wait_for(lambda: self.weather.calls >= arrived + TRIED_AGAIN, 2.0)
        send(victim, signal.SIGCONT)

    async def stop_first(self, number: int, within: int, stops_within: float) -> int | None:
        """Ask the oldest process to stop as one of the next so-many calls arrives; gives its exit code.

        How long that may take is `stops_within` (seconds).
        """
        oldest = self.replicas.pop(0)
        asked = asyncio.Event()

        def ask() -> None:
            send(oldest, signal.SIGTERM)
            asked.set()

        self.weather.at(one_of(1, within, "stop", number), ask)
        if not await self._came(asked.is_set):
            ask()
        assert await oldest.over(stops_within), f"it did not stop within {stops_within} s:\n{oldest.said}"
        self.here.others.remove(oldest)
        return oldest.running.returncode

    def type_again(self) -> None:
        """Declare once more what somebody was told has failed, unless it was saved all the same."""
        failed = [words for task, words in self._declaring.items() if task.done() and words not in self.accepted]
        self._declaring = {task: words for task, words in self._declaring.items() if not task.done()}
        saved = numbers_of(self.here) if failed else {}
        for words in failed:
            if words not in saved:
                self._begin_declaring(words)

    async def declared(self) -> None:
        """Wait until everybody who declared was answered; whoever was told that it failed does it again if need be.

        A few at a time: hundreds at once would keep each other waiting for longer than Slack waits.
        """
        for _ in range(TRIED_AGAIN + len(self.wanted)):
            await asyncio.gather(*self._declaring)
            self._declaring.clear()
            saved = numbers_of(self.here)
            missing = [words for words in self.wanted if words not in self.accepted and words not in saved]
            if not missing:
                return
            await self.here.slack.connected(timeout=PATIENT)
            for words in missing[:A_FEW]:
                self._begin_declaring(words)
        raise AssertionError(f"these could not be declared: {missing}")

    async def at_rest(self, *, steps: int = 1000, seconds: float = 5.0) -> None:
        """Move the clock until nothing is open and nothing is to be looked at once more."""
        for _ in range(steps):
            await self.here.slack.changed.wait_for(lambda: False, A_LOOK)  # asking the database often takes its time
            if self._resting():
                return
            self.here.move_clock(seconds)
        raise AssertionError(f"still open: {self.here.left_open()}")

    def forgive_slowness(self) -> None:
        """Who asked a process that was dead or frozen was told that it timed out, as the storm means it to be."""
        unexpected = self.here.slack.unexpected
        unexpected[:] = [each for each in unexpected if each.error not in TOO_SLOW]

    def _resting(self) -> bool:
        return self.here.settled() and self.here.rows(BEFORE_VERIFYING) == [(0,)]

    async def _came(self, condition: Callable[[], bool]) -> bool:
        """Wait until a call has brought this about; False when Slack is not asked so much any more, being avoided."""
        for look in range(MOST_LOOKS):
            if await self.here.slack.changed.wait_for(condition, A_LOOK):
                return True
            self.here.move_clock(NUDGE)
            if look % TRIED_AGAIN == TRIED_AGAIN - 1 and self.here.slack.sockets.count:
                self.type_again()
        self.weather.forget()
        return False

    def _begin_declaring(self, words: str) -> None:
        task = asyncio.create_task(self._declare(words))
        self._declaring[task] = words

    async def _declare(self, words: str) -> None:
        answer = await self.here.declare(words)
        self.answers.setdefault(words, []).append(answer.ack.error or answer.text)
        if not answer.ack.error and "is declared" in answer.text:
            self.accepted.add(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a storm has come to, against an incident that nothing disturbed."""

    incidents: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    more: tuple[str, ...]
    """What an undisturbed incident has not, once each: a word on trouble, an edit."""


def balance(storm: Storm) -> Balance:
    """Compare each incident of a storm at rest with the undisturbed one."""
    ledger = ledger_of(storm.here)
    (first,) = ledger.numbers[UNDISTURBED]
    whole = ledger.facts[first]
    lost, doubled, more = list(ledger.gone_wrong), [f"{row} x{n}" for row, n in ledger.copies.items() if n > 1], []
    for words in storm.wanted:
        numbers = ledger.numbers.get(words, [])
        lost += [] if numbers else [f"{words}: not saved; told was {storm.answers[words]}"]
        doubled += [f"{words}: declared as {numbers}"] if len(numbers) > 1 else []
        for number in numbers:
            mine = _named(ledger.facts[number], words, UNDISTURBED)
            lost += [f"{number}: {fact}; {_known_of(storm.here, number, fact)}" for fact in whole - mine]
            doubled += [f"{number}: {fact} x{mine[fact]}" for fact in mine - whole if mine[fact] > max(1, whole[fact])]
            more += [fact for fact in mine - whole if mine[fact] == 1]
    kinds = Counter(more)
    return Balance(
        incidents=len(storm.wanted),
        lost=tuple(lost),
        doubled=tuple(doubled),
        more=tuple(f"{fact} x{count}" for fact, count in kinds.most_common(20)),
    )


def _known_of(here: Field, number: int, fact: str) -> str:
    """What the outbox says of a message that is not there, and whether Slack was asked to remove it: where to look."""
    row = fact.partition(": ")[2]
    pages = [page for page, incident in here.rows("SELECT id, incident FROM page") if incident == number]
    names = {row.replace("#", str(each)) for each in (number, *pages)}
    rows = here.rows("SELECT id, state, attempts, doubtful, remote_channel, remote_ts, last_error FROM outbox")
    known = [each for each in rows if each[0] in names]
    places = {ts for *_, ts, _ in known if ts}
    removed = [call.args for call in here.slack.calls("chat.delete") if call.args.get("ts") in places]
    return f"the outbox: {known}; removed by {removed}"


def send(replica: Process, what: signal.Signals) -> None:
    """Send a signal to a process that has not ended."""
    if not replica.ended.done():
        replica.running.send_signal(what)


def send_all(replicas: list[Process], what: signal.Signals) -> None:
    """Send a signal to each."""
    for replica in replicas:
        send(replica, what)


def _named(facts: Facts, words: str, instead: str) -> Facts:
    return Counter({fact.replace(words, instead): count for fact, count in facts.items()})
