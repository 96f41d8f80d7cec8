"""A page as the rules tell it, in few words: what the real one is compared with. It shares no code with it.

Of a page along tiers it knows the state, whom it asked in order, whose answer is waited for until when, and who has it.
Times are seconds since the start. A refusal is False, anything else True.
"""

from dataclasses import dataclass, field

LIVE = ("running", "exhausted")


@dataclass(slots=True, kw_only=True)
class Model:
    """One page; `tiers` are a name, or None where nobody is on call, and a wait each."""

    tiers: tuple[tuple[str | None, int], ...]
    repeat: int
    state: str = "running"
    asked: list[str] = field(default_factory=list)
    waits_for: str = ""
    due: int = 0
    holder: str = ""
    now: int = 0
    _round: int = 0
    _tier: int = -1
    _out_of_reach: set[str] = field(default_factory=set)

    def start(self) -> None:
        """Ask the first who can be asked; with nobody there, everyone is told at once."""
        if not self._ask_in_this_round():
            self.state = "exhausted"

    def acknowledge(self, who: str) -> bool:
        """The first to answer has it."""
        if self.state in LIVE:
            self.state, self.holder, self.waits_for = "acknowledged", who, ""
            return True
        return self.state == "acknowledged" and self.holder == who

    def decline(self, who: str) -> bool:
        """Whoever is waited for cannot."""
        if self.state not in LIVE or self.waits_for != who:
            return False
        self._go_on()
        return True

    def escalate(self) -> bool:
        """Somebody will not wait any longer."""
        if self.state not in LIVE or not self.waits_for:
            return False
        self._go_on()
        return True

    def page_again(self) -> bool:
        """From the first tier once more, with whoever was out of reach."""
        if self.state not in LIVE:
            return False
        self.state, self.waits_for = "running", ""
        self._round, self._tier, self._out_of_reach = 0, -1, set()
        self.start()
        return True

    def refused_by_slack(self, which: int) -> None:
        """Slack cannot deliver a copy, by its place among all that were sent."""
        if self.state in LIVE and self.waits_for and which == len(self.asked) - 1:
            self._out_of_reach.add(self.waits_for)
            self._go_on()

    def resolve(self) -> None:
        """The incident is over."""
        if self.state in LIVE:
            self.state, self.waits_for = "stopped", ""

    def wait(self, seconds: int) -> None:
        """Time passes, and each wait ends when it is over."""
        until = self.now + seconds
        while self.state in LIVE and self.waits_for and self.due <= until:
            self.now = self.due
            self._go_on()
        self.now = until

    def _go_on(self) -> None:
        self.waits_for = ""
        if self._ask_in_this_round():
            return
        self.state = "exhausted"
        before = self._round, self._tier
        if self._round < self.repeat:
            self._round, self._tier = self._round + 1, -1
            if self._ask_in_this_round():
                return
            self._round, self._tier = before

    def _ask_in_this_round(self) -> bool:
        for index in range(self._tier + 1, len(self.tiers)):
            who, wait = self.tiers[index]
            if who is not None and who not in self._out_of_reach:
                self._tier = index
                self.asked.append(who)
                self.waits_for, self.due = who, self.now + wait
                return True
        return False
