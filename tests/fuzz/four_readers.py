"""Four readers judge workbooks: this project, openpyxl, calamine and LibreOffice.

``python tests/fuzz/four_readers.py --count 10000`` mutates as ``make fuzz`` does; with paths it
judges these files by the built-in standard. The first reader's grade is compared with what the
second reader's rules make of the cells that each other reader sees. What calamine alone blocks is
counted as cross-checked. A grade that another reader sees otherwise is a failure and is kept in
``--keep``; one that another reader refuses is counted.
LibreOffice saves the sheets as texts, with a profile of its own that calculates nothing.
"""

from __future__ import annotations

import argparse
import csv
import io
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from two_readers import FILE, STANDARD, graded, inputs, stated  # noqa: E402 - the tests' own modules

from cts_excel.audit.codes import Code  # noqa: E402
from cts_excel.second_reader.calamine_sheets import SEEN, read_values  # noqa: E402
from cts_excel.second_reader.cells import Cell, Sheet, sheet_of  # noqa: E402
from cts_excel.second_reader.comparing import StatedGrade, compare  # noqa: E402
from cts_excel.second_reader.confirming import confirm  # noqa: E402
from cts_excel.second_reader.model import SecondReading  # noqa: E402
from cts_excel.second_reader.spelling import visible  # noqa: E402
from cts_excel.second_reader.standard_file import BUILT_IN  # noqa: E402
from cts_excel.standard.loading import load_standard  # noqa: E402

