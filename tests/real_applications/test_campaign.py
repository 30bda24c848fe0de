"""A campaign through LibreOffice: what comes back is told apart exactly, and the proof holds."""

from __future__ import annotations

import csv
import itertools
import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from form_cells import cover_input
from real_applications.harness import LibreOffice, Validator

from cts_excel.api import grade_paths
from cts_excel.audit.chasing import RosterRow
from cts_excel.audit.cover import Cover
from cts_excel.audit.proof import Key, ProofVerdict, Sealed, verify
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form.answers import Answers
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.issuing.issue import IssueRecord, issue_workbooks
from cts_excel.workbook.issuing.key_file import load_key, new_key
from cts_excel.workbook.issuing.prefill import prefilled_bytes
from cts_excel.workbook.issuing.roster import Roster
from cts_excel.workbook.read_audit import read_audit

pytestmark = pytest.mark.real_application
STANDARD = load_standard()
ORGANISATION, AUDIT_NO = cover_input("organisation"), cover_input("audit_no")
LEAD = cover_input("lead_assessor")
ALTERED_CELLS = {
    ORGANISATION: "另一家公司",
    AUDIT_NO: "ZJ-9999",
    LEAD: "王五",
}  # of three workbooks
MOST_ARGUMENTS = 200  # LibreOffice passes over what comes after some 250, without a word
# 企业名称 and 项目编号 are under the proof; the lead assessor only on the roster.
ALTERED_CODES = (["I03", "I08"], ["I03", "I08"], ["I08"])


def roster(size: int) -> Roster:
    rows = (
        RosterRow(
            n + 1,
            Cover(
                organisation=f"第{n}电器（北京）有限公司",
                scope="售后 & 维修",
                audit_no=f"ZJ-{n:04d}",
                audit_type="初次认证",
                audit_method="现场",
                start_date=date(2025, 9, 1 + n % 28),
                end_date=date(2025, 10, 1),
                lead_assessor="张三",
                assessor="李四",
            ),
        )
        for n in range(1, size + 1)
    )
    return Roster(tuple(rows), (), ())


def issue(folder: Path, size: int) -> tuple[IssueRecord, Path]:
    key_file = folder / "office.key"
    counter = itertools.count(1)
    record = issue_workbooks(
        roster(size),
        STANDARD,
        folder / "issued",
        key=new_key(key_file),
        new_id=lambda: f"{next(counter):032x}",
    )
    return record, key_file


def alter(path: Path, cell: str, value: str) -> None:
    """Change a locked cell as a program can, which asks for no password."""
    workbook = openpyxl.load_workbook(path)
    workbook["封面"][cell] = value
    workbook.save(path)


def foreign(number: int) -> bytes:
    """Make a workbook that nobody issued: the first with a made-up issue id, the second without."""
    cover = {"企业名称": f"外来{number}公司", "项目编号": f"WL-{number}"}
    forged = f"{'e' * 32}.{'d' * 128}" if number == 1 else ""
    return template_bytes(STANDARD, answers=Answers(cover=cover), issue_id=forged)


def codes_of(run: Path, family: str = "") -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    with (run / "findings.csv").open(encoding="utf-8-sig", newline="") as lines:
        for line in csv.DictReader(lines):
            if line["code"].startswith(family):
                codes.setdefault(Path(line["file"]).name, []).append(line["code"])
    return codes


