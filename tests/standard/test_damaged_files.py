"""However a standard file is damaged, it loads whole or is refused in words: no traceback."""

from __future__ import annotations

import random
import re
from pathlib import Path

from cts_excel.standard.loading import StandardError, load_standard
from cts_excel.standard.showing import lines, outline

SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"
VALUES = (
    "nan", "-inf", "true", "[]", "{}", "[[1]]", "{x = {y = 1}}", "1e400", "1e-400", "-0.0", '""',
    "'''\n[[bands]]\n'''", "2024-01-01", "07:30:00", "0x10", '"\\u0000"', "99999999999999999999",
    '["", ""]', "[1, 'a']", '"\\U0001F600"', "+0.5", "1_000.5",
)  # fmt: skip


def _loads_or_is_refused(file: Path) -> str:
    refusal = None
    try:
        standard = load_standard(file)
    except StandardError as error:
        refusal = error
    if refusal is not None:
        assert re.match(re.escape(str(file)) + r"(:\d+)?", refusal.place)
        assert refusal.problem
        assert refusal.repair
        return "refused"
    assert all(lines(outline(standard)))
    assert len(standard.digest) == 64
    return "loaded"


def test_damaged_bytes_and_lines(tmp_path: Path) -> None:
    dice, whole = random.Random(1), SMALL.read_bytes()
    file = tmp_path / "damaged.toml"
    for _round in range(400):
        content = bytearray(whole)
        for _n in range(dice.randint(1, 3)):
            at = dice.randrange(len(content))
            match dice.randrange(4):
                case 0:
                    content[at] = dice.randrange(256)
                case 1:
                    del content[at : at + dice.randint(1, 40)]
                case 2:
                    content[at:at] = dice.choice(
                        (b'"', b"[", b"'''", b"\n[[bands]]\n", b"=", b"\0")
                    )
                case _:
                    content = content[: max(at, 1)]
        file.write_bytes(content)
        _loads_or_is_refused(file)


def test_any_value_in_any_place(tmp_path: Path) -> None:
    dice, rows = random.Random(2), SMALL.read_text("utf-8").split("\n")
    places = [n for n, row in enumerate(rows) if re.match(r"\w+ = [^\[]*$", row)]
    file = tmp_path / "changed.toml"
    seen = set()
    for place in places:
        for value in dice.sample(VALUES, 6):
            changed = list(rows)
            changed[place] = f"{rows[place].partition(' = ')[0]} = {value}"
            file.write_text("\n".join(changed), "utf-8")
            seen.add(_loads_or_is_refused(file))
    assert "refused" in seen


def test_any_table_taken_out_or_doubled(tmp_path: Path) -> None:
    parts = re.split(r"(?m)^(?=\[)", SMALL.read_text("utf-8"))
    file = tmp_path / "changed.toml"
    for place, part in enumerate(parts):
        for count in (0, 2):
            file.write_text("".join([*parts[:place], part * count, *parts[place + 1 :]]), "utf-8")
            kind = re.match(r"\[+([\w.]+)", part)
            expected = {"errata", "policy", "levels"} if count == 0 else {"errata"}
            fine = kind is not None and kind[1] in expected
            assert _loads_or_is_refused(file) == ("loaded" if fine else "refused"), part
