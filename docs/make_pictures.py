"""Draw the pictures of README and docs anew: workbooks through LibreOffice, terminals through rich.

Run by ``make pictures``; needs ``soffice`` and ``pdftoppm`` on the path.
"""

from __future__ import annotations

import csv
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from cts_excel.cli.help_page import columns

IMAGES = Path(__file__).with_name("images")
RESOLUTION = 110  # dots per inch: sharp on a page, small in a repository
LANGUAGES = ("en", "zh")
# The terminal's own fonts first; a Chinese one of the same kind must be among them.
FONTS = "Consolas, Menlo, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'Microsoft YaHei', monospace"
TITLE = "cts-excel"
WIDTH = 100  # columns of a terminal
COLUMN = 12.2  # width of one in rich's pictures
A4_LANDSCAPE = (11.69, 8.27)  # inches
ENVIRONMENT = os.environ | {"SOURCE_DATE_EPOCH": "1764547200"}  # pictures that stay the same

_SHOW = """
import sys
from cts_excel.messages import use_language
use_language(sys.argv[1])
import rich.console
from rich.console import Console
width, target, title = int(sys.argv[2]), sys.argv[3], sys.argv[4]
made = Console(record=True, width=width, force_terminal=True, highlight=False)
from cts_excel.cli import showing
showing.console = lambda **_given: made
import click
def echo(message="", **_given):
    made.print(message, markup=False, soft_wrap=True)
click.echo = echo
sys.argv = ["cts-excel", *sys.argv[5:]]
from cts_excel.cli import entry
made.print("$ " + " ".join(sys.argv), style="bold", markup=False)
try:
    entry.run()
except SystemExit:
    pass
made.save_svg(target, title=title)
"""


def main() -> None:
    """Grade a demo in a temporary folder and draw what a reader should see first."""
    for program in ("soffice", "pdftoppm"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is not on the path; install LibreOffice and poppler.")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        make_run(work)
        grades = rows(work / "run" / "grades.csv")
        filled = min((row for row in grades if row["status"] == "graded"), key=by_deductions)
        pages = {
            1: "audit-workbook-cover",
            2: "audit-workbook",
            "特别扣分项 整改状态": "special-items",
        }
        draw(work / filled["file"], pages, work)
        draw(work / "run" / "summary.xlsx", {1: "overview"}, work)
        faulty = min((r for r in grades if r["status"] == "needs_correction"), key=by_errors)
        marked = next((work / "run" / "returned").glob(f"{Path(faulty['file']).stem}*.xlsx"))
        draw(marked, {1: "marked-copy-list"}, work, height=0.25)
        draw(marked, {"5.3.2.2 评分档 检查内容": "marked-copy"}, work)
        for language in LANGUAGES:
            show(work, language, "grade", "grade", "input", "-o", f"output-{language}")
            show(work, language, "check", "check", faulty["file"])


def make_run(work: Path) -> None:
    """Fill ``input/`` with the demo's workbooks and grade them into ``run/``."""
    from cts_excel.demo import write_demo
    from cts_excel.standard.loading import load_standard

    write_demo(work / "input", load_standard())
    grade = [sys.executable, "-m", "cts_excel", "grade", "input", "-o", "run", "-q"]
    subprocess.run(grade, cwd=work, env=ENVIRONMENT, check=False)  # noqa: S603


def rows(table: Path) -> list[dict[str, str]]:
    """Return the lines of a run's table."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def by_deductions(row: dict[str, str]) -> tuple[Decimal, str]:
    """Put first what shows about three special deductions."""
    return abs(Decimal(row["deductions"]) - 3), row["file"]


def by_errors(row: dict[str, str]) -> tuple[int, str]:
    """Put first what shows about four errors."""
    return abs(int(row["errors"]) - 4), row["file"]


def show(work: Path, language: str, name: str, *arguments: str) -> None:
    """Run a command in ``work`` and keep its terminal as SVG."""
    target = IMAGES / f"terminal-{name}-{language}.svg"
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _SHOW, language, str(WIDTH), str(target), TITLE, *arguments],
        cwd=work,
        env=ENVIRONMENT,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    svg = offline(target.read_text(encoding="utf-8"))
    target.write_text(svg, encoding="utf-8", newline="\n")


def offline(svg: str) -> str:
    """Take the fonts from the reader's system, and give Chinese characters their two columns."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {FONTS}")
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    return re.sub(r'x="([\d.]+)" y="([\d.]+)" textLength="[\d.]+"([^>]*)>([^<]*)<', _placed, svg)


def _placed(match: re.Match[str]) -> str:
    """Put a piece of text where its first visible character stands: not every reader of SVG keeps
    leading spaces.
    """
    text = html.unescape(match[4])
    shown = text.strip("\xa0\n ")
    x = float(match[1]) + COLUMN * (len(text) - len(text.lstrip("\xa0 ")))
    length = f'textLength="{columns(shown) * COLUMN:.1f}"' if shown else ""
    content = html.escape(shown).replace(" ", "&#160;")
    return f'x="{x:.1f}" y="{match[2]}" {length}{match[3]}>{content}<'


def draw(workbook: Path, pages: Mapping[int | str, str], work: Path, height: float = 1) -> None:
    """Draw the PDF pages of a workbook, 1-based or by their heading, under the names given.

    ``height`` is the part of the page to keep, from the top.
    """
    subprocess.run(  # noqa: S603
        [  # noqa: S607
            "soffice",
            f"-env:UserInstallation={(work / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(work),
            str(workbook),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    pdf = work / f"{workbook.stem}.pdf"
    tall = round(A4_LANDSCAPE[1] * RESOLUTION * height)
    for page, name in pages.items():
        number = str(page_of(pdf, page) if isinstance(page, str) else page)
        only = ["-f", number, "-l", number, "-singlefile", "-H", str(tall), "-x", "0", "-y", "0"]
        only += ["-W", str(round(A4_LANDSCAPE[0] * RESOLUTION))]
        subprocess.run(  # noqa: S603
            ["pdftoppm", "-png", "-r", str(RESOLUTION), *only, str(pdf), str(IMAGES / name)],  # noqa: S607
            check=True,
        )


def page_of(pdf: Path, words: str) -> int:
    """Find the first page that holds all of some words."""
    done = subprocess.run(  # noqa: S603
        ["pdftotext", "-layout", str(pdf), "-"],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    )
    for number, text in enumerate(done.stdout.split("\f"), start=1):
        if all(word in text for word in words.split()):
            return number
    raise LookupError(f"{pdf.name}: no page holds {words}")


if __name__ == "__main__":
    main()
