"""A finished run as pandas data frames, for analyses that the summary does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cts_excel.files.csv_text import unguarded
from cts_excel.messages import _
from cts_excel.summary.outcomes.finished_run import FINDINGS, GRADES, RATINGS, RunFolderError

_SCORES = ("base_score", "deductions", "bonus", "final_score", "stated_final")
_NUMBERS = {
    GRADES: (*_SCORES, "score_low", "score_high"),
    RATINGS: ("weight", "percent", "score", "stated_score"),
    FINDINGS: ("impact_points",),
}
_COUNTS = ("errors", "warnings", "notices")
_DATES = ("start_date", "end_date")


@dataclass(frozen=True, slots=True)
class RunFrames:
    """The data files of one run, a row per line, columns as in the specification's section 5.

    Scores and weights are ``float64`` points, percentages fractions of 1, missing ones ``NaN``:
    good for statistics, while exact decimals stand in the CSV and Parquet files. Dates are
    ``datetime64``, ``passed`` is nullable ``boolean``, counts are nullable ``Int64``, everything
    else is text, as it stood in the workbook.
    """

    grades: pd.DataFrame
    ratings: pd.DataFrame
    findings: pd.DataFrame


def run_frames(folder: Path | str) -> RunFrames:
    """Read the data files of a finished run.

    :raises RunFolderError: where a file is missing or is not one of a run.
    """
    grades, ratings, findings = (_frame(Path(folder) / name) for name in _NUMBERS)
    grades["passed"] = grades["passed"].map({"true": True, "false": False}).astype("boolean")
    for column in _COUNTS:
        grades[column] = pd.to_numeric(grades[column]).astype("Int64")
    for column in _DATES:
        grades[column] = pd.to_datetime(grades[column], format="%Y-%m-%d", errors="coerce")
    return RunFrames(grades, ratings, findings)


def _frame(path: Path) -> pd.DataFrame:
    numbers = _NUMBERS[path.name]
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        for column in frame.columns.difference(list(numbers)):
            frame[column] = frame[column].map(unguarded)
        for column in numbers:
            frame[column] = pd.to_numeric(frame[column].replace("", None)).astype("float64")
    except FileNotFoundError:
        problem = _("this is not the folder of a finished run")
        raise RunFolderError(str(path), problem, _("Finish it with grade --resume.")) from None
    except (ValueError, KeyError, OSError):
        problem = _("the file is not one of a run")
        raise RunFolderError(str(path), problem, _("Grade the files anew.")) from None
    return frame
