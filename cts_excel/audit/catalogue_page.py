"""The catalogue as a page: ``python -m cts_excel.audit.catalogue_page > docs/findings.md``."""

from __future__ import annotations

from cts_excel.audit.catalogue import CATALOGUE, Entry
from cts_excel.audit.findings import Severity

_FAMILIES = {
    "F": "The file",
    "W": "The workbook",
    "C": "The cover (封面)",
    "R": "Ratings (评分表)",
    "S": "Special items (特别项)",
    "T": "Stated results against recomputed ones",
    "D": "The same audit twice",
    "I": "Issue: proof and roster",
    "A": "Alterations of what was issued (.xlsx and .xlsm)",
    "M": "Migration into another workbook",
}
_HEAD = """# Findings

Generated from the catalogue (`cts_excel/audit/catalogue.py`) by
`python -m cts_excel.audit.catalogue_page`; do not edit.

Severity: **error** withholds the level, **warning** needs a look, **notice** is for the record.

Effect, what a finding means for the result:

- *changes the result*: a level is withheld, or points or level differ from what was stated;
- *could have changed it*: nothing shows that it did, and it might have;
- *harmless*: what applications and people do to a workbook without touching the result.

A finding whose impact was computed (`-5.50，四星级→三星级`: recomputed minus stated points,
stated to recomputed level) changes the result whatever its kind can do. Findings are listed by
severity, then by level moved, points moved and effect. A policy switch can raise a severity, and
with it the effect.

What is not an alteration: fonts, styles, widths and print set-up; how an application writes a
formula (blanks, case, quotes round sheet names, `TRUE()`, `_xlfn.`, shared formulas, brackets that
change nothing, `-(-(x))` for `--x`, `X:X` for `X`); a list given as its cells in place of its name,
a rule listed twice or cell by cell; numbers stored as texts; prompts; *very hidden* that became
*hidden*, as LibreOffice saves it; formulas that moved along with their row. The same alteration in
many cells is one finding with their ranges and their number: `J4:J53`, `（50 处）`.

A locked cell never counts: weights, texts and formulas are the specification's. So removed
protection (A06) *could have changed* what the assessor saw or answered, and never the recomputed
scores; it is a warning because the form was no longer the issued one while it was filled in.
"""


def page() -> str:
    """Write every code with its severity, effect, title and repair in both languages (Markdown)."""
    sections = [_HEAD]
    for letter in dict.fromkeys(entry.code.family for entry in CATALOGUE.values()):
        rows = [_row(entry) for entry in CATALOGUE.values() if entry.code.family == letter]
        head = "| code | severity | effect | what | repair |\n|---|---|---|---|---|"
        sections.append("\n".join((f"## {letter}: {_FAMILIES[letter]}\n", head, *rows, "")))
    return "\n".join(sections)


def _row(entry: Entry) -> str:
    severity = Severity(entry.severity).key
    texts = (
        f"{entry.title['en']}<br>{entry.title['zh']}",
        f"{entry.repair['en']}<br>{entry.repair['zh']}",
    )
    what, repair = (text.replace("|", "\\|").replace("{", "‹").replace("}", "›") for text in texts)
    return f"| {entry.code} | {severity} | {entry.effect.value} | {what} | {repair} |"


if __name__ == "__main__":
    print(page(), end="")
