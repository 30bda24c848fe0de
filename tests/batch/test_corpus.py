"""Real odd spreadsheets: every one ends in the status that the manifest says, none by a bug."""

from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path

import pytest
from altering import filled
from batches import grade_folder, put_files

from cts_excel.audit.outcome import Status

CORPUS = Path(__file__).parents[1] / "data" / "corpus"


def manifest() -> dict[str, dict[str, str]]:
    """Return the manifest's lines by SHA-256."""
    with (CORPUS / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        return {row["sha256"]: row for row in csv.DictReader(stream)}


def corpus_files() -> list[Path]:
    folders = [CORPUS, *(Path(f) for f in [os.environ.get("CTS_CORPUS")] if f)]
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".md", ".csv")
    ]


@pytest.mark.parametrize("column", ["code", "code_legacy"])
def test_every_file_ends_as_the_manifest_says(tmp_path: Path, column: str) -> None:
    good = put_files(tmp_path / "in", {"good.xlsx": filled()})
    outcomes, record = grade_folder(
        [good, *corpus_files()], tmp_path / "out", legacy=column == "code_legacy"
    )
    assert record.total == len(outcomes) == len(set(corpus_files())) + 1
    expected = manifest()
    found = {}
    for outcome in outcomes:
        if outcome.file.endswith("/good.xlsx"):
            assert outcome.status is Status.GRADED
            continue
        (why,) = outcome.findings
        assert outcome.status is Status.REJECTED
        found[outcome.file] = why.code
        assert why.code != "F11", (outcome.file, why.found)
        digest = outcome.sha256 or hashlib.sha256(Path(outcome.file).read_bytes()).hexdigest()
        assert why.code == expected[digest][column], (outcome.file, why.found)
    assert len(found) >= 100


def test_every_file_kept_here_is_in_the_manifest() -> None:
    listed = manifest()
    for path in CORPUS.rglob("*"):
        if path.is_file() and path.suffix not in (".md", ".csv"):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            assert listed[digest]["file"].endswith(path.name) or digest in listed
