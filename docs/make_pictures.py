"""Draw the pictures of README and docs anew: workbook -> PDF -> PNG, through LibreOffice.

Run by ``make pictures``; needs ``soffice`` and ``pdftoppm`` on the path.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cts_excel.api import grade_paths

from cts_excel.demo import write_demo
from cts_excel.standard.loading import load_standard

IMAGES = Path(__file__).with_name("images")
RESOLUTION = 110  # dots per inch: sharp on a page, small in a repository


def main() -> None:
    """Grade the demo in a temporary folder and draw what a reader should see first."""
    for program in ("soffice", "pdftoppm"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is not on the path; install LibreOffice and poppler.")
    standard = load_standard()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_demo(work / "input", standard)
        grade_paths([work / "input"], output=work / "run", standard=standard)
        filled = min((work / "input").glob("*.xlsx"))
        draw(filled, {1: "audit-workbook-cover", 2: "audit-workbook"}, work)
        draw(work / "run" / "summary.xlsx", {1: "overview"}, work)


def draw(workbook: Path, pages: dict[int, str], work: Path) -> None:
    """Draw the 1-based PDF pages of a workbook under the names given."""
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
    )
    pdf = work / f"{workbook.stem}.pdf"
    for page, name in pages.items():
        target = IMAGES / name
        only = ["-f", str(page), "-l", str(page), "-singlefile"]
        subprocess.run(  # noqa: S603
            ["pdftoppm", "-png", "-r", str(RESOLUTION), *only, str(pdf), str(target)],  # noqa: S607
            check=True,
        )


if __name__ == "__main__":
    main()
