"""Decisions of the certification committee: the words of its form, and the form read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from cts_excel.batch.outputs.run_record import FILLED_IN
from cts_excel.errors import UserError
from cts_excel.messages import _, listed
from cts_excel.standard.model import Standard

TITLE, FILE = "认证决定", FILLED_IN
KEY = "文件 SHA-256"  # which audit a row is about
DECISION, LEVEL, RECOMMENDED = "认证决定", "决定级别", "建议级别"
MAKER, OPINION, DAY = "决定人", "决定意见", "决定日期"
HEADING_ROW = 3  # 0-based, of the form


class Word(StrEnum):
    """What a committee may decide."""

    AGREED = "同意"
    LOWERED = "降级"
    MORE = "补充审核"
    REFUSED = "不予认证"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on one audit; ``level`` is the label decided, ``""`` if there is none."""

    word: Word
    level: str
    maker: str
    opinion: str
    day: str

    @property
    def text(self) -> str:
        """The decision in one line."""
        verdict = f"{self.word.value}，{self.level}" if self.level else self.word.value
        who = "，".join(part for part in (self.maker, self.day) if part)
        return f"{verdict}（{who}）" if who else verdict

    @property
    def outcome(self) -> str:
        """The level decided, else the decision itself."""
        return self.level or self.word.value


class DecisionsError(UserError):
    """A form with decisions that cannot be used: place, problem, repair."""


Decisions = Mapping[str, Decision]  # by SHA-256 of the audit's file


def read_decisions(path: Path, standard: Standard) -> Decisions:
    """Read the form that the committee filled in; rows without a decision are left out.

    :raises DecisionsError: if the file is no such form, or a decision contradicts its level.
    """
    import openpyxl  # here: a run without decisions does without it
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        rows = list(book[TITLE].iter_rows(min_row=HEADING_ROW + 1, values_only=True))
        book.close()
    except KeyError:
        problem = _("there is no sheet {}").format(TITLE)
        raise _refused(path, "", problem) from None
    except (BadZipFile, InvalidFileException, OSError, ValueError, TypeError) as error:
        problem = _("cannot be read as a workbook: {}").format(type(error).__name__)
        raise _refused(path, "", problem) from None
    heads = [str(value or "").strip() for value in rows[0]] if rows else []
    missing = [name for name in (KEY, RECOMMENDED, DECISION, LEVEL) if name not in heads]
    if missing:
        raise _refused(path, "", _("columns are missing: {}").format(listed(missing)))
    found: dict[str, Decision] = {}
    for number, values in enumerate(rows[1:], start=HEADING_ROW + 2):
        row = dict(zip(heads, values, strict=False))
        key, place = _text(row[KEY]), f"{TITLE}!{number}"
        decision = _decision(row, standard, path, place)
        if decision is None:
            continue
        if not key:
            raise _refused(path, place, _("the row does not say which audit it is about"))
        if found.get(key, decision) != decision:
            raise _refused(path, place, _("one audit has two different decisions"))
        found[key] = decision
    return found


def _decision(
    row: Mapping[str, Any], standard: Standard, path: Path, place: str
) -> Decision | None:
    word, level = _text(row[DECISION]), _text(row[LEVEL])
    if not word and not level:
        return None
    if word not in set(Word):
        problem = _("'{}' is no decision").format(word)
        raise _refused(path, place, problem)
    labels = [one.label for one in standard.levels]
    recommended = _text(row[RECOMMENDED])
    if level and level not in labels:
        raise _refused(path, place, _("'{}' is no level").format(level))
    if not _fits(Word(word), level, recommended, labels):
        problem = _("decision '{}' and level '{}' do not go together").format(word, level)
        raise _refused(path, place, problem)
    agreed = recommended if Word(word) is Word.AGREED and not level else level
    maker, opinion = _text(row.get(MAKER)), _text(row.get(OPINION))
    return Decision(Word(word), agreed, maker, opinion, _text(row.get(DAY)))


def _fits(word: Word, level: str, recommended: str, labels: list[str]) -> bool:
    """Tell whether a decision and the level decided agree."""
    if word is Word.AGREED:
        return recommended in labels and level in ("", recommended)
    if word is Word.LOWERED:
        passed = recommended in labels and level in labels
        return passed and labels.index(level) > labels.index(recommended)
    return not level


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value or "").strip()


def _refused(path: Path, place: str, problem: str) -> DecisionsError:
    where = f"{path} {place}".strip()
    return DecisionsError(where, problem, _("Fill in the form as it was written, and save it."))