@pytest.mark.parametrize(
    ("size", "returned"), [(40, 33), pytest.param(500, 430, marks=pytest.mark.slow)]
)
def test_the_report_names_exactly_what_is_missing_altered_and_foreign(
    libreoffice: LibreOffice, tmp_path: Path, size: int, returned: int
) -> None:
    record, key_file = issue(tmp_path, size)
    files = [one.file for one in record.issued[:returned]]
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    for file in files:
        shutil.copy(record.folder / file, outbox / file)
    altered = files[3], files[returned // 2], files[-1]
    for file, (cell, value) in zip(altered, ALTERED_CELLS.items(), strict=True):
        alter(outbox / file, cell, value)
    never_issued = ("外来1.xlsx", "外来2.xlsx")
    for number, file in enumerate(never_issued, start=1):
        (outbox / file).write_bytes(foreign(number))
    inbox = tmp_path / "inbox"
    sent = [outbox / file for file in (*files, *never_issued)]
    for first in range(0, len(sent), MOST_ARGUMENTS):
        libreoffice.convert(sent[first : first + MOST_ARGUMENTS], "xlsx", inbox)
    result = grade_paths(
        [inbox],
        output=tmp_path / "run",
        roster=record.folder / "issued.csv",
        key_file=key_file,
        jobs=2,
    )
    codes = codes_of(tmp_path / "run", "I")
    expected = dict(zip(altered, ALTERED_CODES, strict=True))
    expected |= dict(zip(never_issued, (["I02", "I07"], ["I01", "I07"]), strict=True))
    assert {file: sorted(found) for file, found in codes.items()} == expected
    state = result.chase
    assert state is not None
    assert [m.issued.file for m in state.missing] == [o.file for o in record.issued[returned:]]
    assert sorted(Path(file.file).name for file in state.not_issued) == list(never_issued)
    differing = {Path(m.returned.file).name for m in state.matches if m.mismatches}
    assert differing == set(altered)


def test_every_way_to_carry_the_proof_elsewhere_is_caught_after_a_re_save(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """Flip every signed field in the file itself, transplant, and save all with LibreOffice."""
    record, key_file = issue(tmp_path, 2)
    first, second = (record.folder / one.file for one in record.issued)
    made = tmp_path / "made"
    made.mkdir()
    changes = {
        "untouched": {},
        "organisation": {("封面", ORGANISATION): "另一家公司"},
        "audit_no": {("封面", AUDIT_NO): "ZJ-9999"},
        "format": {("_cts", "B2"): "0"},
        "digest": {("_cts", "B5"): "0" * 64},
        "issue_id": {("_cts", "B6"): "f" * 32 + record.issued[0].issue_id[32:]},
        "proof": {("_cts", "B6"): record.issued[0].issue_id[:-1] + "x"},
        "no_proof": {("_cts", "B6"): record.issued[0].issue_id[:32]},
        "transplanted": {("_cts", "B6"): record.issued[1].issue_id},
    }
    for name, cells in changes.items():
        workbook = openpyxl.load_workbook(first)
        for (sheet, cell), value in cells.items():
            workbook[sheet][cell] = value
        workbook.save(made / f"{name}.xlsx")
    shutil.copy(second, made / "second.xlsx")
    saved = tmp_path / "saved"
    libreoffice.convert(sorted(made.iterdir()), "xlsx", saved)
    grade_paths([saved / "second.xlsx"], output=tmp_path / "run", key_file=key_file)
    assert set(itertools.chain(*codes_of(tmp_path / "run").values())) == {"R01"}
    key = load_key(key_file)
    verdicts = {path.stem: _verdict(path, key) for path in sorted(saved.iterdir())}
    assert verdicts == {
        "untouched": ProofVerdict.GENUINE,
        "second": ProofVerdict.GENUINE,
        "organisation": ProofVerdict.ALTERED,
        "audit_no": ProofVerdict.ALTERED,
        "format": ProofVerdict.ALTERED,
        "digest": ProofVerdict.ALTERED,
        "issue_id": ProofVerdict.NOT_ISSUED,
        "proof": ProofVerdict.ALTERED,
        "no_proof": ProofVerdict.NO_PROOF,
        "transplanted": ProofVerdict.TRANSPLANTED,
    }


def _verdict(path: Path, key: Key) -> ProofVerdict:
    audit = read_audit(path.read_bytes(), STANDARD)
    sealed = Sealed(
        audit.identity.digest,
        audit.identity.format_version,
        audit.cover.organisation,
        audit.cover.audit_no,
    )
    return verify(key, audit.identity.issue_id, sealed).verdict


def test_issued_workbooks_are_valid(ooxml_validator: Validator, tmp_path: Path) -> None:
    for row in roster(2).rows:
        path = tmp_path / f"{row.number}.xlsx"
        path.write_bytes(prefilled_bytes(STANDARD, row.cover, "id.proof"))
        assert ooxml_validator(path) == []
        assert openpyxl.load_workbook(BytesIO(path.read_bytes())).sheetnames[0] == "封面"
