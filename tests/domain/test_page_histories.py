"""Any history of a page: answers, timers, escalations, hand-overs and stops in any order, against a small model.

The model knows only what must hold: one winner, no page after the answer, no live page that nothing watches.
"""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import answering, escalating, handing_over, paging
from bot.domain.change import Change, Timer
from bot.domain.effects import Refused, Sent
from bot.domain.errors import Refusal
from bot.domain.page import AskState, Page, PageState
from bot.domain.page_receipts import page_sent
from bot.domain.prose import Who
from tests.domain.lives import EVE
from tests.domain.pages import DANA, LEON, MAYA, NOW, RULES, SAM, Life, a_call, a_direct_call, tier
from tests.size import examples

PEOPLE = (MAYA, LEON, DANA, SAM, EVE)
TIERS = st.lists(st.sampled_from((MAYA, LEON, DANA, None)), min_size=1, max_size=4)
WAITS = st.sampled_from((30, 119, 120, 300, 600))
WHO = st.sampled_from(PEOPLE)


class Histories(RuleBasedStateMachine):
    """A page to which anything happens at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life()
        self.winner: Who | None = None
        self.over = False
        self.epoch = 0
        self.fired: list[Timer] = []
        self.asks_at_the_end = 0

    @initialize(
        people=TIERS, waits=st.lists(WAITS, min_size=4, max_size=4), repeat=st.integers(0, 2), direct=st.booleans()
    )
    def starts(self, people: list[Who | None], waits: list[int], repeat: int, direct: bool) -> None:  # noqa: FBT001
        tiers = [
            tier(who, wait=timedelta(seconds=wait), skipped=None if who else "nobody is on call")
            for who, wait in zip(people, waits, strict=False)
        ]
        self.life.start(a_direct_call() if direct else a_call(*tiers, repeat=repeat))

    def attempt(self, rule_: Callable[..., Change], *given_: object, **more: object) -> bool:
        """Do something, unless it is refused; tell whether anything came of it."""
        try:
            change = self.life.do(rule_, *given_, **more)
        except Refusal:
            return False
        return bool(change.pages)

    @rule(who=WHO, old=st.booleans())
    def somebody_acknowledges(self, who: Who, old: bool) -> None:  # noqa: FBT001
        page = self.page
        handed = page.handing_to is not None and page.handing_to.same_as(who) and not old
        before = page.state
        done = self.attempt(answering.acknowledge, who, "button", epoch=0 if old else page.epoch)
        free = before in {PageState.RUNNING, PageState.EXHAUSTED}
        assert done == (free or (handed and before is PageState.ACKNOWLEDGED))
        if done:
            self.winner = who
            self.end()

    @rule(who=WHO)
    def somebody_cannot(self, who: Who) -> None:
        self.attempt(answering.decline, who)

    @rule(who=WHO)
    def somebody_escalates(self, who: Who) -> None:
        self.attempt(escalating.escalate, who, "")

    @rule(to=WHO, by=WHO)
    def somebody_hands_over(self, to: Who, by: Who) -> None:
        if self.attempt(handing_over.hand_over, to, by) and self.page.state is PageState.ACKNOWLEDGED:
            self.asks_at_the_end += 1

    @rule(who=WHO, behind=st.integers(0, 2))
    def somebody_pages_again(self, who: Who, behind: int) -> None:
        self.attempt(paging.again, who, epoch=self.page.epoch - behind)

    @rule(seconds=st.sampled_from((1, 60, 150, 300, 601, 4000)))
    def time_passes(self, seconds: int) -> None:
        before = set(self.life.timers.values())
        self.life.wait(timedelta(seconds=seconds))
        self.fired = sorted(before - set(self.life.timers.values()), key=lambda each: each.id)

    @rule(seconds=st.sampled_from((30, 400, 5000)))
    def everything_sleeps(self, seconds: int) -> None:
        asks = len(self.page.asks)
        self.life.sleep(timedelta(seconds=seconds))
        assert len(self.page.asks) <= asks + 1, "a burst after downtime"

    @precondition(lambda self: self.fired)
    @rule()
    def an_old_timer_fires_once_more(self) -> None:
        for timer in self.fired:
            if timer.id not in self.life.timers and timer.fence != self.page.epoch:
                change = RULES[timer.kind](self.life.incident, self.page, timer, self.life.now)
                assert change.pages == ()
                assert change.outgoing == ()

    @rule(refused=st.booleans(), which=st.integers(0, 20))
    def slack_answers(self, refused: bool, which: int) -> None:  # noqa: FBT001
        page = self.page
        if page.asks:
            ask = page.asks[which % len(page.asks)]
            receipt = Refused(error="user_not_found", remedy="gone") if refused else Sent(channel="D1", ts="1.1")
            self.life.save(page_sent(page, self.life.incident, ask, receipt, self.life.now))

    @rule()
    def the_incident_is_resolved(self) -> None:
        self.life.do(lambda incident, page, now: paging.stop_all(incident, [page], now, "resolved"))
        self.end()

    def end(self) -> None:
        self.over = True
        self.asks_at_the_end = len(self.page.asks)

    @property
    def page(self) -> Page:
        return self.life.the_page

    @invariant()
    def holds(self) -> None:
        if self.life.page is None:
            return
        page = self.page
        assert page.epoch >= self.epoch, "the fence went back"
        self.epoch = page.epoch
        watching = [timer for timer in self.life.timers.values() if timer.fence == page.epoch]
        if page.live:
            assert watching, "nothing watches a page that nobody has answered"
        elif page.handing_to is None:
            assert not watching, "something watches a page that is over"
        if page.state is PageState.ACKNOWLEDGED:
            assert page.acknowledged_by is not None
            assert page.acknowledged_by.same_as(self.winner), "two winners"
        if self.over:
            assert not page.live, "a page that was over runs again"
            assert len(page.asks) == self.asks_at_the_end, "somebody was paged after the end"
        ids = [ask.id for ask in page.asks]
        assert len(set(ids)) == len(ids), "two asks share a message"
        waiting = [ask for ask in page.asks if ask.state is AskState.WAITING]
        assert page.live or page.handing_to is not None or not waiting, "a copy waits on a page that is over"
        assert all(timer.due_at > self.life.now for timer in watching), "something due was not done"


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=examples(400), stateful_step_count=25, deadline=None)


@given(people=TIERS, repeat=st.integers(0, 2))
@settings(max_examples=examples(60), deadline=None)
def test_an_unanswered_page_asks_everyone_in_every_round_and_then_reminds(
    people: list[Who | None], repeat: int
) -> None:
    life = Life()
    life.start(a_call(*(tier(who, skipped=None if who else "empty") for who in people), repeat=repeat))
    life.wait(timedelta(minutes=5) * (len(people) * (repeat + 1)))
    assert life.asked() == [who.name for who in people if who] * (repeat + 1)
    assert life.the_page.state is PageState.EXHAUSTED
    reminded = len(life.told(SAM))
    life.wait(timedelta(minutes=30))
    assert len(life.told(SAM)) == reminded + 3
    assert life.now > NOW
