"""Phrases that do not belong in customers' words, each kind with what to say instead. Data only; public_words.py reads.

Patterns are regular expressions over one sentence, in any case. They are ours: the advice of status-page writers boils
down to saying what customers see, since when, and when the next word comes, and leaving out who, how and maybe.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Fault(StrEnum):
    """What is wrong with a phrase."""

    BLAME = "blame"
    CUSTOMERS = "customers"
    PEOPLE = "people"
    TEAMS = "teams"
    SERVICES = "services"
    GUESS = "guess"
    CAUSE = "cause"
    JARGON = "jargon"


SAYS: Final = MappingProxyType(
    {
        Fault.BLAME: "puts the blame on somebody",
        Fault.CUSTOMERS: "names a customer who is hurt",
        Fault.PEOPLE: "names a person",
        Fault.TEAMS: "names a team",
        Fault.SERVICES: "names an internal system",
        Fault.GUESS: "is a guess",
        Fault.CAUSE: "gives a cause that is not confirmed",
        Fault.JARGON: "is jargon",
    }
)

INSTEAD: Final = MappingProxyType(
    {
        Fault.BLAME: "We are sorry for the trouble, and we are putting it right.",
        Fault.CUSTOMERS: "some customers",
        Fault.PEOPLE: "our team",
        Fault.TEAMS: "our team",
        Fault.SERVICES: "part of our system",
        Fault.GUESS: "We are looking for the cause and will say more when we know it.",
        Fault.CAUSE: "We are looking for the cause; tick Confirmed once it is known.",
        Fault.JARGON: "plain words for it",
    }
)

_WHO = r"(?:our |the |an? )?(?:cloud |hosting |payment |network |third[- ]party |external |upstream )*"
_HARM = r"(?:failures?|outage|errors?|problems?|issues?|trouble|disruption|incident|delays?)"
_OTHERS = r"(?:vendor|supplier|provider|partner|contractor|engineer|developer|operator|colleague|employee|intern)s?"

BLAME: Final = (
    r"\bto blame\b",
    r"\bblames?\b",
    r"\b(?:is|was|are|were) (?:the |our |their |his |her )?fault of\b",
    r"\b\w+['’]s (?:own )?(?:fault|mistake|error|negligence)\b",
    r"\bhuman error\b",
    r"\bmade (?:a|the) mistake\b",
    r"\b(?:somebody|someone|an (?:engineer|operator)|a developer) (?:forgot|broke|failed|deleted|pushed)\b",
    r"\blet (?:us|our customers|you) down\b",
    r"\bthanks to " + _WHO + _OTHERS,
    r"\bcaused by " + _WHO + _OTHERS + r"\b",
    r"\b(?:negligen\w+|careless\w*|incompeten\w+|sloppy)\b",
)

GUESS: Final = (
    r"\bwe (?:think|believe|suspect|guess|assume|suppose|presume|expect that the cause)\b",
    r"\b(?:probably|presumably|apparently|possibly|perhaps|maybe|supposedly|hopefully|seemingly)\b",
    r"\b(?:very|most|quite) likely\b",
    r"\b(?:is|are|was|were) likely (?:a|an|the|to be|to have been|due|caused|related|because)\b",
    r"\b(?:may|might|could) (?:well )?(?:be|have been) (?:caused|due|related|linked|connected|a result)\b",
    r"\bmight be (?:a|an|the|our)\b",
    r"\b(?:it|this|that|there) (?:seems?|appears?)\b",
    r"\b(?:seems?|appears?) to (?:be|have been) (?:caused|due|related|linked|a|an|the)\b",
    r"\blooks? like\b",
    r"\bour (?:best )?guess\b",
    r"\bas far as we (?:know|can tell)\b",
)

CAUSE: Final = (
    r"\bdue to\b",
    r"\bbecause of\b",
    r"\bowing to\b",
    r"\bcaused by\b",
    r"\bas a result of\b",
    r"\bresult(?:s|ed|ing)? from\b",
    r"\btraced (?:it|this|the \w+)?(?: back)? ?to\b",
    r"\b(?:root )?cause (?:is|was|has been|of the \w+ (?:is|was))\b(?! (?:not|still|being|under|un))",
    r"\b(?:has |have |had )?caused (?:the|this|these|some|an?) " + _HARM + r"\b",
    r"\b(?:led to|triggered|broke) (?:the|this|these) " + _HARM + r"\b",
)

_DONE = r"(?:(?<=been )|(?<=being )|(?<=was )|(?<=were )|(?<=is )|(?<=are )|(?<=have )|(?<=has )|(?<=had ))"
_NAMED = r"(?:(?<=a )|(?<=the )|(?<=this )|(?<=that )|(?<=our )|(?<=last )|(?<=latest )|(?<=recent )|(?<=bad ))"
"""What stands before a participle, and before a noun: the better words take the form of those that they replace."""

JARGON: Final = MappingProxyType(
    {
        r"latenc(?:y|ies)": "slow responses",
        r"(?:p\d{2}|percentiles?)": "how long people wait",
        r"(?:[45]\d\d|[45]xx)(?:s| errors?| responses?)": "errors",
        r"(?:HTTP|status code) ?[45]\d\d": "errors",
        r"error rates?": "how many requests fail",
        r"timing[- ]?out": "taking too long",
        r"timed[- ]?out": "took too long",
        r"times[- ]out": "takes too long",
        r"time out": "take too long",
        r"time[- ]?outs?": "requests that take too long",
        r"(?:rolling back|reverting)": "undoing a recent change",
        r"(?:rolls back|reverts)": "undoes a recent change",
        rf"{_DONE}(?:rolled back|reverted)": "undone",
        r"(?:rolled back|reverted)": "undid a recent change",
        r"(?:roll back|revert)": "undo a recent change",
        r"roll-?backs?": "return to the earlier version",
        r"(?:re)?deploying": "putting in place",
        r"(?:re)?deployed": "put in place",
        rf"{_NAMED}(?:re)?deploys?|(?:re)?deployments?": "recent change",
        r"(?:re)?deploys": "puts in place",
        r"(?:re)?deploy": "put in place",
        r"hot[- ]?fix": "fix",
        r"hot[- ]?fixes": "fixes",
        r"hot[- ]?fixed": "fixed",
        r"failing[- ]?over": "switching to a backup",
        r"failed[- ]?over": "switched to a backup",
        r"fails[- ]?over": "switches to a backup",
        r"fail[- ]?overs?": "switch to a backup",
        r"regressions?": "fault in a recent change",
        r"(?:kubernetes|k8s|pods?|nodes?|clusters?|replicas?|shards?|load balancers?)": "our servers",
        r"(?:databases?|postgres\w*|mysql|redis|kafka|elasticsearch)": "part of our system",
        r"(?:backends?|upstreams?|middleware|ingress|CDN|DNS|TLS|SSL|BGP|TCP)": "part of our system",
        r"(?:throttling|rate[- ]limiting)": "slowing down",
        r"(?:throttled|rate[- ]limited)": "slowed down",
        r"(?:throughput|packet loss|throttl\w+|rate[- ]limit\w*|backpressure)": "slow or failing requests",
        r"(?:OOM|out of memory|memory leaks?|CPU|IOPS|disk space|race conditions?|deadlocks?)": "a fault in our system",
        r"(?:stack ?traces?|segfaults?|null pointers?)": "a fault",
        r"(?:SLOs?|SLIs?|MTTR|RCA|error budgets?)": "what customers are used to",
        r"(?:SEV[- ]?|P)[0-5]": "this incident",
        r"INC-\d+": "this incident",
        r"(?:war rooms?|on[- ]call)": "our team",
        r"(?:paged|triaged)": "told our team",
        r"(?:triage|triaging)": "looking into it",
        r"runbooks?": "plan",
        r"feature flags?": "a setting",
        r"mitigat(?:e|es)": "ease",
        r"mitigated": "eased",
        r"mitigating": "easing",
        r"mitigations?": "relief",
    }
)

KINDS_OF_TEAM: Final = r"(?:teams?|squads?|crew|tribe|guild|engineers?|developers?|folks|on-call)"
KNOWN_TEAMS: Final = (
    r"(?:database|platform|infrastructure|infra|network(?:ing)?|SRE|DevOps|ops|back-?end|front-?end|data|engineering)"
)
ACTS: Final = (
    r"(?:(?:is|are)(?: now| already| still)* (?:rolling|fixing|investigating|looking|restoring|restarting|reverting|"
    r"deploying|switching|repairing|putting|changing|working on|on it|on the case)"
    r"|(?:has|have|will)(?: now| already)* (?:roll|rolled|fix|fixed|found|put|switch|switched|restart|restarted|revert"
    r"|reverted|deploy|deployed|look|looked)"
    r"|(?:is|are|was|were|has been|have been|will be) (?:told|asked|paged|informed|engaged))\b"
)
GIVEN_TO: Final = r"(?:passed|handed|given|escalated|assigned|reported)(?: this| it| that)?(?: on)? to"
KINDS_OF_SYSTEM: Final = (
    r"(?:services?|servers?|api|databases?|db|clusters?|pods?|hosts?|nodes?|workers?|queues?|back-?end|component)"
)
ADDRESSES: Final = (
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
    r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:internal|local|corp|lan|intra)\b",
    r"\b[a-z0-9]+(?:[-_][a-z0-9]+)*[-_](?:api|svc|service|worker|db|prod|staging|cluster|queue|backend|gateway)\b",
)

NAMES_THAT_ARE_WORDS: Final = frozenset(
    {
        "art",
        "april",
        "august",
        "autumn",
        "bill",
        "bob",
        "buck",
        "chance",
        "chase",
        "chip",
        "christian",
        "dale",
        "dawn",
        "dean",
        "dick",
        "drew",
        "duke",
        "earl",
        "eve",
        "faith",
        "frank",
        "gale",
        "gay",
        "gene",
        "glen",
        "grace",
        "grant",
        "guy",
        "hale",
        "hart",
        "harmony",
        "hazel",
        "heath",
        "holly",
        "hope",
        "hunter",
        "iris",
        "ivy",
        "jack",
        "jade",
        "jasmine",
        "jay",
        "jean",
        "jewel",
        "joy",
        "june",
        "king",
        "lance",
        "lane",
        "laurel",
        "lee",
        "lily",
        "luck",
        "major",
        "mark",
        "mason",
        "mat",
        "may",
        "melody",
        "mercy",
        "miles",
        "misty",
        "neil",
        "nick",
        "norm",
        "olive",
        "pat",
        "patience",
        "pearl",
        "penny",
        "peg",
        "piper",
        "price",
        "prince",
        "ray",
        "reed",
        "rich",
        "rob",
        "robin",
        "rock",
        "rose",
        "ruby",
        "rusty",
        "sage",
        "sandy",
        "savannah",
        "scarlet",
        "serenity",
        "sky",
        "star",
        "sterling",
        "stone",
        "stormy",
        "summer",
        "sunny",
        "terry",
        "victor",
        "violet",
        "ward",
        "wade",
        "warren",
        "west",
        "will",
        "willow",
        "wood",
        "young",
    }
)
"""First and last names that are ordinary words, too: they count with a capital alone, and not as a first word."""
