"""Mutation testing: change the code of a room in every small way and see that its tests notice.

``make mutants ROOM=audit``; without a room, all. mutmut makes the mutants: it changes operators,
constants, arguments and texts inside functions, but neither decorated functions nor constants of a
module. A mutant counts as killed when a test of the room fails or hangs. Survivors in
``rooms.toml`` that are equivalent to the code do not count.

A whole room takes up to an hour on two cores. ``ROOM="reading --sample 300 --seed 7"`` tries 300
mutants picked by chance; the same seed picks the same. A sample cannot tell whether the list of
equivalents is out of date.

Exit code: 0 every room has its least score; 1 one has not, or the list of equivalents is out of
date; 2 the tests fail without any mutant.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "mutants"
READ_BY_TESTS = ("docs", "templates", "README.md", "README.zh-CN.md")
COPIED = ("cts_excel", "tests", "pyproject.toml", *READ_BY_TESTS)
KILLED = ("killed", "timeout")

CONFIG = """
[tool.mutmut]
source_paths = ["cts_excel"]
only_mutate = ["{code}/*"]
also_copy = {also_copy}
pytest_add_cli_args = ["-p", "no:randomly", "-p", "no:cacheprovider", "-m", "not slow and not real_application"]
pytest_add_cli_args_test_selection = {tests}
track_dependencies = false
use_git_change_detection = false
timeout_multiplier = 8
"""  # noqa: E501 - TOML knows no other way to write a list's text


@dataclass
class Score:
    """What became of a room's mutants; ``survivors`` are (function, line before, line after)."""

    made: int = 0
    killed: int = 0
    equivalent: list[tuple[str, str, str]] = field(default_factory=list)
    survivors: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """Mutants on which the tests ran."""
        return self.killed + len(self.equivalent) + len(self.survivors)

    @property
    def percent(self) -> float:
        """Killed mutants of those that are not equivalent, percent."""
        counted = self.killed + len(self.survivors)
        return 100 * self.killed / counted if counted else 0.0


def main() -> int:
    """Run the rooms that were asked for and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    listed = tomllib.loads((Path(__file__).parent / "rooms.toml").read_text("utf-8"))
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=", ".join(listed["rooms"]))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--sample", type=int, metavar="N", help="try only N mutants of each room")
    parser.add_argument("--seed", type=int, default=1, help="which mutants a sample holds")
    options = parser.parse_args()
    unknown = [room for room in options.rooms if room not in listed["rooms"]]
    if unknown:
        parser.error(f"no such room: {', '.join(unknown)}; known: {', '.join(listed['rooms'])}")
    equivalent = {(e["function"], e["-"], after) for e in listed["equivalent"] for after in e["+"]}
    changes = [(e["before"], after) for e in listed["equivalent_change"] for after in e["after"]]
    lines, enough = [], True
    for name in options.rooms or listed["rooms"]:
        room = listed["rooms"][name]
        folder = prepared(name, room["code"], room["tests"])
        names = sampled(folder, options.sample, options.seed) if options.sample else []
        if not ran(folder, options.jobs, names):
            print(f"{name}: the tests fail without any mutant", file=sys.stderr)
            return 2
        score = scored(folder, equivalent, changes)
        module = room["code"].replace("/", ".")
        listed_here = {e for e in equivalent if e[0].startswith(f"{module}.")}
        stale = set() if options.sample else listed_here - set(score.equivalent)
        lines += ["survives: {}\n  - {}\n  + {}".format(*survivor) for survivor in score.survivors]
        lines += ["not equivalent: {}\n  - {}\n  + {}".format(*entry) for entry in sorted(stale)]
        lines.append(
            f"{name}: {score.made} mutants, {score.tried} tried, {score.killed} killed,"
            f" {len(score.equivalent)} equivalent: {score.percent:.1f} % (least {room['least']} %)"
        )
        enough = enough and score.percent >= room["least"] and not stale
    print("\n".join(lines))
    return 0 if enough else 1


def prepared(name: str, code: str, tests: list[str]) -> Path:
    """Copy the project into a folder of its own and tell mutmut there what to change."""
    folder = BUILD / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for source in COPIED:
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy2
        copy(ROOT / source, folder / source)
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(CONFIG.format(code=code, also_copy=list(READ_BY_TESTS), tests=tests))
    return folder


def sampled(folder: Path, count: int, seed: int) -> list[str]:
    """Make the mutants and pick some by chance; the same seed picks the same."""
    # mutmut makes all of them, then stops with an error, because none has this name.
    ran(folder, 1, ["no.such.mutant"], output=subprocess.DEVNULL)
    with contextlib.chdir(folder):
        names = sorted(name for _, name, _ in statuses())
    return random.Random(seed).sample(names, min(count, len(names)))


def ran(folder: Path, jobs: int, names: list[str], output: int | None = None) -> bool:
    """Run mutmut on these mutants or on all; its progress goes to the terminal."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(jobs), *names]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # half the time of a mutant
    done = subprocess.run(
        command, cwd=folder, env=environment, check=False, stdout=output, stderr=output
    )
    return done.returncode == 0


def scored(
    folder: Path, equivalent: set[tuple[str, str, str]], changes: list[tuple[str, str]]
) -> Score:
    """Read what became of every mutant."""
    score = Score()
    with contextlib.chdir(folder):
        for path, name, status in statuses():
            score.made += 1
            if status == "not checked":  # not in the sample
                continue
            if status in KILLED:
                score.killed += 1
                continue
            mutant = changed(path, name)
            everywhere = any(
                old in mutant[1] and mutant[1].replace(old, new) == mutant[2]
                for old, new in changes
            )
            if mutant in equivalent or everywhere:
                score.equivalent.append(mutant)
            else:
                score.survivors.append(mutant)
    return score


def statuses() -> Iterator[tuple[Path, str, str]]:
    """Yield every mutant's module, name and status, in the folder where mutmut ran."""
    from mutmut.configuration import reset_config
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.stats import status_by_exit_code
    from mutmut.utils.file_utils import walk_mutatable_files

    reset_config()
    for path in sorted(walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        for name, exit_code in data.exit_code_by_key.items():
            yield path, name, status_by_exit_code[exit_code]


def changed(path: Path, name: str) -> tuple[str, str, str]:
    """Return the function of a mutant, the line without the change and the line with it."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    diff = get_diff_for_mutant(name, path=path).splitlines()[2:]
    before = " ".join(line[1:].strip() for line in diff if line.startswith("-"))
    after = " ".join(line[1:].strip() for line in diff if line.startswith("+"))
    return name.rpartition("__mutmut_")[0].replace(".x_", "."), before, after


if __name__ == "__main__":
    sys.exit(main())
