"""Wheel and source distribution: complete, nothing foreign, and they run outside the checkout."""

from __future__ import annotations

import ast
import email
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import cts_excel

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "cts_excel"
NOT_SHIPPED = {".po", ".pyc"}  # what a translation and a module are made from, or into
LEFT_OUT = (
    *(".venv", ".git", "node_modules", "build", "dist", "*.egg-info", "__pycache__", "site"),
    *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache"),
)

pytest.importorskip("build")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="no checkout"),
]


@dataclass(frozen=True)
class Built:
    """The two distributions, and the wheel installed into a folder of its own.

    ``wheel`` is built from the source distribution, ``direct`` from the sources themselves.
    """

    wheel: Path
    direct: Path
    sdist: Path
    installed: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    work = tmp_path_factory.mktemp("packaging")
    source, dist, installed = work / "source", work / "dist", work / "installed"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for name in ("input", "output"):  # what a user has lying about is never shipped
        (source / name / "secret.xlsx").parent.mkdir(exist_ok=True)
        (source / name / "secret.xlsx").write_bytes(b"secret")
    run("-m", "build", "--no-isolation", "--outdir", dist, source)
    run("-m", "build", "--no-isolation", "--wheel", "--outdir", dist / "direct", source)
    wheel, sdist = next(dist.glob("*.whl")), next(dist.glob("*.tar.gz"))
    run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", installed, wheel)
    return Built(wheel, next((dist / "direct").glob("*.whl")), sdist, installed)


def run(*arguments: object, cwd: Path | None = None, path: Path | None = None) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=os.environ
        | ({"PYTHONPATH": str(path)} if path else {})
        | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode()


def test_the_wheel_holds_the_package_with_its_data_and_nothing_else(built: Built) -> None:
    names = set(zipfile.ZipFile(built.wheel).namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix not in NOT_SHIPPED
    }
    shipped = {name for name in names if ".dist-info/" not in name}
    assert shipped == ours
    assert {
        "cts_excel/py.typed",
        "cts_excel/demo_data.toml",
        "cts_excel/standard/cts_after_sales_2025.toml",
        "cts_excel/locale/zh_CN/LC_MESSAGES/cts_excel.mo",
        "cts_excel/locale/zh_CN/LC_MESSAGES/click.mo",
        "cts_excel/app/static/page.js",
        "cts_excel/app/static/style.css",
        "cts_excel/workbook/form/released/format_1.json.xz",
        "cts_excel/reminder.txt.j2",
    } <= shipped
    licence = next(name for name in names if name.endswith(".dist-info/licenses/LICENSE"))
    assert zipfile.ZipFile(built.wheel).read(licence) == (ROOT / "LICENSE").read_bytes()


def test_the_source_distribution_gives_the_same_wheel(built: Built) -> None:
    from_sdist, direct = (zipfile.ZipFile(path) for path in (built.wheel, built.direct))
    assert built.wheel.name == built.direct.name
    assert sorted(from_sdist.namelist()) == sorted(direct.namelist())
    for name in from_sdist.namelist():
        if not name.endswith("/RECORD"):  # lists the same, in the order of its archive
            assert from_sdist.read(name) == direct.read(name), name


def test_documents_name_the_wheel_and_extras_that_there_are(built: Built) -> None:
    archive = zipfile.ZipFile(built.wheel)
    name = next(n for n in archive.namelist() if n.endswith("METADATA"))
    extras = set(email.message_from_bytes(archive.read(name)).get_all("Provides-Extra"))
    for document in ("README", "docs/install"):
        for suffix in (".md", ".zh-CN.md"):
            text = (ROOT / f"{document}{suffix}").read_text(encoding="utf-8")
            named = re.findall(r"(cts_excel-[\w.-]+\.whl)(?:\[([\w,]+)\])?", text)
            assert named
            assert {wheel for wheel, _chosen in named} == {built.wheel.name}
            assert {e for _wheel, chosen in named for e in chosen.split(",") if e} <= extras
            for extra in extras:
                assert f"`{extra}`" in text, (document, suffix, extra)


