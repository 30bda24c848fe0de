"""What is measured: each function returns lines of the table, its bar beside every figure."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, islice, pairwise
from pathlib import Path
from statistics import median

from python_calamine import CalamineWorkbook

from benchmarks.made_workbooks import Original, clean, original_of, write_workbooks
from benchmarks.measuring import (
    ROOT,
    grade,
    in_turns,
    process,
    ratio,
    seconds,
    stage_seconds,
    watched_grade,
)
from benchmarks.saved_by import savers
from cts_excel.batch.engines.judge import Rules, judge
from cts_excel.batch.inputs.find import named
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.answers import Answers, cover_answers
from cts_excel.workbook.form.template import write_template
from cts_excel.workbook.issuing.issue import issue_workbooks
from cts_excel.workbook.issuing.roster import Roster, RosterRow

MIB = 1 << 20
_SAVED = 60  # workbooks that LibreOffice saves


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what, ours, the peer's, the figure that the bar is for, and the bar."""

    mark: str
    what: str
    ours: str
    peer: str
    figure: str
    bar: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """A scratch folder, the standard, the originals; ``quick`` measures less, for trying out."""

    folder: Path
    standard: Standard
    made: Sequence[Original]
    sizes: tuple[int, ...]
    batch: int = 2_000
    repetitions: int = 5

    def workbooks(self, number: int) -> Path:
        """Write so many workbooks, once."""
        folder = self.folder / f"in{number}"
        if not folder.exists():
            write_workbooks(folder, number, list(self.made))
        return folder


_outputs = count()


def _graded(
    bench: Bench, folder: Path, *options: str, cache: Path | None = None
) -> Callable[[], object]:
    """Return a work that grades into a folder of its own and clears it away."""

    def work() -> None:
        output = bench.folder / f"out{next(_outputs)}"
        grade(folder, output, "-q", *options, cache=cache)()
        shutil.rmtree(output)

    return work


def judgement(bench: Bench) -> Iterator[Line]:
    """(a) One workbook, warm: hash, weigh, scan, read, check, score, against reading alone.

    The same workbooks as each application that is installed here saves them.
    """
    workbooks = list(islice(clean(list(bench.made), bench.standard), 40))
    found: dict[str, float] = {}
    for name, (bar, save) in savers().items():
        line, found[name] = _judged(bench, name, save(workbooks), bar)
        yield line
    worst = max(found, key=lambda name: found[name])
    yield Line(
        "a", f"median of {len(found)} applications", "", "", f"{median(found.values()):.2f}×"
    )
    yield Line("a", f"worst of {len(found)} applications: {worst}", "", "", f"{found[worst]:.2f}×")


def _judged(bench: Bench, name: str, contents: list[bytes], bar: float) -> tuple[Line, float]:
    """Judge workbooks that an application saved, and have calamine read all their sheets."""
    folder = bench.folder / f"saved by {name}"
    folder.mkdir()
    paths = []
    for number, content in enumerate(contents):
        paths.append(folder / f"{number}.xlsx")
        paths[-1].write_bytes(content)
    rules, files = Rules(bench.standard), [named(path) for path in paths]

    def ours() -> None:
        for file in files:
            judge(file, rules)

    def peer() -> None:
        for path in paths:
            book = CalamineWorkbook.from_path(str(path))
            for sheet in book.sheet_names:
                book.get_sheet_by_name(sheet).to_python()

    in_turns(1, ours)
    if name == "UTF-16":  # calamine reads UTF-8 only: its time for the same workbooks in UTF-8
        paths = [bench.folder / "saved by xlsxwriter" / path.name for path in paths]
    in_turns(1, peer)
    own, bare = in_turns(2 * bench.repetitions, ours, peer)
    factor = ratio(own, bare)
    line = Line(
        "a", f"one workbook judged, against calamine reading all its sheets; saved by {name}",
        f"{median(own) / len(paths) * 1e3:.2f} ms", f"{median(bare) / len(paths) * 1e3:.2f} ms",
        f"{factor:.2f}×", f"≤ {bar}×", factor <= bar,
    )  # fmt: skip
    return line, factor


