"""The house rule that imports run downhill, and proof that its checker bites."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
]
LINT = [
    sys.executable,
    "-c",
    "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())",
    "--no-cache",
    "--config",
]


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}
    environment["COLUMNS"] = "300"  # an import is told on one line
    command = [*LINT, str(root / "pyproject.toml")]
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def test_the_house_keeps_its_contracts() -> None:
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


# Where the import is planted (in a folder: into its first module), what it imports, and the
# contract that forbids it.
PLANTED = (
    # each room, and the room above it
    ("version.py", "cts_excel.messages", "downhill"),
    ("messages.py", "cts_excel.errors", "downhill"),
    ("errors.py", "cts_excel.files", "downhill"),
    ("files", "cts_excel.standard", "downhill"),
    ("standard", "cts_excel.audit", "downhill"),
    ("audit", "cts_excel.workbook.form", "downhill"),
    ("workbook", "cts_excel.batch", "downhill"),
    ("batch", "cts_excel.summary.outcomes", "downhill"),
    ("summary", "cts_excel.grade_run", "downhill"),
    ("grade_run.py", "cts_excel.api", "downhill"),
    ("api.py", "cts_excel.demo", "downhill"),
    ("demo.py", "cts_excel.cli", "downhill"),
    ("cli", "cts_excel.__main__", "downhill"),
    # app/
    ("app", "cts_excel.cli", "downhill"),
    ("app/pages", "cts_excel.batch", "app"),
    ("app/judging.py", "cts_excel.audit", "app"),
    ("app/uploads.py", "cts_excel.app.pages", "app-floors"),
    ("app/pages/elements.py", "cts_excel.app.pages.frame", "app-pages"),
    ("app/pages/run_table.py", "cts_excel.app.pages.results", "app-pages"),
    # each sub-room of workbook/, and the one above it or beside it
    ("workbook/ooxml", "cts_excel.workbook.form", "workbook"),
    ("workbook/form", "cts_excel.workbook.reading", "workbook"),
    ("workbook/form", "cts_excel.workbook.returned", "workbook"),
    ("workbook/form/released", "cts_excel.workbook.issuing", "workbook"),
    ("workbook/form/template.py", "cts_excel.workbook.form.released", "form"),
    ("workbook/reading", "cts_excel.workbook.issuing", "workbook"),
    ("workbook/reading", "cts_excel.workbook.returned", "workbook"),
    ("workbook/issuing", "cts_excel.workbook.reading", "workbook"),
    ("workbook/issuing", "cts_excel.workbook.alterations", "workbook"),
    ("workbook/returned", "cts_excel.workbook.issuing", "workbook"),
    ("workbook/returned", "cts_excel.workbook.alterations", "workbook"),
    ("workbook/alterations", "cts_excel.workbook.read_audit", "workbook"),
    ("workbook/read_audit.py", "cts_excel.workbook.migrate", "workbook"),
    ("workbook/ooxml", "cts_excel.audit", "ooxml"),
    ("workbook/ooxml", "cts_excel.standard", "ooxml"),
    # floors within a sub-room
    ("workbook/ooxml/cells.py", "cts_excel.workbook.ooxml.package", "ooxml-floors"),
    ("workbook/alterations/moves.py", "cts_excel.workbook.alterations.pairing", "alterations"),
    ("workbook/returned/container.py", "cts_excel.workbook.returned.marking", "returned"),
    # batch/
    ("batch/inputs", "cts_excel.batch.engines", "batch"),
    ("batch/engines", "cts_excel.batch.store", "batch"),
    ("batch/store", "cts_excel.batch.outputs", "batch"),
    ("batch/outputs", "cts_excel.batch.run", "batch"),
    ("batch/run.py", "cts_excel.batch.verify", "batch"),
    # summary/
    ("summary/outcomes", "cts_excel.summary.figures", "summary"),
    ("summary/outcomes", "cts_excel.summary.writing", "summary"),
    ("summary/figures", "cts_excel.summary.writing", "summary"),
    ("summary/figures", "cts_excel.summary.sheets", "summary"),
    ("summary/writing", "cts_excel.summary.figures", "summary"),
    ("summary/writing", "cts_excel.summary.report", "summary"),
    ("summary/sheets", "cts_excel.summary.report", "summary"),
    ("summary/sheets", "cts_excel.summary.builder", "summary"),
    ("summary/report", "cts_excel.summary.sheets", "summary"),
    ("summary/report", "cts_excel.summary.builder", "summary"),
    ("summary/builder.py", "cts_excel.summary.sink", "summary"),
    ("summary/outcomes/facts.py", "cts_excel.summary.outcomes.columns", "outcomes"),
    ("summary/figures/ranking.py", "cts_excel.summary.figures.headline", "figures"),
    ("summary/figures/tally.py", "xlsxwriter", "figures-write-nothing"),
    ("summary/sheets/overview.py", "cts_excel.summary.sheets.grades", "sheets"),
    ("summary/writing/text.py", "cts_excel.summary.writing.book", "writing"),
    ("second_reader", "cts_excel.workbook.ooxml", "second-reader"),
    ("second_reader", "cts_excel.batch", "downhill"),
    ("workbook/form", "cts_excel.second_reader", "second-reader-unused"),
    # libraries
    *((room, "pandas", "pandas") for room in ("cli", "batch/engines", "workbook/form", "audit")),
    *((module, "pandas", "pandas") for module in ("api.py", "grade_run.py", "demo.py")),
    *(
        ("audit", library, "pure")
        for library in ("click", "lxml", "msgspec", "openpyxl", "zipfile")
    ),
    *(("files", library, "files") for library in ("click", "lxml", "msgspec", "numpy", "rich")),
)


def _plant(root: Path, number: int) -> str:
    """Plant one import in a copy of the house; return the module that now imports it."""
    place, imported, _contract = PLANTED[number]
    path = root / "cts_excel" / place
    if path.is_dir():
        path = min(path.glob("[a-z]*.py"))
    path.write_text(f"{path.read_text('utf-8')}\nimport {imported}\n", "utf-8")
    return ".".join(path.relative_to(root).with_suffix("").parts)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], dict[str, str]]:
    """Return the modules that break a contract, and what the checker says of each contract."""
    root = tmp_path_factory.mktemp("house")
    shutil.copytree(
        ROOT / "cts_excel", root / "cts_excel", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", root)
    modules = [_plant(root, number) for number in range(len(PLANTED))]
    result = _lint(root)
    assert result.returncode != 0
    _heading, _line, broken = result.stdout.partition("\nBroken contracts\n")
    sections = re.split(r"^(.+)\n-+\n", broken, flags=re.MULTILINE)
    return modules, dict(zip(sections[1::2], sections[2::2], strict=True))


@pytest.mark.parametrize("number", range(len(PLANTED)), ids=[f"{p[0]}-{p[1]}" for p in PLANTED])
def test_a_planted_violation_is_caught(
    planted: tuple[list[str], dict[str, str]], number: int
) -> None:
    modules, broken = planted
    _place, imported, contract = PLANTED[number]
    names = {entry["id"]: entry["name"] for entry in CONTRACTS}
    said = broken.get(names[contract], "")
    assert f" {modules[number]} -> {imported} (l." in said


def test_every_sub_room_stands_in_a_contract_that_is_proved() -> None:
    layers = [layer for entry in CONTRACTS for layer in entry.get("layers", ())]
    named = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    proved = {place for place, _imported, _contract in PLANTED}
    for folder in sorted((ROOT / "cts_excel").rglob("__init__.py")):
        place = folder.parent.relative_to(ROOT / "cts_excel").as_posix()
        if place != ".":
            assert f"cts_excel.{place.replace('/', '.')}" in named, place
            assert place in proved, place


def test_every_contract_is_proved() -> None:
    assert {entry["id"] for entry in CONTRACTS} == {contract for _p, _i, contract in PLANTED}


def test_audit_imports_only_the_standard_library_and_the_rooms_below() -> None:
    allowed = ("cts_excel.audit", "cts_excel.standard", "cts_excel.files", "cts_excel.messages")
    foreign = [
        f"{path.name}: {name}"
        for path in sorted((ROOT / "cts_excel" / "audit").glob("*.py"))
        for name in _imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith(allowed)
    ]
    assert foreign == []


def _imported(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append("." * node.level + (node.module or ""))
    return names


def test_grading_rooms_load_no_writer_and_no_statistics() -> None:
    rooms = "cts_excel, cts_excel.standard.loading, cts_excel.standard.showing"
    modules = sorted(p.stem for p in (ROOT / "cts_excel" / "audit").glob("[a-z]*.py"))
    audit = ", ".join(f"cts_excel.audit.{name}" for name in modules)
    code = (
        f"import sys, {rooms}, {audit}\n"
        "print(*sorted({'pandas', 'xlsxwriter', 'openpyxl', 'lxml'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == ""
