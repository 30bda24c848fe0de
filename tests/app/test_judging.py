"""One workbook judged at once: what takes its time is done before the first one comes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from app.conftest import ROOT

from cts_excel.api import load_standard
from cts_excel.demo import write_demo

CODE = """
import sys, time
from pathlib import Path
from cts_excel.app import judging
from cts_excel.app.settings import Means
judging._ready(None)
before = set(sys.modules)
outcomes = [judging._judged(Path(name), None, Means()) for name in sys.argv[1:]]
print(len(outcomes), *sorted(set(sys.modules) - before))
"""


@pytest.mark.slow
def test_the_first_workbook_waits_for_nothing_that_is_loaded(tmp_path: Path) -> None:
    write_demo(tmp_path, load_standard(), 12)
    files = [str(path) for path in sorted(tmp_path.glob("*.xlsx"))]
    done = subprocess.run(
        [sys.executable, "-c", CODE, *files], env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    judged, *loaded = done.stdout.split()
    assert int(judged) == len(files)
    assert loaded == []
