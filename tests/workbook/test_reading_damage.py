"""Damaged workbooks: every one is read or refused, none ends in another error."""

from __future__ import annotations

import random

from altering import filled, judged, with_parts

from cts_excel.audit.grading import rejected
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.workbook.read_audit import NotReadableError

PARTS = (
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
    "docProps/custom.xml",
    *(f"xl/worksheets/sheet{n}.xml" for n in (1, 2, 3, 5)),
)
SPLICES = (
    "<",
    ">",
    '"',
    "&",
    "&#0;",
    "]]>",
    "<!--",
    "\ud7ff",
    "-1",
    "1e999",
    "<c/>",
    "</row>",
    "s",
)


def spoiled(xml: str, chance: random.Random) -> str:
    """Change, cut out, repeat or insert something at a random place."""
    at = chance.randrange(len(xml))
    length = chance.choice((1, 2, 8, 40, 400))
    piece = xml[at : at + length]
    new = chance.choice(("", piece * 2, chance.choice(SPLICES), chance.choice(SPLICES) + piece))
    return xml[:at] + new + xml[at + length :]


def test_spoiled_parts_are_read_or_refused_and_no_other_score_goes_unremarked() -> None:
    chance = random.Random(27922)
    whole = judged(filled()).score
    ends = {Status.REJECTED: 0, Status.GRADED: 0, Status.NEEDS_CORRECTION: 0}
    for number in range(250):
        name = PARTS[number % len(PARTS)]
        outcome = end_of(with_parts(filled(), {name: lambda xml: spoiled(xml, chance)}))
        ends[outcome.status] += 1
        assert outcome.findings or outcome.score == whole
    assert min(ends.values()) >= 10


def end_of(content: bytes) -> Outcome:
    """Judge a file, refused or not."""
    try:
        return judged(content)
    except NotReadableError as error:
        return rejected("a.xlsx", "", error.reason, found=error.found, expected=error.expected)


def test_spoiled_bytes_are_read_or_refused() -> None:
    chance = random.Random(20250816)
    whole, refused = judged(filled()).score, 0
    for _number in range(150):
        content = bytearray(filled())
        for _flip in range(chance.choice((1, 1, 3, 20))):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        outcome = end_of(bytes(content))
        refused += outcome.status is Status.REJECTED
        assert outcome.findings or outcome.score == whole
    assert 10 < refused < 150
