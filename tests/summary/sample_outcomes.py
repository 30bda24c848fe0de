"""Outcomes built from small readable tables, without a workbook."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Impact
from cts_excel.audit.grading import grade, rejected
from cts_excel.audit.model import (
    Audit,
    Cover,
    Identity,
    Rating,
    RatingColumns,
    SheetNames,
    SpecialItem,
    Stated,
)  # fmt: skip
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.outputs.columns import TABLES
from cts_excel.batch.outputs.csv_files import lines
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.summary import RunFacts
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.excerpt import excerpt, opened

STANDARD = load_standard()
FACTS = RunFacts(
    tool_version="0.1.0",
    started=datetime(2025, 11, 20, 9, 30),  # noqa: DTZ001 - shown as it is
    inputs=("input/demo",),
    options=(("未评定返回", "all"),),
    link_prefix="../../",
)
_COLUMNS = RatingColumns("C", "D", "E", "F", "G", "H", "I", "J")
_SHEETS = SheetNames("封面", "评分表", "特别项", "_cts")
_CELLS = {
    "organisation": "C5", "uscc": "C6", "scope": "C7", "audit_no": "C8", "audit_type": "C9",
    "audit_method": "C10", "start_date": "C11", "end_date": "C12", "lead_assessor": "C13",
    "assessor": "C14", "stated_base": "F5", "stated_deductions": "F6", "stated_bonus": "F7",
    "stated_final": "F8", "stated_level": "F9",
}  # fmt: skip


def columns_of(outcomes: Iterable[Outcome], standard: Standard = STANDARD) -> OutcomeColumns:
    """Collect outcomes as a run does: packed by a worker, unpacked by the parent."""
    columns = OutcomeColumns(standard)
    for one in outcomes:
        columns.add(opened(excerpt(one, standard)))
    return columns


def band_of(percent: Decimal, standard: Standard = STANDARD) -> str:
    """Name the upper band that holds a percentage."""
    return next(b.label for b in reversed(standard.bands) if b.holds(percent))


def outcome(
    organisation: str = "甲公司", percents: object = "0.85", *, number: int = 1, file: str = "",
    assessor: str = "张三", lead: str = "李四", deductions: int = 0, bonuses: int = 0,
    evidence: str = "查阅 2025 年记录 {clause}", standard: Standard = STANDARD,
    blanks: tuple[str, ...] = (), stated_final: str | None = None, audit_type: str = "初次认证",
    uscc: str = "",
) -> Outcome:  # fmt: skip
    """Grade one audit; ``percents`` is one percentage for all, or one per indicator.

    A ``None`` among them is 不适用; ``blanks`` are clauses left empty.
    """
    indicators = standard.indicators
    given = percents if isinstance(percents, (list, tuple)) else [percents] * len(indicators)
    ratings = []
    for row, (indicator, percent) in enumerate(zip(indicators, given, strict=True), start=4):
        text = evidence.format(clause=indicator.clause)
        clause = indicator.clause
        if clause in blanks:
            ratings.append(Rating(clause, "", None, False, "", None, False, row))
        elif percent is None:
            ratings.append(Rating(clause, "", None, True, text, None, False, row))
        else:
            exact = Decimal(percent)
            band = band_of(exact, standard)
            ratings.append(Rating(clause, band, exact, False, text, None, False, row))
    special = standard.special
    category, extra = special.deduction.categories[0], special.bonus.categories[0]
    clause = indicators[-1].clause
    audit = Audit(
        identity=Identity("1", standard.id, standard.edition, standard.digest, "", "0.1.0"),
        sheets=_SHEETS,
        cover=Cover(organisation=organisation, uscc=uscc, scope="家电",
                    audit_no=f"ZJ-2025-{number:04d}", audit_type=audit_type, audit_method="现场",
                    start_date=date(2025, 9, 1), end_date=date(2025, 9, 2), lead_assessor=lead,
                    assessor=assessor),
        cover_cells=_CELLS,
        columns=_COLUMNS,
        ratings=tuple(ratings),
        deductions=tuple(SpecialItem(n, category, clause, "未按承诺时限上门", "工单 A17", "整改中",
                                     True, n + 3) for n in range(1, deductions + 1)),
        bonuses=tuple(SpecialItem(n, extra, clause, "行业首创服务", "证书", "", True, n + 19)
                      for n in range(1, bonuses + 1)),
        stated=Stated(None, None, None, Decimal(stated_final) if stated_final else None, "",
                      stated_final is not None),
        findings=(),
    )  # fmt: skip
    name = file or f"input/demo/{number:04d}_{organisation}.xlsx"
    return grade(audit, standard, file=name, sha256=f"{number:064x}")


def with_status(made: Outcome, status: Status, code: str, expected: str = "") -> Outcome:
    """Turn a graded outcome into a duplicate or a conflict, with all files of its audit."""
    why = finding(code, expected=expected)
    judgement = made.judgement if status is Status.DUPLICATE else None
    cover = made.audit.cover if made.audit else None
    same = f"{cover.audit_no} {cover.audit_type} {cover.assessor}" if cover else ""
    conflict = same if status is Status.CONFLICT else ""
    return replace(made, status=status, judgement=judgement, findings=(*made.findings, why),
                   conflict=conflict)  # fmt: skip


def crowd(graded: int, seed: int = 1, standard: Standard = STANDARD) -> list[Outcome]:
    """Invent a run: ``graded`` good audits and about a quarter as many in trouble."""
    chance = random.Random(seed)
    people = [("陈敏", 0.0), ("刘洋", 0.05), ("王芳", -0.02), ("赵磊", 0.0), ("孙丽", 0.01),
              ("周强", 0.0)]  # fmt: skip
    habit = [chance.gauss(0, 0.03) for _i in standard.indicators]
    made = []
    for n in range(1, graded + graded // 4 + 1):
        name, lenient = people[chance.randrange(len(people))]
        quality = min(0.97, max(0.6, chance.gauss(0.86, 0.07)))
        percents = []
        for lift in habit:
            share = min(1.0, max(0.2, chance.gauss(quality + lenient + lift, 0.06)))
            percents.append(Decimal(round(share * 100)) / 100)
        city, trade = (
            chance.choice("广深佛珠莞惠汕"),
            chance.choice(("电器", "家居", "汽车", "装备")),
        )
        words = (city, "州", chance.choice("恒华泰瑞安信宏"), chance.choice("达诚远盛通"), trade)
        organisation = "".join(words) + "有限公司"
        spoil = n > graded
        made.append(
            outcome(
                organisation, percents, number=n, assessor=name,
                lead=chance.choice(("高峰", "林静", "何勇")),
                deductions=chance.choice((0, 0, 0, 0, 1, 2, 6)) if not spoil else 0,
                bonuses=int(quality > 0.93), standard=standard,
                blanks=tuple(i.clause for i in standard.indicators[3:5]) if spoil else (),
                evidence="查阅{clause}相关制度与记录，"
                + f"抽查 {chance.randint(8, 40)} 份工单，编号 K{n:04d}，"
                + chance.choice(("执行良好", "有 2 份超时", "记录完整，数据连续三年改进")),
            )
        )  # fmt: skip
    made.append(rejected("input/demo/坏文件.xlsx", "0" * 64, Code("F01"), found="zip 已损坏"))
    made.append(rejected("input/demo/加密.xlsx", "1" * 64, Code("F03")))
    if graded > 3:
        made.append(with_status(made[0], Status.DUPLICATE, "D01", made[0].file))
        made.append(with_status(made[1], Status.CONFLICT, "D02", "input/demo/other.xlsx"))
        impact = Impact(Decimal("1.5"), "三星级", "四星级")
        wrong = finding(
            "T01", sheet="封面", cell="F8", found="88.50", expected="90.00", impact=impact
        )
        made[2] = replace(made[2], findings=(*made[2].findings, wrong))
    return made


def write_data_files(folder: Path, outcomes: Iterable[Outcome]) -> Path:
    """Write the CSV files of a run into a folder that is made."""
    folder.mkdir()
    made = list(outcomes)
    for table in TABLES:
        text = "".join(lines(table, one, STANDARD) for one in made)
        heading = ",".join(table.names) + "\r\n"
        (folder / table.file).write_text("\ufeff" + heading + text, "utf-8", newline="")
    return folder


def run_folder(target: Path, outcomes: list[Outcome]) -> Path:
    """Write the data files and the record of a finished run; return its folder."""
    folder = write_data_files(target, outcomes)
    record = {
        "tool": {"version": "0.1.0"},
        "standard": {"digest": STANDARD.digest},
        "started": "2025-11-20T09:30:00+00:00",
    }
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder
