"""Marked copies in the real world: valid for Microsoft's SDK, read and corrected in LibreOffice."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from altering import answers, built_in, entry_cell, judged, openpyxl_edit
from openpyxl.comments import Comment
from real_applications.harness import Entry, Job, LibreOffice, Validator

from cts_excel.audit.outcome import Status
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form.answers import RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.migrate import migrate
from cts_excel.workbook.returned import correction_list, marked_copy, unmarked

SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"
FAULTY = answers(
    cover={"企业名称": None, "审核开始日期": "昨天"},
    ratings={
        "5.1.1.1": RatingAnswer("40%-60%", Decimal("0.85"), "记录"),
        "5.1.1.2": RatingAnswer(),
        "5.1.2.1": RatingAnswer("80%-100%", "好", ""),
    },
    deductions=(SpecialAnswer("", "", "事实"),),
)
TYPED = (
    Entry("封面", entry_cell("企业名称"), "某某公司"),
    Entry("封面", entry_cell("审核开始日期"), "2025-09-28"),
    Entry("评分表", "H4", "55%"),
    Entry("评分表", "G5", "80%-100%"),
    Entry("评分表", "H5", "90%"),
    Entry("评分表", "J5", "记录"),
    Entry("评分表", "H6", "0.85"),
    Entry("特别项", "D5", ""),
)


def commented(content: bytes) -> bytes:
    def edit(workbook: Any) -> None:
        workbook["评分表"]["G5"].comment = Comment("请再看一下", "张三")
        workbook["评分表"]["J9"].comment = Comment("留言", "李四")

    return openpyxl_edit(content, edit)


def marked(content: bytes) -> bytes:
    return marked_copy(content, judged(content))


def made_from(content: bytes) -> tuple[str, ...]:
    audit = judged(content).audit
    return audit.corrects if audit else ()


def notes(content: bytes) -> list[str]:
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    return [c.comment.text for sheet in workbook for row in sheet for c in row if c.comment]


@pytest.fixture(scope="module")
def saved(libreoffice: LibreOffice, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return faulty workbooks, plain and with comments, as LibreOffice saves them."""
    folder, target = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("saved")
    content = filled_bytes(built_in(), FAULTY)
    sources = {"plain": content, "commented": commented(content)}
    paths = []
    for name, source in sources.items():
        paths.append(folder / f"{name}.xlsx")
        paths[-1].write_bytes(source)
    done = libreoffice.convert(paths, "xlsx", target)
    return {name: path.read_bytes() for name, path in zip(sources, done, strict=True)}


@pytest.mark.real_application
def test_marked_and_unmarked_copies_are_valid(
    ooxml_validator: Validator, saved: dict[str, bytes], tmp_path: Path
) -> None:
    source = filled_bytes(built_in(), FAULTY)
    made = {"issued": marked(source), "issued_clean": unmarked(marked(source))}
    made["list"] = correction_list(judged(source), reason="含宏，未作标记")
    for name, content in saved.items():
        made[name] = marked(content)
        made[f"{name}_twice"] = marked(made[name])
        made[f"{name}_clean"] = unmarked(made[name])
    small = load_standard(SMALL)
    made["migrated"] = migrate(source, built_in()).content
    made["migrated_elsewhere"] = migrate(filled_bytes(built_in(), FAULTY), small).content
    errors = {}
    for name, content in made.items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(content)
        errors[name] = ooxml_validator(path)
    assert errors == {name: [] for name in made}


@pytest.mark.real_application
def test_a_copy_of_what_openpyxl_saved_has_no_error_that_its_source_lacks(
    ooxml_validator: Validator, tmp_path: Path
) -> None:
    source = commented(filled_bytes(built_in(), FAULTY))
    found = []
    for name, content in (("source", source), ("marked", marked(source))):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(content)
        found.append({(e["path"], e["description"]) for e in ooxml_validator(path)})
    assert found[1] <= found[0]


@pytest.mark.real_application
def test_marks_survive_libreoffice_and_are_found_again(
    libreoffice: LibreOffice, saved: dict[str, bytes], tmp_path: Path
) -> None:
    sources = {"issued": marked(filled_bytes(built_in(), FAULTY))}
    sources |= {name: marked(content) for name, content in saved.items()}
    paths = []
    for name, content in sources.items():
        paths.append(tmp_path / f"{name}.xlsx")
        paths[-1].write_bytes(content)
    (tmp_path / "again").mkdir()
    for name, path in zip(
        sources, libreoffice.convert(paths, "xlsx", tmp_path / "again"), strict=True
    ):
        content = path.read_bytes()
        assert judged(content).status is Status.NEEDS_CORRECTION
        assert made_from(content) == made_from(sources[name]) != ()
        assert [f.code for f in judged(content).findings] == [
            f.code for f in judged(sources[name]).findings
        ]
        assert any("核查意见" in text for text in notes(content))
        clean = unmarked(content)
        assert notes(clean) == (["请再看一下", "留言"] if name == "commented" else [])
        assert openpyxl.load_workbook(io.BytesIO(clean)).sheetnames[0] == "封面"
        assert not any("cts-excel" in formula for formula in rules(clean))


def rules(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheets = [package.read(n).decode() for n in package.namelist() if "worksheets/s" in n]
    return [f for xml in sheets for f in re.findall(r"<cfRule.*?</cfRule>", xml, re.DOTALL)]


@pytest.mark.real_application
def test_a_copy_corrected_by_keyboard_is_graded_and_its_marks_vanish(
    libreoffice: LibreOffice, saved: dict[str, bytes], tmp_path: Path
) -> None:
    jobs = []
    for name, source in {"issued": filled_bytes(built_in(), FAULTY), **saved}.items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(marked(source))
        jobs.append(Job(path, TYPED, (tmp_path / f"{name}_corrected.xlsx",)))
    libreoffice.fill(jobs)
    for job in jobs:
        content = job.targets[0].read_bytes()
        outcome = judged(content)
        assert [f.code for f in outcome.findings if f.severity.key == "error"] == []
        assert outcome.status is Status.GRADED
        clean = marked_copy(content, outcome)
        assert not any("核查意见" in text and "错误" in text for text in notes(clean))
        assert judged(clean).score == outcome.score
