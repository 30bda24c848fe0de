"""Reminders of what is not back: one text per person, from a template that can be replaced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from cts_excel.audit.chasing import ChaseLine
from cts_excel.audit.cover import Cover
from cts_excel.batch.outputs.columns import NOT_RETURNED
from cts_excel.batch.outputs.csv_files import heading, lines_of
from cts_excel.batch.outputs.run_reader import RunFolderError
from cts_excel.batch.reminders import ReminderError, reminders, write_reminders

TODAY = date(2025, 12, 1)


def _line(
    name: str, no: str, lead: str = "高峰", due: date | None = None, *, state: str = "未回收",
    contact: str = "", assessor: str = "",
) -> ChaseLine:  # fmt: skip
    cover = Cover(organisation=name, audit_no=no, audit_type="初次认证", lead_assessor=lead,
                  assessor=assessor)  # fmt: skip
    return ChaseLine(state, cover, f"{no}_{name}.xlsx", "", due, contact)


LINES = [
    _line("甲公司", "A1", due=date(2025, 11, 20), contact="138"),
    _line("乙公司", "A2", due=date(2025, 11, 10), contact="138"),
    _line("丙公司", "A3", "林静", date(2025, 12, 1)),
    _line("丁公司", "A4", state="与发放不一致"),
    _line("戊公司", "A5", "", assessor="陈敏"),
    _line("=己公司\x1b", "A6", "高 峰"),
]


def _run(folder: Path, lines: Iterable[ChaseLine] = LINES) -> Path:
    folder.mkdir(exist_ok=True)
    content = heading(NOT_RETURNED) + lines_of(NOT_RETURNED, lines).encode()
    (folder / "not_returned.csv").write_bytes(content)
    return folder


def test_each_person_is_reminded_once_of_what_is_not_back(tmp_path: Path) -> None:
    found = {one.person: one for one in reminders(_run(tmp_path), TODAY)}
    assert set(found) == {"高峰", "林静", "陈敏"}
    late = found["高峰"]
    assert [(a.audit_no, a.overdue) for a in late.audits] == [("A2", 21), ("A1", 11), ("A6", 0)]
    assert (late.overdue, late.contact, late.earliest) == (2, "138", date(2025, 11, 10))
    assert found["林静"].overdue == 0  # due today


def test_the_built_in_text(tmp_path: Path) -> None:
    written = write_reminders(_run(tmp_path), tmp_path / "out", TODAY)
    assert [path.name for path in written] == [
        "催交通知_高峰.txt", "催交通知_林静.txt", "催交通知_陈敏.txt",
    ]  # fmt: skip
    text = written[0].read_text(encoding="utf-8")
    assert text == (
        "高峰：\n\n"
        "您好！截至 2025-12-01，以下 3 份审核工作簿尚未交回，其中 2 份已超过交回期限：\n\n"
        "1. 乙公司（项目编号 A2，初次认证），交回期限 2025-11-10，已逾期 21 天\n"
        "   文件：A2_乙公司.xlsx\n"
        "2. 甲公司（项目编号 A1，初次认证），交回期限 2025-11-20，已逾期 11 天\n"
        "   文件：A1_甲公司.xlsx\n"
        "3. =己公司\\x1b（项目编号 A6，初次认证）\n"
        "   文件：A6_=己公司\\x1b.xlsx\n\n"
        "请填写完整后尽快交回。如已交回，或有困难需要延期，请告知。谢谢！\n"
    )


def test_ones_own_template(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("{{ person }} {{ contact }} {{ earliest or '—' }}", encoding="utf-8")
    first, *_rest = write_reminders(_run(tmp_path), tmp_path / "out", TODAY, own)
    assert first.read_text(encoding="utf-8") == "高峰 138 2025-11-10"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{{ nobody }}", "cannot be filled in: 'nobody' is undefined"),
        (b"a\n{% for %}", "line 2: "),
        (b"{{ ''.__class__.__mro__ }}", "cannot be filled in"),
        (b"{{ 1 / 0 }}", "cannot be filled in"),
        (b"\xff\xfe", "is not in UTF-8"),
    ],
)
def test_a_wrong_template_is_refused_and_nothing_is_written(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    own = tmp_path / "own.txt"
    own.write_bytes(content)
    with pytest.raises(ReminderError) as caught:
        write_reminders(_run(tmp_path), tmp_path / "out", TODAY, own)
    assert str(caught.value).startswith(f"{own}: {problem}")
    assert not (tmp_path / "out").exists()


def test_a_run_without_a_roster_has_nobody_to_chase(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="without a roster"):
        reminders(tmp_path, TODAY)
