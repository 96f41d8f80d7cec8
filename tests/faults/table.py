"""The table of faults: what is done to Tocsin, what must be seen then, and which of its promises that is about."""

from dataclasses import dataclass
from enum import StrEnum


class Promise(StrEnum):
    """What Tocsin promises, in a word each; docs/reliability.md says it whole."""

    SAVED = "Saved"
    ONCE = "Once"
    ON_TIME = "On time"
    ON_RECORD = "On record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row of the table."""

    number: int
    done: str
    must: str
    promises: tuple[Promise, ...]


def _fault(number: int, done: str, must: str, *promises: Promise) -> Fault:
    return Fault(number=number, done=done, must=must, promises=promises)


SAVED, ONCE, ON_TIME, ON_RECORD = Promise

FAULTS = (
    _fault(
        1,
        "kill -9 at each point of a declaration: before and after every commit and every call to Slack",
        "one war room, one stakeholder channel, one card, one page for each person, all there 45 s after the restart",
        SAVED,
        ONCE,
    ),
    _fault(
        2,
        "kill -9 again and again under 1,000 incidents, while 28 % of Slack's answers are faulty",
        "nothing lost, nothing seen twice",
        SAVED,
        ONCE,
    ),
    _fault(
        3,
        "Slack answers every call with 429 and Retry-After 30, for 2 min",
        "no call before Slack allows it, pages first after it, nothing lost",
        ONCE,
        ON_TIME,
    ),
    _fault(
        4,
        "Slack answers every call with a 5xx status, for 10 min",
        "Slack counts as down within 30 s, pages take the fallback within 90 s, nothing twice afterwards",
        ONCE,
        ON_TIME,
    ),
    _fault(
        5,
        "every third call is carried out and its answer lost: by a timeout, a reset or a 503",
        "nothing seen twice after 60 s; each channel looked through at most once in 10 s",
        ONCE,
    ),
    _fault(
        6,
        "a call takes effect 20 s late, when its sender has been given up",
        "at most one extra copy for a moment, gone within 90 s",
        ONCE,
    ),
    _fault(
        7,
        "the name of a channel is taken: by our own earlier attempt; by a stranger's channel",
        "ours is taken over, the stranger's left alone and ours given a suffix; no channel left empty",
        ONCE,
    ),
    _fault(8, "the same event or press is delivered four times, to two replicas", "one effect", ONCE),
    _fault(9, "every commit takes 100 ms longer, and 50 people press at once", "each is answered within 3 s", ON_TIME),
    _fault(
        10,
        "the database is locked for 20 s",
        "the process stays alive; what fell due is done within 1 s of the release; alerts are answered 503, never 200",
        SAVED,
        ON_TIME,
    ),
    _fault(
        11,
        "the disk is full; the database is read-only",
        "not ready, no heartbeat, no 2xx without a commit; it recovers by itself",
        SAVED,
        ON_RECORD,
    ),
    _fault(
        12,
        "PostgreSQL is restarted; the connection to it is cut for 30 s",
        "at work again within 5 s of its return, nothing lost, nothing twice",
        SAVED,
        ONCE,
    ),
    _fault(
        13,
        "the wall clock jumps by +1 h, -1 h, -5 s; the machine sleeps for 10 min",
        "each timer fires once, none later than 1 s after its time",
        ONCE,
        ON_TIME,
    ),
    _fault(14, "two replicas' clocks are 90 s apart", "timers at most 2 s late, nothing twice", ONCE, ON_TIME),
    _fault(
        15,
        "1,000 timers fall due at once before two replicas",
        "1,000 pages, nothing twice, both replicas work",
        SAVED,
        ONCE,
    ),
    _fault(
        16,
        "a replica is frozen in the middle of sending, past its lease, then goes on; 50 times",
        "nothing seen twice after 90 s",
        ONCE,
    ),
    _fault(
        17,
        "a second process is started on the same SQLite file",
        "it refuses within 2 s and says why; the first is unharmed",
        SAVED,
        ONCE,
    ),
    _fault(
        18,
        "10,000 alerts in single webhooks over 200 connections, of 50 groups",
        "all answered 2xx, exactly 50 incidents, the first page within 10 s, the event loop held up for less than "
        "100 ms, less than 100 MB more memory",
        SAVED,
        ON_TIME,
    ),
    _fault(
        19,
        "a restart with 1,000 overdue timers",
        "each fires once within 5 s and sets off nothing that is overdue at once; what is sent keeps to Slack's limits",
        ONCE,
        ON_TIME,
    ),
    _fault(
        20,
        "a start with 100,000 pending timers",
        "ready within 2 s; of 100 timers 99 fire less than 50 ms late",
        ON_TIME,
    ),
    _fault(
        21,
        "four acknowledgements, a timer and an escalation at the same moment, 1,000 times",
        "one winner each time, and no page after it",
        ONCE,
        ON_RECORD,
    ),
    _fault(
        22,
        "a page is acknowledged while its message is on the way",
        "the message reads acknowledged within 5 s",
        ON_TIME,
        ON_RECORD,
    ),
    _fault(
        23,
        "a bad, missing or old signature; a changed body; a wrong token; one delivery 100 times",
        "401 or 403 and nothing saved; of the 100 one effect",
        ONCE,
    ),
    _fault(
        24,
        "an effect that cannot be carried out: its template is broken, its person deleted",
        "given up and visible within 5 attempts; its neighbours are on time",
        ON_TIME,
        ON_RECORD,
    ),
    _fault(
        25,
        "one way of reaching people hangs for 60 s under 100 pages",
        "of 100 pages 99 leave for Slack within 2 s",
        ON_TIME,
    ),
    _fault(
        26,
        "SIGTERM under load; three replicas restarted one after the other",
        "exit 0 within 15 s, nothing lost, nothing twice, timers at most 2 s late",
        SAVED,
        ONCE,
        ON_TIME,
    ),
    _fault(
        27,
        "the engine's task is frozen",
        "`/healthz` red within 15 s, the heartbeat stops",
        ON_RECORD,
    ),
    _fault(
        28,
        "directory, schedule or person changed in the middle of an escalation",
        "the running page keeps to what was true at its start; for a deleted person the next target, on record",
        ON_RECORD,
    ),
    _fault(
        29,
        "the rules of a page against an independent model, 10,000 generated histories",
        "no rule broken; the same history gives the same outcome again",
        ONCE,
        ON_RECORD,
    ),
)
