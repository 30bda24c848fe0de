"""Refusals of a standard file word for word, for faults that no single changed line makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_excel.standard.loading import MAX_BYTES, StandardError, load_standard
from cts_excel.standard.places import line_of, name_of
from cts_excel.standard.values import CELL_UNITS

SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"
TEXT = SMALL.read_text("utf-8")


def _refused(path: Path) -> StandardError:
    with pytest.raises(StandardError) as caught:
        load_standard(path)
    return caught.value


def _told(tmp_path: Path, text: str | bytes) -> str:
    """Return the refusal of a text from the file's name on."""
    file = tmp_path / "mine.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(_refused(file)).removeprefix(f"{tmp_path}/")


def _changed(old: str, new: str) -> str:
    assert TEXT.count(old) == 1
    return TEXT.replace(old, new)


def test_what_is_not_toml_is_refused_at_its_line(tmp_path: Path) -> None:
    told = _told(tmp_path, "format = 1\nid = = 2\n")
    assert told.startswith("mine.toml:2: not valid TOML: Invalid value")
    assert told.endswith(". Correct it there.")


def test_what_ends_early_is_refused_at_the_last_line_with_content(tmp_path: Path) -> None:
    told = _told(tmp_path, 'format = 1\nid = """x\ny\n\n')
    assert told.startswith("mine.toml:3: not valid TOML: Unterminated")


def test_what_python_cannot_place_is_refused_without_a_line(tmp_path: Path) -> None:
    told = _told(tmp_path, _changed("total = 40", "total = " + "4" * 9999))
    assert told.startswith("mine.toml: not valid TOML: ")
    deep = _told(tmp_path, "format = " + "[" * 100_000)
    assert deep == "mine.toml: nested too deeply. Correct it there."


def test_what_is_no_readable_file(tmp_path: Path) -> None:
    assert str(_refused(tmp_path)) == f"{tmp_path}: not a file. Name the TOML file itself."
    missing = tmp_path / "none.toml"
    assert (
        str(_refused(missing))
        == f"{missing}: cannot be read: no such file or folder. Check the path."
    )
    odd = _refused(tmp_path / "a\0b")
    assert odd.place == repr(str(tmp_path / "a\0b"))
    assert odd.repair == "Check the path."
    assert _told(tmp_path, b"a = 1\n\n# \xd6\xd0\n") == (
        "mine.toml:3: not UTF-8. Save the file as UTF-8."
    )
    assert _told(tmp_path, b"#" * (MAX_BYTES + 1)) == (
        "mine.toml: larger than 4 MiB. Name the TOML file of a specification."
    )


def test_a_file_of_the_most_bytes_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    content = TEXT.encode() + b"\n#"
    file.write_bytes(content + b"#" * (MAX_BYTES - len(content)))
    assert load_standard(file) == load_standard(SMALL)


def test_bands_that_end_early(tmp_path: Path) -> None:
    text = _changed("优（85%-100%）", "优").replace("high = 1\n", "high = 0.9\n")
    line = text[: text.index("high = 0.9")].count("\n") + 1
    assert _told(tmp_path, text) == (
        f"mine.toml:{line} [[bands]] no. 4, high: the last band ends at 0.9, not at 1."
        " Add the missing band or write fractions of 1."
    )


def test_a_band_may_not_end_above_one(tmp_path: Path) -> None:
    text = _changed("优（85%-100%）", "优").replace("high = 1\n", "high = 1.5\n")
    assert _told(tmp_path, text).endswith("'high' (1.5) is above 1. Write 85% as 0.85.")


@pytest.mark.parametrize("label", ["金 级", "金\u3000级", "金级"])
def test_labels_that_look_alike_are_taken(tmp_path: Path, label: str) -> None:
    told = _told(tmp_path, _changed('label = "银级"', f'label = "{label}"'))
    assert f"the label '{label}' is taken. Give each level its own." in told


@pytest.mark.parametrize("character", ["\\uFFFF", "\\uFFFE", "\\U0001FFFE", "\\u2028", "\\u200B"])
def test_characters_that_a_workbook_cannot_show(tmp_path: Path, character: str) -> None:
    told = _told(tmp_path, _changed("疏散通道", f"疏散{character}通道"))
    number = character[2:].lstrip("0")
    assert told.endswith(
        f"an invisible or control character, U+{number}, stands in the text."
        " Remove it; a text is one line."
    )


def test_a_text_of_the_most_units_fits_and_one_more_does_not(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    title = 'rule = "'
    assert title in TEXT
    head, _quote, rest = TEXT.partition(title)
    tail = rest.partition('"')[2]
    file.write_text(f'{head}{title}{"长" * CELL_UNITS}"{tail}', "utf-8")
    assert load_standard(file).special.deduction.rule == "长" * CELL_UNITS
    told = _told(tmp_path, f'{head}{title}{"长" * (CELL_UNITS + 1)}"{tail}')
    assert told.endswith("the text has 32768 characters, at most 32767 fit. Shorten it.")


def test_a_place_is_named_for_people() -> None:
    assert name_of("indicators[3].weight") == "[[indicators]] no. 4, weight"
    assert name_of("bands[0]") == "[[bands]] no. 1"
    assert name_of("special.bonus.points") == "special.bonus.points"


def test_lines_of_keys_with_dots_and_blanks() -> None:
    text = 'a . "b" = 1\n"c d" . e = 2\n[[x]]\n[[x.y]]\nz = {b = [1, "]"]}\nk = 3\n[[x.y]]\n[[x]]\n'
    places = {"a": None, "x[0]": 3, "x[0].y[0]": 4, "x[0].y[0].z": 5, "x[0].y[0].k": 6}
    assert {path: line_of(path, text) for path in places} == places
    assert line_of("x[0].y[1]", text) == 7
    assert line_of("x[1].y[9].k", text) == 8
    assert line_of("p.q", "p . q = 1\n") == 1
    assert line_of("p.q.r", "\n p.q .r=1") == 2
