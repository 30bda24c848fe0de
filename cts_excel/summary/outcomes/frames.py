"""A finished run as pandas data frames, for analyses that the summary does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from cts_excel.batch.outputs.columns import FINDINGS, GRADES, RATINGS, SPECIALS, Kind, Table
from cts_excel.batch.outputs.run_reader import RunFolderError
from cts_excel.files.csv_text import unescape
from cts_excel.messages import _


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
    specials: pd.DataFrame
    findings: pd.DataFrame


def run_frames(folder: Path | str) -> RunFrames:
    """Read the data files of a finished run.

    :raises RunFolderError: where a file is missing or is not one of a run.
    """
    tables = (GRADES, RATINGS, SPECIALS, FINDINGS)
    return RunFrames(*(_frame(Path(folder) / table.file, table) for table in tables))


def _frame(path: Path, table: Table) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        for column in table.columns:
            if column.later and column.name not in frame:
                frame[column.name] = ""  # of a run before there was this column
            frame[column.name] = _typed(frame[column.name], column.kind)
    except FileNotFoundError:
        problem = _("this is not the folder of a finished run")
        raise RunFolderError(str(path), problem, _("Finish it with grade --resume.")) from None
    except (ValueError, KeyError, OSError):
        problem = _("the file is not one of a run")
        raise RunFolderError(str(path), problem, _("Grade the files anew.")) from None
    return frame


def _typed(column: pd.Series[str], kind: Kind) -> pd.Series[Any]:
    match kind:
        case Kind.TEXT:
            return column.map(unescape)
        case Kind.NUMBER:
            return pd.to_numeric(column.replace("", None)).astype("float64")
        case Kind.COUNT:
            return pd.to_numeric(column.replace("", None)).astype("Int64")
        case Kind.DATE:
            return pd.to_datetime(column, format="%Y-%m-%d", errors="coerce")
        case Kind.TRUTH:
            return column.map({"true": True, "false": False}).astype("boolean")
    return column
