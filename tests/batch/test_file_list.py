"""Many files in little memory."""

from __future__ import annotations

import os
from array import array

from hypothesis import given
from hypothesis import strategies as st

from cts_excel.batch.inputs.file_list import FileList, Tasks
from cts_excel.batch.inputs.found import Found
from cts_excel.files.visible import visible

paths = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"])
) | st.binary().map(lambda name: os.fsdecode(name.replace(b"\0", b"")))


@given(st.lists(st.builds(lambda p, n, t: Found(p, visible(p), n, t), paths, st.booleans(), paths)))
def test_it_holds_what_was_put_in(files: list[Found]) -> None:
    held = FileList(files)
    assert list(held) == files
    assert [held[number] for number in range(len(held))] == files
    assert held == FileList(iter(files))


def test_tasks_are_numbered_slices() -> None:
    files = FileList(Found(f"/{n}", f"{n}") for n in range(5))
    tasks = Tasks(files, array("Q", [1, 3, 4]))
    assert len(tasks) == 3
    assert tasks[1:9] == ((3, files[3]), (4, files[4]))


def test_a_file_costs_little_more_than_its_name() -> None:
    files = FileList(
        Found(f"/returned/{n:06d}.xlsx", f"returned/{n:06d}.xlsx") for n in range(1000)
    )
    assert len(files._texts) < 1000 * (22 + 21 + 4)
    assert files != FileList()
