"""Install the product and each extra on a machine without network, use it there, and measure it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from release.environments import (
    ROOT,
    extras,
    gather,
    install,
    network_is_cut,
    program,
    remove_installer,
    requirement,
    run,
)

DOCUMENTS = (ROOT / "docs" / "install.md", ROOT / "docs" / "install.zh-CN.md")
BEGIN, END = "<!-- measured: make offline -->", "<!-- end of what was measured -->"
_USE = (  # what the extra brings is there
    ("app", "import cts_excel.app.site"),
    ("cluster", "import distributed"),
    ("parquet", "import pyarrow.parquet"),
    ("remote", "import fsspec, s3fs"),
)


@dataclass(frozen=True)
class Installed:
    """What an installation takes: packages, bytes of the wheels, bytes on the disk."""

    requirement: str
    packages: int
    wheels: int
    disk: int


def try_all() -> list[Installed]:
    """Try the product and each extra, print a line for each.

    :raises SystemExit: at the first command that fails.
    """
    tried = []
    for extra in extras():
        with tempfile.TemporaryDirectory(prefix="offline-") as folder:
            tried.append(_try(extra, Path(folder)))
        print(_row(tried[-1]), flush=True)
    print("without network" if network_is_cut() else "without a package index")
    return tried


def _try(extra: str, folder: Path) -> Installed:
    wheels, where, work = folder / "wheels", folder / "environment", folder / "work"
    gather(extra, wheels)
    install(extra, wheels, where)
    work.mkdir()
    cts = program(where, "cts-excel")
    run(cts, "--version", cwd=work)
    run(cts, "template", "-o", "audit.xlsx", cwd=work)
    run(cts, "demo", cwd=work)
    options = ("--format", "parquet") if extra == "parquet" else ()
    run(cts, "grade", "input/demo", *options, "-o", "graded", cwd=work, allowed=(0, 1))
    for name in ("audit.xlsx", "output/demo/summary.xlsx", "graded/summary.xlsx"):
        if not (work / name).is_file():
            raise SystemExit(f"{requirement(extra)}: no {name}")
    for name, code in _USE:
        if name == extra:
            run(program(where, "python"), "-c", code, cwd=work)
    remove_installer(where)
    return _measure(extra, wheels, where)


def _measure(extra: str, wheels: Path, where: Path) -> Installed:
    libraries = sorted(where.rglob("site-packages"))[0]
    count = sum(1 for _ in distributions(path=[str(libraries)]))
    return Installed(requirement(extra), count, _size(wheels), _size(libraries))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _row(figures: Installed) -> str:
    wheels, disk = (f"{number / 1e6:.0f} MB" for number in (figures.wheels, figures.disk))
    return f"| `{figures.requirement}` | {figures.packages} | {wheels} | {disk} |"


def write(tried: Iterable[Installed]) -> None:
    """Put the rows into the pages on installing, below the heads that stand there."""
    rows = "\n".join(_row(figures) for figures in tried)
    for path in DOCUMENTS:
        before, _begin, rest = path.read_text("utf-8").partition(BEGIN)
        table, _end, after = rest.partition(END)
        head = "\n".join(table.strip().splitlines()[:2])
        text = f"{before}{BEGIN}\n\n{head}\n{rows}\n\n{END}{after}"
        path.write_text(text, encoding="utf-8", newline="\n")
