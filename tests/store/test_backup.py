"""A copy of the database: whole, of one moment, made while the bot works, and started from."""

import asyncio
import io
import stat
from pathlib import Path

import pytest

from bot.cli import backup
from bot.domain.change import Change
from bot.services.ports import Tx
from bot.store.backup import CannotBackUp, back_up
from tests.fakes.store import file_store
from tests.store.samples import incident

MANY = 40


async def test_a_copy_made_while_the_bot_writes_is_of_one_moment_and_can_be_started_from(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    async with file_store(tmp_path) as store:
        await store.write(lambda tx: tx.save(Change(incident=incident(1))))

        def save(number: int) -> asyncio.Task[None]:
            return asyncio.create_task(store.write(lambda tx: tx.save(Change(incident=incident(number)))))

        writing = [save(number) for number in range(2, MANY)]
        size = await asyncio.to_thread(back_up, f"sqlite:///{tmp_path / 'tocsin.db'}", elsewhere / "tocsin.db")
        await asyncio.gather(*writing)
    assert size > 0
    assert [file.name for file in elsewhere.iterdir()] == ["tocsin.db"], "one file, with nothing beside it"
    assert stat.S_IMODE((elsewhere / "tocsin.db").stat().st_mode) == 0o600

    def numbers(tx: Tx) -> list[int]:
        return sorted(each.number for each in tx.open_incidents())

    async with file_store(elsewhere) as restored:
        found = await restored.read(numbers)
        assert found == list(range(1, len(found) + 1)), "a moment between two commits"
        await restored.write(lambda tx: tx.save(Change(incident=incident(MANY))))


def test_without_a_copy_it_says_why_and_leaves_everything_as_it_was(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("the last good copy", encoding="utf-8")
    for url, to, why in (
        (f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy", "is not there, so nothing was copied"),
        (f"sqlite:///{kept}", kept, "is there already and was left as it is"),
        (f"sqlite:///{kept}", tmp_path / "copy", "could not be written (file is not a database)"),
        (f"sqlite:///{kept}", tmp_path / "no" / "copy", "could not be written ([Errno 2]"),
        ("postgresql://maya:secret@db/tocsin", tmp_path / "copy", "pg_dump --format=custom"),
    ):
        with pytest.raises(CannotBackUp) as refused:
            back_up(url, to)
        assert why in str(refused.value)
        assert "secret" not in str(refused.value)
    assert kept.read_text(encoding="utf-8") == "the last good copy"
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]
    assert backup.run([], io.StringIO()) == 2