BATCH = 200  # workbooks for one call of LibreOffice
OUTCOMES = ("blocked", "cross-checked", "same", "refused", "different")
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>1</value></prop></item>
</oor:items>"""
# Comma, quote, UTF-8, from line 1; contents as they are typed, of every sheet.
_FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


@dataclass
class Seen:
    """Outcomes by class, refusals by reader, and the workbooks that two readers see otherwise."""

    keep: Path
    table: dict[str, Counter[str]] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, bytes]] = field(default_factory=list)

    def add(
        self, kind: str, content: bytes, grade: StatedGrade, read: dict[str, SecondReading]
    ) -> None:
        """Compare a grade with three other readings."""
        worst = "same"
        for name, reading in read.items():
            if not reading.understood:
                worst = worst if worst == "different" else "refused"
                self.refusals[f"{name}: {reading.problems[0].kind.value}"] += 1
            elif found := compare(reading, grade):
                worst = "different"
                shown = "; ".join(f"{d.quantity} {d.first} ≠ {d.second}" for d in found[:4])
                self.failures.append((f"{kind}: {name}: {shown}", content))
                print(f"FAILED {kind}: {name}: {shown}", flush=True)
                self.keep.mkdir(exist_ok=True)
                (self.keep / f"four-{len(self.failures)}-{kind}-{name}.xlsx").write_bytes(content)
        self.table.setdefault(kind, Counter())[worst] += 1

    @property
    def tried(self) -> int:
        """How many workbooks were judged."""
        return sum(self.table.values(), Counter()).total()

    def __str__(self) -> str:
        lines = [
            "| class | files | " + " | ".join(OUTCOMES) + " |",
            "|---|---:" + "|---:" * len(OUTCOMES) + "|",
        ]
        total = sum(self.table.values(), Counter())
        for kind, counted in [*self.table.items(), ("all", total)]:
            cells = (counted.total(), *(counted[name] for name in OUTCOMES))
            lines.append(f"| {kind} | " + " | ".join(f"{cell:,}" for cell in cells) + " |")
        return "\n".join(lines)


def judge(found: Iterable[tuple[str, bytes]], seen: Seen, standard_file: Path = FILE) -> None:
    """Let all four readers judge; LibreOffice takes what the first reader grades, in batches."""
    standard = STANDARD if standard_file == FILE else load_standard()
    found = iter(found)
    while batch := list(islice(found, BATCH)):
        good = []
        for kind, content in batch:
            outcome = graded(content, standard, cross_check=True)
            grade = stated(outcome)
            if grade is None:
                parted = any(f.code == Code.READERS_DIFFER for f in outcome.findings)
                seen.table.setdefault(kind, Counter())[
                    "cross-checked" if parted else "blocked"
                ] += 1
            else:
                good.append((kind, content, grade, outcome))
        saved = read_by_libreoffice([content for _kind, content, _grade, _outcome in good])
        for (kind, content, grade, outcome), other in zip(good, saved, strict=True):
            read = {
                "openpyxl": confirm(content, standard_file),
                "calamine": confirm(content, standard_file, read_values),
            }
            # LibreOffice calculates the formula of an answer, which the others leave as it was.
            if all(f.code != Code.ANSWER_IS_FORMULA for f in outcome.findings):
                read["LibreOffice"] = confirm(b"", standard_file, lambda _c, s=other: s)
            seen.add(kind, content, grade, read)
        print(f"{seen.tried} tried, {len(seen.failures)} failures", flush=True)


def read_by_libreoffice(contents: list[bytes]) -> Iterator[list[Sheet]]:
    """Yield the sheets of each workbook as LibreOffice reads them; none if it does not open it."""
    with tempfile.TemporaryDirectory(prefix="four-readers-") as place:
        folder, profile = Path(place), Path(place) / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE)
        names = []
        for number, content in enumerate(contents):
            names.append(folder / f"{number:04d}.xlsx")
            names[-1].write_bytes(content)
        waiting = names
        # A workbook that ends LibreOffice ends it for all that follow: they are tried again.
        while waiting:
            _convert(waiting, folder)
            left = [name for name in waiting if not _saved(name)]
            waiting = left[1:]
        for name in names:
            yield [_sheet(path) for path in _saved(name)]


def _convert(names: list[Path], folder: Path) -> None:
    command = [
        "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
        "--convert-to", _FILTER, "--outdir", str(folder / "out"), *map(str, names),
    ]  # fmt: skip
    try:
        subprocess.run(command, capture_output=True, timeout=60 + 5 * len(names), check=False)
    except subprocess.TimeoutExpired:
        return


def _saved(name: Path) -> list[Path]:
    return sorted((name.parent / "out").glob(f"{name.stem}-*.csv"))


def _sheet(path: Path) -> Sheet:
    """Read what a person would see in the input line: 86% for the number 0.86."""
    name = path.stem.partition("-")[2]
    with path.open(encoding="utf-8", newline="") as lines:
        return sheet_of(
            name,
            (
                Cell(name, row, column, text, 0, SEEN)
                for row, line in enumerate(csv.reader(lines), 1)
                for column, text in enumerate(line, 1)
                if visible(text)
            ),
        )


def workbooks_in(paths: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield every .xlsx of files and folders, also those in archives, as one class."""
    files = [f for p in paths for f in (sorted(p.rglob("*")) if p.is_dir() else [p])]
    for file in files:
        if file.suffix == ".xlsx":
            yield "files", file.read_bytes()
        elif file.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
                for name in archive.namelist():
                    if name.endswith(".xlsx"):
                        yield "files", archive.read(name)


def main() -> int:
    """Judge as the command line says, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=27922)
    options.add_argument("--keep", type=Path, default=Path("fuzz-failures"))
    options.add_argument("paths", type=Path, nargs="*")
    given = options.parse_args()
    warnings.simplefilter("ignore")  # a package with two entries of one name
    seen = Seen(given.keep)
    if given.paths:
        judge(workbooks_in(given.paths), seen, BUILT_IN)
    else:
        judge(inputs(given.seed, given.count), seen)
    print(f"seed {given.seed}\n{seen}")
    print("refused: " + ", ".join(f"{why} {n}" for why, n in seen.refusals.most_common()))
    return 1 if seen.failures else 0


if __name__ == "__main__":
    sys.exit(main())
