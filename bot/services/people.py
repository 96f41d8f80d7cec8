"""Who is who: the directory's people matched to Slack's members, and people named in a command."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.naming import clean_line
from bot.domain.people import Contact
from bot.domain.prose import Who, Words
from bot.domain.reading import MENTION
from bot.domain.severity import Severity
from bot.domain.team import ToldBy
from bot.services.calls import known
from bot.services.ports import Desk, Members, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """How many of the directory's people are in the workspace, and a sentence for each who cannot be reached."""

    found: int
    warnings: tuple[str, ...]


async def sync(desk: Desk, members: Members) -> Matched:
    """Match the directory's people to members by e-mail: at the start, after a reload, and daily.

    A person who is not found keeps the member known before, so that a page still reaches them. What `members` raises
    while Slack cannot be asked passes through; nobody is forgotten then.
    """
    directory = desk.directory()
    matched: list[Contact] = []
    warnings: list[str] = []
    for person in directory.people.values():
        member = await members.by_email(person.email)
        if member is None:
            warnings.append(
                f"people.{person.id}: nobody in Slack has the address {person.email}; pages skip this person"
            )
            continue
        contact = replace(member, name=person.name, person=person.id, phone=person.phone, email=person.email)
        matched.append(contact)
        if contact.deleted:
            warnings.append(f"people.{person.id}: {contact.name} is deactivated in Slack; pages skip them")
        elif contact.guest:
            warnings.append(f"people.{person.id}: {contact.name} is a guest; an app may not invite guests to channels")

    def write(tx: Tx) -> None:
        for contact in matched:
            tx.save_contact(contact)

    await desk.store.write(write)
    return Matched(found=len(matched), warnings=tuple(warnings))


async def noted(desk: Desk, contact: Contact) -> Contact:
    """Note a member who acts, matched to the directory by e-mail; returns what is known of them now.

    An address that could not be read this time does not undo a match made before.
    """
    person = desk.directory().person_by_email(contact.email) if contact.email else None

    def merge(tx: Tx) -> tuple[Contact | None, Contact]:
        before = tx.contact(contact.user)
        merged = contact
        if person is not None:
            merged = replace(contact, name=person.name, person=person.id, phone=person.phone)
        elif before is not None and not contact.email:
            merged = replace(contact, person=before.person, phone=before.phone, email=before.email)
        return before, merged

    def write(tx: Tx) -> Contact:
        merged = merge(tx)[1]
        tx.save_contact(merged)
        return merged

    # Most people who act are known already: a read does not queue behind writes.
    before, merged = await desk.store.read(merge)
    return merged if merged == before else await desk.store.write(write)


def find_person(tx: Tx, directory: Directory, words: str) -> Who:
    """The person meant by `<@U…>`, `@maya`, `maya` or a full name. Raises Refusal naming who was probably meant."""
    mention = MENTION.fullmatch(words.strip())
    if mention is not None:
        contact = tx.contact(mention["user"])
        if contact is not None and contact.deleted:
            raise Refusal(Words(contact.name), " is deactivated in Slack. Nothing was changed.", field="person")
        return contact.who() if contact else Who(name=mention["label"] or mention["user"], user=mention["user"])
    spoken = clean_line(words).removeprefix("@").strip()
    person = directory.person(spoken)
    if person is not None:
        return known(tx, directory, person.id)
    close = directory.person(directory.nearest_target(spoken) or "")
    hint = f"; did you mean {close.name}?" if close else "."
    raise Refusal(
        "Nobody is called ",
        Words(spoken or "so"),
        f"{hint} Nothing was changed. Mention them, like @maya.",
        field="person",
    )


def listed(tx: Tx, directory: Directory, severity: Severity) -> tuple[Who, ...]:
    """Whom a severity's distribution lists invite, each once."""
    lists = (directory.lists[key] for key in severity.notify if key in directory.lists)
    keys = (key for each in lists if ToldBy.INVITE in each.by for key in each.people)
    return tuple(known(tx, directory, key) for key in _once(keys) if key in directory.people)


def _once(keys: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(keys)
