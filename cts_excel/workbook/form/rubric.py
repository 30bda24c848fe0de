"""评分说明: bands, levels and special rules of the specification, verbatim."""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.parts import FormBuilder, write_section, write_text, write_top
from cts_excel.workbook.form.style import row_height

_LABEL_WIDTH, _TEXT_WIDTH = 24.0, 120.0
_ONE_PAGE = 650.0  # points of lines that are still legible when shrunk to one page


def write_rubric(form: FormBuilder) -> None:
    """Write 评分说明."""
    sheet, formats = form.add_sheet(layout.RUBRIC), form.formats
    sheet.set_column(0, 0, _LABEL_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    write_top(form, sheet, layout.RUBRIC, (1, 1))
    row, height = layout.HEADLINE_ROW, 0.0
    for number, (heading, lines) in enumerate(_sections(form.standard)):
        row += 1
        write_section(form, sheet, row, (0, 1), f"{'一二三四五六'[number]}、{heading}")
        for label, text in lines:
            row += 1
            write_text(sheet, row, 0, label, formats["label"])
            write_text(sheet, row, 1, text, formats["text"])
            needed = row_height((label, _LABEL_WIDTH), (text, _TEXT_WIDTH))
            sheet.set_row(row, needed)
            height += needed
        row += 1
    sheet.print_area(0, 0, row, 1)
    if height <= _ONE_PAGE:
        sheet.fit_to_pages(1, 1)


def _sections(standard: Standard) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    deduction, bonus = standard.special.deduction, standard.special.bonus
    yield (
        "评分档与要点",
        [(b.label, "\n".join(f"■ {bullet}" for bullet in b.bullets)) for b in standard.bands],
    )
    yield (
        "级别",
        [(level.label, level.statement) for level in standard.levels]
        + [
            (
                standard.not_passed.label,
                f"最终得分低于 {plain(standard.lowest_level.minimum)} 分",
            )
        ],
    )
    yield (
        "特别项",
        [
            (deduction.title, f"{deduction.rule}\n{deduction.statement}"),
            (bonus.title, f"{bonus.rule}\n{bonus.statement}"),
        ],
    )
    yield "计分方法", list(_method(standard))


def _method(standard: Standard) -> Iterator[tuple[str, str]]:
    deduction, bonus = standard.special.deduction, standard.special.bonus
    yield "单项得分", "分值 × 评分比例；评分比例须在所选评分档内（含上下限）。"
    if standard.prorates:
        whole = plain(standard.total)
        yield "基础得分", f"各项得分之和 ÷ 适用分值 × {whole}（不适用的指标不计入适用分值）。"
    else:
        yield "基础得分", "各项得分之和。"
    yield (
        "最终得分",
        f"基础得分 − 特别扣分（每项 {plain(deduction.points)} 分）＋ 特别加分"
        f"（合计最多 {plain(bonus.limit)} 分），不低于 0；按未修约的数值判定级别。",
    )
