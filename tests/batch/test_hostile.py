"""Hostile files of more than a hundred kinds in one folder: the run ends, nothing is lost."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from altering import built_in, filled
from batches import blank_ratings, grade_folder, numbered, put_files, record, table
from hostile import Kind, encrypted, flipped, kinds

from cts_excel.audit.catalogue import repair
from cts_excel.audit.outcome import Status
from cts_excel.batch.engines.judge import grade_one

pytestmark = pytest.mark.slow  # `make unit` leaves it out

SCRIPT = """
import sys
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.csv_files import CsvFiles
from cts_excel.batch.run import Run
from cts_excel.standard.loading import load_standard

if __name__ == "__main__":
    with Run.create(RunOptions((sys.argv[1],), sys.argv[2], jobs=2), load_standard()) as run:
        with CsvFiles(run) as csv_files:
            for result in run.results():
                csv_files.add(result)
        run.finish()
"""
GOOD = {f"good {n}.xlsx": n for n in range(6)}
MOST_MEMORY = 1 << 30


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def good_files(folder: str) -> None:
    put_files(Path(folder), {name: numbered(n) for name, n in GOOD.items()})
    put_files(Path(folder), {"good blank.xlsx": blank_ratings()})


def odd_places(folder: Path) -> dict[str, str]:
    """Put what is no regular file into a folder; return the code that each must get."""
    (folder / "folder.xlsx").mkdir()
    (folder / "link.xlsx").symlink_to("good 1.xlsx")
    (folder / "nowhere.xlsx").symlink_to("no such file")
    (folder / "itself.xlsx").symlink_to("itself.xlsx")
    (folder / "device.xlsx").symlink_to("/dev/zero")
    (folder / "up").symlink_to("..")
    with (folder / "sparse.xlsx").open("wb") as stream:
        stream.truncate(5 << 30)
    expected = dict.fromkeys(
        ("link.xlsx", "nowhere.xlsx", "itself.xlsx", "device.xlsx", "up"), "F10"
    )
    if sys.platform != "win32":
        os.mkfifo(folder / "pipe.xlsx")
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket must be short
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket.xlsx")
        os.chdir(here)
        expected |= {"pipe.xlsx": "F10", "socket.xlsx": "F10"}
    return expected | {"sparse.xlsx": "F04"}


def hundred_kinds() -> list[Kind]:
    """Make a file of every kind: at least a hundred, each of its own."""
    made = list(kinds())
    names = [kind.name for kind in made]
    assert len(set(names)) == len(names) >= 100
    return made


def test_hostile_files_cost_only_themselves() -> None:
    made = hundred_kinds()
    Path("script.py").write_text(SCRIPT)
    good_files("mixed")
    for number, kind in enumerate(made):
        put_files(Path("mixed"), {f"bad {number:03d}.xlsx": kind.content})
    odd = odd_places(Path("mixed"))
    with subprocess.Popen([sys.executable, "script.py", "mixed", "out"]) as process:
        memory = Memory(process.pid)
        assert process.wait(timeout=300) == 0
        assert memory.stop() <= MOST_MEMORY
    good_files("pure/mixed")
    os.chdir("pure")
    grade_folder(Path("mixed"), Path("out"))
    os.chdir("..")

    grades = {row["file"].partition("/")[2]: row for row in table(Path("out/grades.csv"))}
    codes: dict[str, set[str]] = {name: set() for name in grades}
    for row in table(Path("out/findings.csv")):
        codes[row["file"].partition("/")[2]].add(row["code"])
    listed = {p.name for p in Path("mixed").iterdir()} - {"folder.xlsx"}
    assert set(grades) == listed
    assert record(Path("out"))["counts"]["files"] == len(listed)
    for row in table(Path("pure/out/grades.csv")):  # as if the bad ones were not there
        assert grades[row["file"].partition("/")[2]] == row
    for name, code in odd.items():
        assert (grades[name]["status"], codes[name]) == ("rejected", {code}), name
    for number, kind in enumerate(made):
        name = f"bad {number:03d}.xlsx"
        assert "F11" not in codes[name], kind.name
        if kind.expected.startswith("F"):
            assert kind.expected in codes[name], (kind.name, codes[name])


class Memory:
    """The most memory that a process and its descendants held at one time, in bytes."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._over = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> int:
        self._over.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._over.wait(0.03):
            self._peak = max(self._peak, sum(_held(pid) for pid in _family(self._pid)))


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        threads = [p.name for p in Path(f"/proc/{pid}/task").iterdir() if p.name != str(pid)]
        for thread in threads:
            children += Path(f"/proc/{pid}/task/{thread}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _held(pid: int) -> int:
    """Return a process's share of the memory it uses (pages that are shared count once in all)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) << 10
    except (OSError, IndexError):
        return 0


def test_any_flipped_byte_is_no_internal_error() -> None:
    for kind in flipped(600, seed=11):
        outcome = grade_one(kind.content, built_in())
        assert "F11" not in {found.code for found in outcome.findings}, kind.name


def test_a_file_swapped_while_it_is_read_is_judged_by_what_was_hashed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from cts_excel.batch.engines import judge as judging

    path = put_files(Path("in"), {"a.xlsx": filled()}) / "a.xlsx"
    real = judging.take_copy

    def swapping(*arguments: object) -> object:
        copy = real(*arguments)  # type: ignore[arg-type]
        path.write_bytes(b"something else")
        return copy

    monkeypatch.setattr(judging, "take_copy", swapping)
    outcome = grade_one(path, built_in())
    assert outcome.status is Status.GRADED
    assert outcome.sha256 == record_of(filled())


def record_of(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("password", ["geheim", "VelvetSweatshop"])
def test_a_password_file_opens_encrypted_workbooks_in_memory(password: str) -> None:
    put_files(Path("in"), {"a.xlsx": encrypted(password)})
    Path("passwords.txt").write_text("falsch\n\ngeheim\n")
    (outcome,), _record = grade_folder(Path("in"), Path("out"), password_file="passwords.txt")
    assert outcome.status is Status.GRADED
    assert outcome.sha256 == record_of(encrypted(password))
    assert "geheim" not in Path("out/run.json").read_text()
    Path("passwords.txt").write_text("falsch\n")
    (outcome,), _record = grade_folder(Path("in"), Path("out2"), password_file="passwords.txt")
    status = Status.GRADED if password == "VelvetSweatshop" else Status.REJECTED
    assert outcome.status is status


def test_a_wrong_password_is_told_from_none() -> None:
    put_files(Path("in"), {"a.xlsx": encrypted("密码")})
    Path("wrong.txt").write_bytes("falsch\n密碼\n".encode("gb18030"))
    Path("right.txt").write_bytes("密码\n".encode("gbk"))
    repairs = []
    for name in (None, "wrong.txt", "right.txt"):
        (outcome,), _record = grade_folder(Path("in"), Path(f"out {name}"), password_file=name)
        repairs += [(f.code, repair(f, "zh"), repair(f, "en")) for f in outcome.findings]
    none, wrong = repairs  # the right one leaves no finding
    assert none == (
        "F03",
        "请取消打开密码，或用 --password-file 提供密码。",
        "Remove the password to open, or give it with --password-file.",
    )
    assert wrong[1].startswith("已试 2 个密码，均不能打开。")
    assert wrong[2].startswith("None of the passwords given opens it.")


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_damaged_files_of_older_types_cost_only_themselves(kind: str) -> None:
    content = (Path(__file__).parents[1] / "data" / f"filled_by_libreoffice.{kind}").read_bytes()
    chance = random.Random(kind)
    good_files("in")
    for number in range(120):
        damaged = bytearray(content)
        for _flip in range(chance.choice((1, 8))):
            damaged[chance.randrange(len(damaged))] ^= chance.randrange(1, 256)
        size = len(damaged) if number % 4 else chance.randrange(len(damaged))
        put_files(Path("in"), {f"bad {number:03d}.{kind}": bytes(damaged[:size])})
    outcomes, run_record = grade_folder(Path("in"), Path("out"), legacy=True)
    assert run_record.total == len(outcomes) == 127
    assert not [o.file for o in outcomes if "F11" in {f.code for f in o.findings}]
    assert [o.status for o in outcomes if "good" in o.file] == [
        *[Status.GRADED] * 6,
        Status.NEEDS_CORRECTION,
    ]