def test_the_metadata_say_what_a_user_needs(built: Built) -> None:
    archive = zipfile.ZipFile(built.wheel)
    name = next(n for n in archive.namelist() if n.endswith("METADATA"))
    metadata = email.message_from_bytes(archive.read(name))
    assert (metadata["Name"], metadata["Version"]) == ("cts-excel", cts_excel.__version__)
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "## Two commands" in str(metadata.get_payload())
    assert {"parquet", "cluster", "remote"} <= set(metadata.get_all("Provides-Extra"))
    for requirement in metadata.get_all("Requires-Dist"):
        assert "==" not in requirement.partition(";")[0], f"pinned too tightly: {requirement}"
        assert "<" not in requirement.partition(";")[0], f"pinned too tightly: {requirement}"
    entry = next(n for n in archive.namelist() if n.endswith("entry_points.txt"))
    assert "cts-excel = cts_excel.cli:main" in archive.read(entry).decode()


def test_the_source_distribution_holds_what_is_needed_to_test_it(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for wanted in (
        *("pyproject.toml", "constraints.txt", "Makefile", "mkdocs.yml", "LICENSE"),
        *("README.zh-CN.md", "templates/audit_template.xlsx", "tests/data/small_standard.toml"),
        *("docs/policy.md", "docs/images/overview.png", "benchmarks/__main__.py"),
        "cts_excel/locale/zh_CN/LC_MESSAGES/cts_excel.po",
    ):
        assert wanted in names, wanted
    for path in (ROOT / "tests").rglob("*.py"):
        assert path.relative_to(ROOT).as_posix() in names
    foreign = [n for n in names if re.search(r"secret|\.pyc$|\.venv|node_modules|\.git/", n)]
    assert foreign == []


def test_tests_run_from_the_source_distribution(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    source = next(tmp_path.iterdir())
    few = ("tests/files", "tests/standard/test_policy_document.py")
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly")
    shown = run("-m", "pytest", *options, *few, cwd=source, path=source)
    assert re.search(r"^\d+ passed", shown, re.MULTILINE), shown


def test_the_installed_wheel_runs_outside_the_checkout(built: Built, tmp_path: Path) -> None:
    there = run(
        "-c", "import cts_excel; print(cts_excel.__file__)", cwd=tmp_path, path=built.installed
    )
    assert Path(there.strip()).is_relative_to(built.installed)
    script = next(p for p in (built.installed / "bin").iterdir() if p.stem == "cts-excel")
    assert cts_excel.__version__ in run(script, "--version", cwd=tmp_path, path=built.installed)

    def cts(*arguments: object) -> str:
        return run("-m", "cts_excel", *arguments, cwd=tmp_path, path=built.installed)

    assert "用法" in cts("--lang", "zh", "--help")
    assert "5.1.2.2" in cts("standard")
    cts("template", "-o", "audit.xlsx")
    assert (tmp_path / "audit.xlsx").read_bytes() == (
        ROOT / "templates" / "audit_template.xlsx"
    ).read_bytes()
    code = (
        "from pathlib import Path; from cts_excel.demo import write_demo\n"
        "from cts_excel import load_standard\n"
        "write_demo(Path('input'), load_standard(), count=1)"
    )
    run("-c", code, cwd=tmp_path, path=built.installed)
    assert "summary.xlsx" in cts("grade", "-j", 1, "-o", "run")
    assert {p.name for p in (tmp_path / "run").iterdir()} >= {"summary.xlsx", "run.json"}


def test_every_dependency_is_imported_and_every_import_declared() -> None:
    """The wheel installs what it needs: third-party imports and declarations are the same."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [declared["dependencies"], *declared["optional-dependencies"].values()]
    wanted = {re.split(r"[<>=\[; ]", entry)[0].lower() for group in groups for entry in group}
    modules = {
        "msoffcrypto-tool": "msoffcrypto",
        "pillow": "PIL",
        "python-calamine": "python_calamine",
        "python-stdnum": "stdnum",
    }
    imported = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"cts_excel"}
    needed = {modules.get(name, name.replace("-", "_")) for name in wanted}
    # s3fs is found by fsspec, by protocol; dask comes with distributed; pywebview serves those who
    # have it.
    assert foreign - {"dask", "webview"} <= needed
    assert needed - foreign <= {"s3fs"}
