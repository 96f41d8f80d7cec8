"""Who people are in Slack: the directory's people matched to workspace members."""

from dataclasses import dataclass

from bot.domain.prose import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A workspace member: found by e-mail for people of the directory, by what they did for everyone else who acts.

    An empty `timezone` is one that nobody has asked Slack for.
    """

    user: str
    name: str
    email: str = ""
    timezone: str = "UTC"
    person: str | None = None
    phone: str | None = None
    deleted: bool = False
    guest: bool = False

    def who(self) -> Who:
        """Give the reference that the record keeps."""
        return Who(name=self.name, user=self.user, phone=self.phone, person=self.person)
