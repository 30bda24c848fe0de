"""``cts-excel compare`` and ``cts-excel migrate``, as a user runs them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from altering import answers, built_in, filled, with_parts

from cts_excel.api import read_audit
from cts_excel.workbook.form.answers import RatingAnswer
from cts_excel.workbook.form.filling import filled_bytes

RunCli = Callable[..., Any]
DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def first(tmp_path: Path) -> Path:
    path = tmp_path / "A.xlsx"
    path.write_bytes(filled())
    return path


@pytest.fixture
def second(tmp_path: Path) -> Path:
    changed = {"5.3.2.2": RatingAnswer("40%-60%", Decimal("0.5"), "查阅记录")}
    path = tmp_path / "B.xlsx"
    path.write_bytes(filled_bytes(built_in(), answers(cover={"评审员": "王五"}, ratings=changed)))
    return path


def test_differences_are_shown_side_by_side(run_cli: RunCli, first: Path, second: Path) -> None:
    shown = run_cli("compare", first, second)
    assert shown.code == 1
    lines = [line.split() for line in shown.out.splitlines()]
    assert ["封面", "评审员", "李四", "王五"] in lines
    assert ["5.3.2.2", "评分比例", "85%", "50%", "-2.45"] in lines
    assert f"A  {first}  graded  85.00  three star" in shown.out
    assert "All differences together: -2.45" in shown.out


def test_same_answers_exit_0(run_cli: RunCli, first: Path) -> None:
    shown = run_cli("compare", first, first)
    assert (shown.code, shown.out.splitlines()[-1]) == (0, "Same answers.")


def test_comparing_gives_json_to_machines(run_cli: RunCli, first: Path, second: Path) -> None:
    shown = run_cli("compare", first, second, "--json")
    document = json.loads(shown.out)
    assert shown.code == 1
    assert (document["a"]["final_score"], document["b"]["final_score"]) == ("85", "82.55")
    assert document["differences"][-1] == {
        "part": "评分表",
        "clause": "5.3.2.2",
        "answer": "评分比例",
        "a": "85%",
        "b": "50%",
        "impact_points": "-2.45",
        "impact_level": "",
    }


def test_another_type_of_file_can_be_compared(run_cli: RunCli) -> None:
    paths = [DATA / f"filled_by_libreoffice.{kind}" for kind in ("xlsx", "ods")]
    assert run_cli("compare", *paths).code == 0


def test_an_unreadable_file_is_named_with_its_reason(
    run_cli: RunCli, first: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 nothing")
    shown = run_cli("compare", first, bad)
    assert shown.code == 3
    assert (shown.out, "bad.xlsx" in shown.err, "F01" in shown.err) == ("", True, True)


def test_checking_files_together_tells_the_same_audit_twice(
    run_cli: RunCli, first: Path, tmp_path: Path
) -> None:
    again, other = tmp_path / "again.xlsx", tmp_path / "other.xlsx"
    again.write_bytes(first.read_bytes())
    changed = {"5.3.2.2": RatingAnswer("40%-60%", Decimal("0.5"), "查阅记录")}
    other.write_bytes(filled_bytes(built_in(), answers(ratings=changed)))

    def judged(*files: Path) -> tuple[int, list[tuple[str, bool, bool]]]:
        shown = run_cli("check", "--json", *files)
        codes = [(one["status"], {f["code"] for f in one["findings"]})
                 for one in json.loads(shown.out)]  # fmt: skip
        return shown.code, [(status, "D01" in c, "D02" in c) for status, c in codes]

    alone, conflict = ("graded", False, False), ("conflict", False, True)
    assert judged(first, first) == (0, [alone])
    twice = [alone, ("duplicate", True, False)]
    assert judged(again, first) == judged(first, again) == (0, twice)
    assert judged(first, other) == (1, [conflict, conflict])


def test_answers_move_into_a_fresh_workbook(run_cli: RunCli, first: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.xlsx"
    shown = run_cli("migrate", first, "-o", new)
    assert shown.code == 0
    assert f"Carried 50 ratings to {new}." in shown.out
    assert run_cli("compare", first, new).code == 0
    assert run_cli("check", new).code == 0


def test_what_cannot_be_carried_is_listed_and_exits_1(
    run_cli: RunCli, first: Path, tmp_path: Path
) -> None:
    new = tmp_path / "a new one.xlsx"
    small = DATA / "small_standard.toml"
    shown = run_cli("migrate", first, "-o", new, "--standard", small)
    assert shown.code == 1
    assert f'cts-excel check "{new}" --standard {small}' in shown.out
    assert "M02" in shown.out
    assert "5.3.2.2" in shown.out


def test_nothing_is_written_over_unless_asked(run_cli: RunCli, first: Path, second: Path) -> None:
    before = second.read_bytes()
    refused = run_cli("migrate", first, "-o", second)
    assert refused.code == 2
    assert "exists. Choose another name or add --force." in refused.err
    assert second.read_bytes() == before
    assert run_cli("migrate", first, "-o", second, "--force").code == 0
    assert run_cli("compare", first, second).code == 0
    own = run_cli("migrate", first, "-o", first, "--force")
    assert (own.code, "cannot replace the old one" in own.err) == (2, True)
    assert first.read_bytes() == filled()


def test_a_file_that_is_no_audit_workbook_is_refused_in_one_line(
    run_cli: RunCli, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    old.write_text("text", encoding="utf-8")
    shown = run_cli("migrate", old, "-o", new)
    assert shown.code == 3
    assert shown.err.startswith(f"Error: {old}: F08 ")
    assert len(shown.err.splitlines()) == 1
    assert not new.exists()


def test_an_output_is_asked_for(run_cli: RunCli, first: Path) -> None:
    shown = run_cli("migrate", first)
    assert shown.code == 2
    assert "--output" in shown.err


# C0, DEL, C1, direction marks: what steers a terminal or turns a line around
UNSAFE = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]"
)
HOSTILE = "\x1b]8;;http://evil.example\x1b\\\x9b31m\u202e\x7f\u061c甲"


def hostile(path: Path, evidence: str = "") -> Path:
    changed = {"5.3.2.2": RatingAnswer("40%-60%", Decimal("0.5"), evidence + HOSTILE)}
    cover = {"企业名称": HOSTILE, "评审员": HOSTILE}
    path.write_bytes(filled_bytes(built_in(), answers(cover=cover, ratings=changed)))
    return path


@pytest.mark.parametrize("json_option", [[], ["--json"]])
def test_nothing_in_a_workbook_steers_the_terminal(
    json_option: list[str], run_cli: RunCli, first: Path, tmp_path: Path
) -> None:
    named = hostile(tmp_path / "\x1b\u202e.xlsx")
    log = tmp_path / "log"
    for arguments in (
        ["check", named, "--log-file", log],
        ["compare", first, named],
        ["compare", hostile(tmp_path / "other.xlsx", "另"), named],
    ):
        shown = run_cli(*arguments, *json_option)
        assert "evil.example" in shown.out
        assert UNSAFE.findall(shown.out + shown.err) == []
    assert UNSAFE.findall(log.read_text(encoding="utf-8")) == []
    if json_option:
        texts = json.dumps(json.loads(run_cli("compare", first, named, "--json").out))
        assert json.dumps(HOSTILE)[1:-1] in texts


@pytest.mark.parametrize("text", [HOSTILE, "\x00\x07\x0b", "\ud800甲", "\ufffe甲"])
def test_migrating_survives_what_no_text_should_hold(
    text: str, run_cli: RunCli, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    changed = {"5.3.2.2": RatingAnswer("40%-60%", Decimal("0.5"), text)}
    entries = {"企业名称": text, "项目编号": text}
    old.write_bytes(filled_bytes(built_in(), answers(cover=entries, ratings=changed)))
    reworded = with_parts(
        old.read_bytes(),
        {
            "xl/sharedStrings.xml": lambda xml: xml.replace(
                built_in().indicators[0].text, built_in().indicators[0].text + "改_x001B_"
            )
        },
    )
    old.write_bytes(reworded)
    shown = run_cli("migrate", old, "-o", new)
    assert (shown.code, shown.err) == (1, "")
    assert "Carried 50 ratings" in shown.out
    assert UNSAFE.findall(shown.out) == []
    carried, before = (read_audit(path).cover.organisation for path in (new, old))
    assert carried == before.encode("utf-8", "backslashreplace").decode()