def batch(bench: Bench) -> Iterator[Line]:
    """(b) A whole run, against the script that offices write today, on the same files.

    The workbooks are saved by LibreOffice where it runs.
    """
    made, saved = bench.made, ""
    if save := savers().get("LibreOffice"):
        contents = save[1]([original.copy(0) for original in islice(bench.made, _SAVED)])
        made, saved = [original_of(one, bench.standard) for one in contents], ", LibreOffice's"
    folder = bench.folder / "saved"
    write_workbooks(folder, bench.batch, made)
    script = ROOT / "benchmarks" / "todays_script.py"
    peer = process(script, folder, bench.folder / "todays.xlsx")
    own, theirs = in_turns(max(1, bench.repetitions // 2), _graded(bench, folder), peer)
    shutil.rmtree(folder)
    yield _faster(
        "b", f"{bench.batch:,} workbooks{saved}: start-up and all outputs, against today's script",
        own, theirs, 12,
    )  # fmt: skip


def workers(bench: Bench) -> Iterator[Line]:
    """(c) One worker against two: the grading alone, and the whole run around it."""
    folder = bench.workbooks(bench.batch)
    one, two = [], []
    for _n in range(bench.repetitions):
        for jobs, times in (("1", one), ("2", two)):
            output = bench.folder / f"out{next(_outputs)}"
            times.append(stage_seconds(folder, output, jobs))
            shutil.rmtree(output)
    what = f"{bench.batch:,} workbooks with two workers, against one"
    yield _faster("c", f"{what}: the grading", two, one)
    one, two = in_turns(
        bench.repetitions, *(_graded(bench, folder, "--jobs", jobs) for jobs in ("1", "2"))
    )
    yield _faster("c", f"{what}: the whole run", two, one, 1.75)


def again(bench: Bench) -> Iterator[Line]:
    """(g) A second run with one file in a hundred new, against the first."""
    folder = bench.workbooks(bench.batch)
    late = sorted(folder.rglob("*.xlsx"))[::100]
    first, second = [], []
    for turn in range(max(1, bench.repetitions // 2)):
        cache, aside = bench.folder / f"cache{turn}", bench.folder / f"aside{turn}"
        aside.mkdir()
        for number, path in enumerate(late):
            path.rename(aside / str(number))
        first.append(seconds(_graded(bench, folder, cache=cache)))
        for number, path in enumerate(late):
            (aside / str(number)).rename(path)
        second.append(seconds(_graded(bench, folder, cache=cache)))
        shutil.rmtree(cache)
    what = f"{bench.batch:,} workbooks again, {len(late)} of them new, against the first run"
    yield _faster("g", what, second, first, 5)


def _faster(
    mark: str, what: str, own: Sequence[float], peer: Sequence[float], bar: float | None = None
) -> Line:
    """Return the line of a work that must be so many times as fast as its peer."""
    found = ratio(peer, own)
    return Line(
        mark, what, f"{median(own):.2f} s", f"{median(peer):.2f} s", f"{found:.2f}× faster",
        f"≥ {bar}×" if bar else "", found >= bar if bar else None,
    )  # fmt: skip


def growth(bench: Bench) -> Iterator[Line]:
    """(d) Time and the parent's peak memory at several sizes."""
    found: list[tuple[int, float, int]] = []
    for size in bench.sizes:
        folder = bench.workbooks(size)
        runs = []
        for _n in range(1 if size > 10_000 else 3):
            output = bench.folder / f"out{next(_outputs)}"
            runs.append(watched_grade(folder, output))
            shutil.rmtree(output)
        if size != bench.batch:
            shutil.rmtree(folder)
        time, peak = median(t for t, _p in runs), int(median(p for _t, p in runs))
        found.append((size, time, peak))
        yield Line(
            "d", f"{size:,} workbooks", f"{time:.2f} s ({size / time:,.0f}/s)",
            f"{peak / MIB:.0f} MiB peak", f"{time / size * 1e3:.2f} ms each",
        )  # fmt: skip
    yield from _growth(found)


def _growth(found: list[tuple[int, float, int]]) -> Iterator[Line]:
    for (small, time, peak), (large, more_time, more_peak) in pairwise(found):
        exponent = math.log(more_time / time) / math.log(large / small)
        bar = "≤ 1.05" if small >= 1_000 else ""
        yield Line(
            "d", f"growth of time from {small:,} to {large:,}", "", "",
            f"exponent {exponent:.2f}", bar, exponent <= 1.05 if bar else None,
        )  # fmt: skip
        factor = more_peak / peak
        bar = "≤ 1.4×" if large >= 100_000 else ""
        yield Line(
            "d", f"growth of the parent's peak memory from {small:,} to {large:,}", "", "",
            f"{factor:.2f}×", bar, factor <= 1.4 if bar else None,
        )  # fmt: skip


def issuing(bench: Bench, number: int = 1_000, built: int = 100) -> Iterator[Line]:
    """(e) Personalised blanks, against building each with xlsxwriter."""
    from cts_excel.audit.cover import Cover

    covers = [
        Cover(
            organisation=f"南京某某电器有限公司{n}", uscc="91310000775785552L",
            audit_no=f"ZJ-2026-{n:05d}", audit_type="初次认证", start_date=date(2026, 3, 2),
            lead_assessor="张三", assessor="李四",
        )
        for n in range(number)
    ]  # fmt: skip
    rows = tuple(RosterRow(n, cover) for n, cover in enumerate(covers, start=2))
    target = bench.folder / "issued"

    def ours() -> None:
        issue_workbooks(Roster(rows, (), ()), bench.standard, target)

    def peer() -> None:
        target.mkdir()
        for n, cover in enumerate(covers[:built]):
            answers = Answers(cover=cover_answers(cover))
            write_template(target / f"{n}.xlsx", bench.standard, answers=answers, issue_id=f"{n}")

    own, theirs = [], []
    for _n in range(max(1, bench.repetitions // 2)):
        for work, times, files in ((ours, own, number), (peer, theirs, built)):
            times.append(seconds(work) / files)
            shutil.rmtree(target)
    found = ratio(theirs, own)
    yield Line(
        "e", f"{number:,} personalised blanks issued, against building each ({built} were built)",
        f"{median(own) * 1e3:.2f} ms each", f"{median(theirs) * 1e3:.1f} ms each",
        f"{found:.1f}× faster", "≥ 8×", found >= 8,
    )  # fmt: skip


def starting(bench: Bench) -> Iterator[Line]:
    """(f) Start-up: help, and the check of one file."""
    path = bench.folder / "one.xlsx"
    path.write_bytes(next(clean(list(bench.made), bench.standard)))
    for what, arguments, imported, bar in (
        ("--help", ("--help",), "click", 1.3),
        ("check of one file", ("check", path), "click, lxml", 3),
    ):
        own, bare = in_turns(
            3 * bench.repetitions,
            process("-m", "cts_excel", *arguments),
            process("-c", f"import {imported}"),
        )
        found = ratio(own, bare)
        yield Line(
            "f", f"{what}, against python -c 'import {imported}'",
            f"{median(own) * 1e3:.0f} ms", f"{median(bare) * 1e3:.0f} ms",
            f"{found:.2f}×", f"≤ {bar}×", found <= bar,
        )  # fmt: skip


ALL = (judgement, starting, issuing, batch, workers, again, growth)
