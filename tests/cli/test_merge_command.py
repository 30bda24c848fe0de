"""``cts-excel merge``, as a team runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from altering import answers, built_in

from cts_excel.workbook.form.answers import Answers, RatingAnswer
from cts_excel.workbook.form.filling import filled_bytes

RunCli = Callable[..., Any]
CLAUSES = [indicator.clause for indicator in built_in().indicators]
BAND = built_in().bands[-1].label


def write(path: Path, clauses: list[str], **cover: str) -> Path:
    ratings = {clause: RatingAnswer(BAND, Decimal("0.85"), "查阅记录") for clause in clauses}
    filled = Answers(cover={**answers().cover, "评审员": path.stem, **cover}, ratings=ratings)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(filled_bytes(built_in(), filled))
    return path


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(Path("张三.xlsx"), CLAUSES[:25])
    write(Path("李四.xlsx"), CLAUSES[25:])
    return tmp_path


def test_two_halves_make_one_workbook(run_cli: RunCli, team: Path) -> None:
    shown = run_cli("merge", "张三.xlsx", "李四.xlsx", "-o", "team.xlsx")
    assert (shown.code, shown.err) == (0, "")
    assert "cts-excel check team.xlsx" in shown.out
    assert run_cli("check", "team.xlsx").code == 0


def test_what_is_open_is_shown_and_exits_1(run_cli: RunCli, team: Path) -> None:
    text = Path("张三.xlsx").read_bytes()
    write(Path("李四.xlsx"), CLAUSES[30:], 审核方式="远程")
    shown = run_cli("merge", "张三.xlsx", "李四.xlsx", "-o", "team.xlsx")
    assert shown.code == 1
    assert "Nobody rated: {}.".format(", ".join(CLAUSES[25:30])) in shown.out
    assert "审核方式" in shown.out
    assert "远程" in shown.out
    assert Path("张三.xlsx").read_bytes() == text


def test_json_holds_every_answer_with_its_files(run_cli: RunCli, team: Path) -> None:
    write(Path("李四.xlsx"), CLAUSES[30:], 审核方式="远程")
    shown = run_cli("merge", "张三.xlsx", "李四.xlsx", "-o", "team.xlsx", "--json")
    document = json.loads(shown.out)
    assert (shown.code, document["complete"]) == (1, False)
    assert document["files"] == ["张三.xlsx", "李四.xlsx"]
    assert document["unanswered"] == CLAUSES[25:30]
    rated = {x["clause"]: x["files"] for x in document["answers"] if x["clause"]}
    assert set(rated) == set(CLAUSES) - set(CLAUSES[25:30])
    assert rated[CLAUSES[30]] == ["李四.xlsx"]
    (one,) = document["open"]
    assert one["answer"] == "审核方式"
    assert {"value": "远程", "files": ["李四.xlsx"]} in one["values"]


def test_files_of_one_name_are_told_apart_by_their_folders(run_cli: RunCli, team: Path) -> None:
    write(Path("a/part.xlsx"), CLAUSES[:25])
    write(Path("b/part.xlsx"), CLAUSES[25:])
    shown = run_cli("merge", "a/part.xlsx", "b/part.xlsx", "-o", "team.xlsx", "--json")
    assert json.loads(shown.out)["files"] == ["a/part.xlsx", "b/part.xlsx"]


def test_nothing_is_written_over(run_cli: RunCli, team: Path) -> None:
    before = Path("张三.xlsx").read_bytes()
    pair = ("张三.xlsx", "李四.xlsx")
    refused = run_cli("merge", *pair, "-o", "张三.xlsx", "--force")
    assert (refused.code, "cannot replace" in refused.err) == (2, True)
    Path("team.xlsx").write_bytes(b"mine")
    refused = run_cli("merge", *pair, "-o", "team.xlsx")
    assert (refused.code, "--force" in refused.err) == (2, True)
    assert Path("team.xlsx").read_bytes() == b"mine"
    assert run_cli("merge", *pair, "-o", "team.xlsx", "--force").code == 0
    assert Path("张三.xlsx").read_bytes() == before


def test_what_does_not_belong_together_is_refused(run_cli: RunCli, team: Path) -> None:
    write(Path("王五.xlsx"), [], 项目编号="ZJ-OTHER")
    Path("text.xlsx").write_text("text", encoding="utf-8")
    for names, code, said in (
        (("张三.xlsx",), 2, "two workbooks"),
        (("张三.xlsx", "张三.xlsx"), 2, "named twice"),
        (("张三.xlsx", "李四.xlsx", "王五.xlsx"), 2, "王五.xlsx: another audit than 张三.xlsx"),
        (("张三.xlsx", "text.xlsx"), 3, "text.xlsx: F08"),
    ):
        refused = run_cli("merge", *names, "-o", "team.xlsx")
        assert (refused.code, said in refused.err) == (code, True), refused.err
        assert not Path("team.xlsx").exists()
