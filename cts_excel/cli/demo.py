"""``cts-excel demo``."""

from __future__ import annotations

from pathlib import Path

import click

from cts_excel.cli.options import standard_option
from cts_excel.messages import _

INPUT, OUTPUT = Path("input/demo"), Path("output/demo")


@click.command(
    name="demo",
    help=_(
        "Make 60 filled workbooks under input/demo/, a quarter with the mistakes that really come "
        "back, grade them into output/demo/ and say what to open."
    ),
)
@standard_option
def command(standard_path: str | None) -> int:
    """Replace what an earlier demo made, and nothing else."""
    from cts_excel.api import RunOptions, grade_run, load_standard
    from cts_excel.cli.grade import show_result
    from cts_excel.cli.progress import progress_shown
    from cts_excel.demo import clear_demo, write_demo

    standard = load_standard(standard_path)
    clear_demo(INPUT, OUTPUT)
    paths = write_demo(INPUT, standard)
    click.echo(_("Wrote {} filled workbooks to {}.").format(len(paths), INPUT), err=True)
    options = RunOptions(paths=(str(INPUT),), output=str(OUTPUT), standard_path=standard_path)
    with progress_shown(quiet=False) as progress:
        result = grade_run(options, standard, progress)
    show_result(result)
    click.echo(_("Open {} first: it is what management sees.").format(result.summary))
    click.echo(_("Then {}: it is what an assessor fills in.").format(min(paths)))
    return 0
