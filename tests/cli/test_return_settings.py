"""``[return]`` in the settings: one meaning per value, and it reaches the marked copies."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from altering import answers, built_in, judged

from cts_excel.cli.settings import SettingsError, return_terms
from cts_excel.workbook.form.filling import filled_bytes

RunCli = Callable[..., Any]


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")  # 2026-09-21


def write(*lines: str) -> None:
    Path("cts-excel.toml").write_text("\n".join(("[return]", *lines, "")), encoding="utf-8")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('"10 个工作日"', "10 个工作日"),
        ('" 收到后\\n两周内 "', "收到后 两周内"),
        ("10", "收到后 10 天内"),
        ('"１０"', "收到后 10 天内"),
        ("2026-12-31", "不迟于 2026-12-31"),
        ('"2026-12-31"', "不迟于 2026-12-31"),
        ("2026-09-21", "不迟于 2026-09-21"),  # the day of the run is not past
    ],
)
def test_a_deadline_is_days_a_date_or_words(written: str, shown: str) -> None:
    write(f"deadline = {written}")
    assert return_terms() == {"deadline": shown}


def test_nothing_is_said_without_settings() -> None:
    assert return_terms() == {}
    write('contact = " 张三  020-1 "')
    assert return_terms() == {"contact": "张三 020-1"}


@pytest.mark.parametrize(
    "written",
    [
        *("deadline = 0", "deadline = -3", "deadline = 366", "deadline = true", "deadline = 2.5"),
        *('deadline = ""', 'deadline = "  "', 'deadline = ["10"]', "deadline = 12:00:00"),
        *("deadline = 2026-12-31T12:00:00", "deadline = 2026-09-20", 'deadline = "2026-09-20"'),
        *('deadline = "a\\u001bb"', f'deadline = "{"天" * 81}"', "contact = 3", 'contact = ""'),
        *('contact = ["张三"]', 'contact = "a\\u0007b"', f'contact = "{"三" * 81}"'),
    ],
)
def test_what_is_no_deadline_or_contact_is_refused_with_its_repair(written: str) -> None:
    write(written)
    with pytest.raises(SettingsError) as refused:
        return_terms()
    words = str(refused.value)
    assert words.startswith("cts-excel.toml [return]: ")
    name = written.partition(" ")[0]
    assert f"{name} = " in words
    assert ("quotes" in words, "2026-12-31" in words) == (True, name == "deadline")


def test_a_wrong_name_is_refused_where_it_is_used_and_where_it_is_shown(run_cli: RunCli) -> None:
    write('dedline = "x"')
    for command in ("grade", "config"):
        refused = run_cli(command)
        assert refused.code == 2
        assert "'dedline'" in refused.err
        assert "deadline, contact" in refused.err
    assert run_cli("standard").code == 0  # no concern of a command that sends nothing back


def test_config_shows_what_grade_takes(run_cli: RunCli) -> None:
    write("deadline = 2026-12-31", 'contact = "张三"')
    shown = run_cli("config").out
    assert '[return]\ndeadline = "2026-12-31"\ncontact = "张三"\n' in shown
    Path("cts-excel.toml").write_text(shown, encoding="utf-8")
    assert return_terms() == {"deadline": "不迟于 2026-12-31", "contact": "张三"}


def listed(run: str) -> list[str]:
    content = Path(run, "returned", "a.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(content))["修改清单"]
    return [str(cell.value) for row in sheet for cell in row if cell.value]


def test_marked_copies_of_a_run_say_what_is_set_now_and_not_what_was(run_cli: RunCli) -> None:
    Path("in").mkdir()
    faulty = filled_bytes(built_in(), answers(cover={"审核组长": None}))
    Path("in", "a.xlsx").write_bytes(faulty)
    Path("in", "b.xlsx").write_bytes(filled_bytes(built_in(), answers(cover={"项目编号": "B-2"})))
    run_cli("grade", "in", "-q", "-o", "none")
    for name, days in (("ten", 10), ("again", 10), ("five", 5)):
        write(f"deadline = {days}", 'contact = "张三 020-1"')
        assert run_cli("grade", "in", "-q", "-o", name).code == 1
    reused = [json.loads(Path(run, "run.json").read_text("utf-8"))["reused"] for run in RUNS]
    assert reused == [0, 0, 2, 0]
    assert not any("补正期限" in text for text in listed("none"))
    top = "补正期限：收到后 {} 天内　|　联系人：张三 020-1"
    assert top.format(10) in listed("ten")
    assert top.format(5) in listed("five")
    same = [Path(run, "returned", "a.xlsx").read_bytes() for run in ("ten", "again")]
    assert same[0] == same[1]
    assert judged(same[0]).findings == judged(faulty).findings
    assert run_cli("verify", "ten").code == 0


RUNS = ("none", "ten", "again", "five")
