"""Refusals: every 'no' of the domain is one of these, and says in a sentence what to do."""

from bot.domain.prose import Fragment, Sentence


class Refusal(Exception):
    """A request that was not carried out; nothing was changed. `field` names the form field at fault, if one is."""

    def __init__(self, *said: Fragment, field: str | None = None) -> None:
        """Keep the sentence that the person reads."""
        super().__init__("".join(part if isinstance(part, str) else "…" for part in said))
        self.said: Sentence = said
        self.field = field


class ReasonNeeded(Refusal):
    """Refused to this person.

    Who may do it all the same with a reason that goes on record (never on private incidents).
    """


class Stale(Exception):
    """The state changed since it was read (a lost race); the caller loads it again and decides anew."""
