"""The house rule that imports run downhill, and proof that its checker bites."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINT = [
    sys.executable,
    "-c",
    "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())",
    "--no-cache",
    "--config",
]


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}
    command = [*LINT, str(root / "pyproject.toml")]
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture
def copied_house(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "cts_excel", tmp_path / "cts_excel", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_its_contracts() -> None:
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("room", "line", "contract"),
    [
        ("audit/levels.py", "import cts_excel.batch", "Imports run downhill"),
        ("standard/model.py", "from cts_excel.audit import levels", "Imports run downhill"),
        ("batch/__init__.py", "import cts_excel.summary", "Imports run downhill"),
        ("workbook/form/answers.py", "import pandas", "Grading never loads pandas"),
        ("audit/scoring.py", "import openpyxl", "audit/ opens no file and uses no library"),
        (
            "second_reader/spelling.py",
            "from cts_excel.workbook.reading import folding",
            "second_reader/ shares no code with the first reader",
        ),
        (
            "workbook/migrate.py",
            "import cts_excel.second_reader",
            "Nothing but the confirmation of a run uses second_reader/",
        ),
    ],
)
def test_a_planted_violation_is_caught(
    copied_house: Path, room: str, line: str, contract: str
) -> None:
    module = copied_house / "cts_excel" / room
    module.write_text(module.read_text("utf-8") + f"\n{line}\n", "utf-8")
    result = _lint(copied_house)
    assert result.returncode != 0
    assert f"{contract} BROKEN" in result.stdout


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
