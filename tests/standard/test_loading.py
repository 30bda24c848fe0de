# ruff: noqa: E501 (a table: one fault, one line)
"""Every refusal of a standard file names file and line, entry, clause, problem and repair."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cts_excel.standard.loading import BUILT_IN, MAX_BYTES, StandardError, load_standard
from cts_excel.standard.places import line_of
from cts_excel.workbook.form import layout

DATA = Path(__file__).parents[1] / "data"
SMALL = DATA / "small_standard.toml"
TEXT = SMALL.read_text("utf-8")


def refused(tmp_path: Path, text: str | bytes) -> StandardError:
    file = tmp_path / "mine.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(StandardError) as caught:
        load_standard(file)
    error = caught.value
    assert error.place.startswith(str(file))
    assert error.problem
    assert error.repair
    assert str(error) == f"{error.place}: {error.problem}. {error.repair}"
    assert "\n" not in error.place
    return error


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, f"{old!r} stands {TEXT.count(old)} times"
    return TEXT.replace(old, new)


def line_with(text: str, piece: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if piece in line)


FIRST = 'clause = "3.1.1"\nweight = 7.5'
BAND_1 = 'label = "差（0%-30%）"\nlow = 0\nhigh = 0.3'
BAND_2 = 'label = "中（30%-60%）"\nlow = 0.3\nhigh = 0.6'
GOLD = 'key = "gold"\nlabel = "金级"\nminimum = 36'
SILVER = 'key = "silver"\nlabel = "银级"\nminimum = 30.5'

# name: what stands in the small standard, what is put there instead, a piece of the line blamed,
# and words that place or problem must hold.
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "weight against the group's sum": (
        FIRST, FIRST.replace("7.5", "8.5"), "weight = 12.5",
        "[[groups]] no. 1, weight (3.1): the weights sum to 13.5, stated is 12.5",
    ),
    "section's sum": (
        "weight = 25\n", "weight = 24\n", "weight = 24",
        "[[sections]] no. 1, weight (3): the weights sum to 25, stated is 24",
    ),
    "total": ("total = 40", "total = 41", "total = 41", "total: the weights sum to 40, stated is 41"),
    "count": ("count = 4", "count = 5", "count = 5", "4 indicators stand here, 'count' says 5"),
    "weight zero": (FIRST, FIRST.replace("7.5", "0"), "weight = 0", "is not above 0"),
    "weight negative": (FIRST, FIRST.replace("7.5", "-7.5"), "weight = -7.5", "-7.5 is not a number"),
    "weight nan": (FIRST, FIRST.replace("7.5", "nan"), "weight = nan", "NaN is not a number"),
    "weight infinite": (FIRST, FIRST.replace("7.5", "inf"), "weight = inf", "is not a number"),
    "weight boolean": (
        FIRST, FIRST.replace("7.5", "true"), "weight = true",
        "no. 1, weight (3.1.1): this must be a number, not true or false",
    ),
    "weight in quotes": (
        FIRST, FIRST.replace("7.5", '"7.5"'), 'weight = "7.5"', "must be a number, not text in quotes",
    ),
    "weight with an exponent beyond all bounds": (
        FIRST, FIRST.replace("7.5", "1e999999999"), "1e999999999", "is not a number",
    ),
    "weight with an exponent that no decimal holds": (
        FIRST, FIRST.replace("7.5", "1e99999999999999999999"), "1e999", "NaN is not a number",
    ),
    "weight too fine for a cell": (
        FIRST, FIRST.replace("7.5", "7.5000001"), "7.5000001", "at most 6 decimals",
    ),
    "weight of a thousand digits": (
        FIRST, FIRST.replace("7.5", "7" * 1000), "weight = 777", "777… is not a number",
    ),
    "weight date": (FIRST, FIRST.replace("7.5", "2024-03-01"), "weight = 2024", "not a date"),
    "duplicate clause": (
        'clause = "3.1.2"', 'clause = "3.1.1"', "", "no. 2, clause (3.1.1): clause 3.1.1 stands twice",
    ),
    "orphan indicator": (
        'clause = "3.1.2"', 'clause = "3.9.2"', "3.9.2", "clause 3.9.2 has no heading 3.9",
    ),
    "orphan group": ('clause = "3.1"', 'clause = "7.1"', '"7.1"', "clause 7.1 has no heading 7"),
    "not a clause": ('clause = "3.1.2"', 'clause = "3..2"', "3..2", "is not a clause number"),
    "empty heading": (
        '[[groups]]\nclause = "4.1"',
        '[[groups]]\nclause = "4.2"\ntitle = "空"\nweight = 0\n\n[[groups]]\nclause = "4.1"',
        "", "[[groups]] no. 3 (4.2): nothing stands under 4.2",
    ),
    "band gap": (BAND_2, BAND_2.replace("0.3", "0.35"), "low = 0.35", "a gap: the band begins at 0.35"),
    "band overlap": (BAND_2, BAND_2.replace("0.3", "0.2"), "low = 0.2", "an overlap"),
    "bands not from 0": (BAND_1, BAND_1.replace("low = 0", "low = 0.1"), "low = 0.1", "begins at 0.1"),
    "band upside down": (
        BAND_1, BAND_1.replace("high = 0.3", "high = 0"), "", "'high' (0) is not above 'low' (0)",
    ),
    "last band below 1": ("high = 1\n", "high = 0.9\n", "", "the numbers say 0.85 to 0.9"),
    "bands as percents": ("high = 1\n", "high = 100\n", "high = 100", "'high' (100) is above 1"),
    "band label twice": (
        "中（30%-60%）", "差（0%-30%）", "", "the label '差（0%-30%）' stands twice",
    ),
    "band label against its numbers": (
        "中（30%-60%）", "中（30%-65%）", "30%-65%", "the label says 30%-65%, the numbers say 0.3 to 0.6",
    ),
    "band without bullet": ('["没有做法，或做法没有效果"]', "[]", "bullets = []", "no bullet"),
    "band label 不适用": ("差（0%-30%）", "不适用", 'label = "不适用"', "'不适用' has a meaning of its own"),
    "level label 未完成": ("金级\"", "未完成\"", "未完成", "'未完成' has a meaning of its own"),
    "label as formula": ("差（0%-30%）", "=1+1", "=1+1", "Excel would take '=1+1'"),
    "label as number": ("差（0%-30%）", "30%", '"30%"', "Excel would take '30%'"),
    "label as date": ("差（0%-30%）", "1-2", '"1-2"', "Excel would take '1-2'"),
    "category as formula": ("\"服务做法领先\"", '"@领先"', "@领先", "Excel would take '@领先'"),
    "label too long": ("差（0%-30%）", "差" * 51, "差差", "has 51 characters, at most 50 fit"),
    "category too long": ("\"服务做法领先\"", f'"{"优" * 256}"', "优优", "at most 255 fit"),
    "text too long for a cell": (
        "疏散通道畅通", "疏" * 32_767, "疏疏", "characters, at most 32767 fit",
    ),
    "astral text counts twice": ("疏散通道畅通", "𠮷" * 16_384, "𠮷", "at most 32767 fit"),
    "levels out of order": (
        SILVER, SILVER.replace("30.5", "36.5"), "minimum = 36.5",
        "[[levels]] no. 2, minimum (银级): minimum 36.5 is not below the level before it (36)",
    ),
    "levels equal": (SILVER, SILVER.replace("30.5", "36"), "", "is not below"),
    "level above the total": (GOLD, GOLD.replace("36", "41"), "minimum = 41", "outside 0 to 40"),
    "level at zero": ("minimum = 24", "minimum = 0", "minimum = 0", "outside 0 to 40"),
    "level key taken": (SILVER, SILVER.replace("silver", "gold"), "", "key 'gold' is taken"),
    "level key reserved": (GOLD, GOLD.replace("gold", "not_passed"), "not_passed\"", "is taken"),
    "level key form": (GOLD, GOLD.replace("gold", "Gold Level"), "Gold Level", "of the form"),
    "level label taken": (SILVER, SILVER.replace("银级", "金级"), "", "the label '金级' is taken"),
    "level label of a failed audit": ("\"银级\"", '"未定级"', "", "the label '未定级' is taken"),
    "points zero": ("points = 0.5", "points = 0", "points = 0", "worth 0 points"),
    "limit negative": ("limit = 1.5", "limit = -1", "limit = -1", "is not a number"),
    "category twice": (
        '"残障读者便利"]', '"服务做法领先"]', "categories = [\"", "a category stands twice",
    ),
    "no category": (
        'categories = ["服务做法领先", "残障读者便利"]', "categories = []", "= []", "no category",
    ),
    "empty text": ("疏散通道畅通，消防器材齐全并在有效期内", "", 'text = ""', "the text is empty"),
    "blank text": ("社区阅览室服务评价规范", "  ", 'title = "  "', "the text is empty"),
    "outer space": ("\"银级\"", '"银级 "', "银级 ", "begins or ends with a space"),
    "control character": ("疏散通道", r"疏散\u0007通道", "\\u0007", "U+0007"),
    "bidirectional override": ("疏散通道", r"疏散\u202E通道", "\\u202E", "U+202E"),
    "not a character": ("疏散通道", r"疏散\uFFFE通道", "\\uFFFE", "U+FFFE"),
    "line break in a text": ("疏散通道", r"疏散\n通道", "疏散", "a text is one line"),
    "unknown key": (
        FIRST, FIRST.replace("weight", "wieght"), "wieght",
        "no. 1, wieght (3.1.1): unknown key 'wieght'. Did you mean 'weight'?",
    ),
    "unknown key of no likeness": (
        "[policy]", "[policy]\nxyzzy = 1", "xyzzy", "Remove it; known here: not_applicable",
    ),
    "unknown key in capitals": (
        "total = 40", "XTOTAL = 40\ntotal = 40", "XTOTAL", "XTOTAL: unknown key 'XTOTAL'",
    ),
    "unknown table": ("[policy]", "[extra]\na = 1\n\n[policy]", "[extra]", "unknown key 'extra'"),
    "missing key": (
        FIRST, FIRST.partition("\n")[0], "", "[[indicators]] no. 1 (3.1.1): the key or table 'weight'",
    ),
    "missing table": ('[not_passed]\nlabel = "未定级"', "", "", "the key or table 'not_passed' is"),
    "list for a text": ('subject = "社区阅览室服务评价"', "subject = []", "subject", "text in quotes"),
    "text for a list": (
        'bullets = ["没有做法，或做法没有效果"]', 'bullets = "无"', 'bullets = "无"', "must be a list",
    ),
    "number in a list of texts": (
        'bullets = ["没有做法，或做法没有效果"]', "bullets = [3]", "bullets = [3]", "text in quotes",
    ),
    "table in a list of texts": (
        'bullets = ["没有做法，或做法没有效果"]', "bullets = [{a = 1}]", "bullets = [{", "not a table",
    ),
    "table for a switch": (
        "require_evidence = true", "require_evidence = 1", "require_evidence", "true or false",
    ),
    "policy not known": (
        '"prorate"', '"ignore"', "ignore", "not known here. Use one of: 'reject', 'prorate'",
    ),
    "no placeholder": (
        "require_evidence = true", "require_evidence = true\nplaceholders = []", "placeholders",
        "policy.placeholders: 0 entries, allowed are 1 to 500",
    ),
    "placeholder without a text": (
        "require_evidence = true", 'require_evidence = true\nplaceholders = ["无", " "]', "placeholders",
        "the text is empty",
    ),
    "placeholder of too many characters": (
        "require_evidence = true", f'require_evidence = true\nplaceholders = ["{"无" * 51}"]',
        "placeholders", "has 51 characters, at most 50 fit",
    ),
    "text for the placeholders": (
        "require_evidence = true", 'require_evidence = true\nplaceholders = "无"', "placeholders",
        "must be a list",
    ),
    "format not known": ("format = 1", "format = 2", "format = 2", "Use one of: 1"),
    "format as a switch": ("format = 1", "format = true", "format = true", "a whole number"),
    "fraction for a count": ("count = 4", "count = 4.0", "count = 4.0", "a whole number"),
    "not TOML": ("total = 40", "total = = 40", "total = = 40", "not valid TOML"),
    "key twice": ("total = 40", "total = 40\ntotal = 40", "", "not valid TOML"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_refused_with_its_line_and_repair(tmp_path: Path, name: str) -> None:
    old, new, blamed, words = FAULTS[name]
    text = changed(old, new)
    error = refused(tmp_path, text)
    assert words in str(error)
    if blamed:
        assert f"{error.place} ".startswith(f"{tmp_path / 'mine.toml'}:{line_with(text, blamed)} ")


def test_an_integer_that_python_refuses_is_refused(tmp_path: Path) -> None:
    assert "not valid TOML" in str(
        refused(tmp_path, changed("total = 40", "total = " + "4" * 9999))
    )


@pytest.mark.parametrize("table", ["levels", "bands", "sections", "groups", "indicators"])
def test_an_empty_table_is_refused(tmp_path: Path, table: str) -> None:
    kept = re.sub(rf"(?ms)^\[\[{table}\]\].*?(?=^\[|\Z)", "", TEXT)
    error = refused(tmp_path, kept.replace("total = 40", f"total = 40\n{table} = []"))
    assert error.problem.startswith("0 entries, allowed are 1 to ")
    assert error.repair == f"Add or remove a [[{table}]] table."


def test_bands_that_do_not_reach_the_whole_are_refused(tmp_path: Path) -> None:
    text = changed("优（85%-100%）", "优").replace("high = 1\n", "high = 0.9\n")
    assert refused(tmp_path, text).problem == "the last band ends at 0.9, not at 1"


def test_too_many_levels_are_refused(tmp_path: Path) -> None:
    more = "".join(
        f'[[levels]]\nkey = "k{n}"\nlabel = "第{n}级"\nminimum = {23 - n}\nstatement = "无"\n'
        for n in range(20)
    )
    assert "23 entries, allowed are 1 to 20" in str(refused(tmp_path, TEXT + more))


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, "format = " + "[" * 100_000)
    assert "nested too deeply" in error.problem or "not valid TOML" in error.problem


def test_a_file_that_ends_early_is_refused_at_its_last_line(tmp_path: Path) -> None:
    error = refused(tmp_path, 'format = 1\nid = """x\ny')
    assert error.place.endswith(":3")


def test_a_file_in_another_encoding_is_refused_at_the_first_foreign_line(tmp_path: Path) -> None:
    error = refused(tmp_path, b"format = 1\n" + 'title = "规范"'.encode("gbk"))
    assert error.place.endswith(":2")
    assert error.problem == "not UTF-8"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path, problem in (
        (tmp_path, "not a file"),
        (tmp_path / "none.toml", "cannot be read: no such file"),
        (tmp_path / "a\0b", "null"),
    ):
        with pytest.raises(StandardError) as caught:
            load_standard(path)
        assert problem in caught.value.problem


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    assert refused(tmp_path, b"#" * (MAX_BYTES + 1)).problem == "larger than 4 MiB"


def test_line_ends_and_byte_order_mark_of_windows_are_accepted(tmp_path: Path) -> None:
    file = tmp_path / "windows.toml"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert load_standard(file) == load_standard(SMALL)


def test_publisher_basis_and_subject_may_be_empty(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(changed('publisher = "示例评价中心"', 'publisher = ""'), "utf-8")
    assert load_standard(file).publisher == ""


def test_texts_that_look_like_tables_do_not_mislead_the_line_finder() -> None:
    text = "\n".join(
        [
            'a = """',  # 1
            "[[bands]]",
            'label = "x" \\""" still inside',
            '"""""',  # 4: two quotes belong to the text
            "list = [",  # 5
            '  "]", # [[bands]] ]',
            "  '''",
            "[[bands]]",
            "low = 1''', {x = 1},",
            "]",
            "[[bands]] # first",  # 11
            "low = 0",
            '[ "special" . deduction ]',  # 13
            '"points" = 1',
            "[[bands]]",  # 15
            "bullets = [",
            '  "y",',
            "]",
            "low = 2",  # 19
            "[bands.inner]",
            "z = 1",  # 21
            "[x]",
            "y.z = 1",  # 23
            "s = 'it''s'",
            "t = '''",  # 25
            "a backslash before the end \\'''",
            'u = """one line"""',  # 27
            "v = '''one \\''' # line",
            "w = 1",  # 29
        ]
    )
    expected = {
        "a": 1, "list": 5, "bands[0]": 11, "bands[0].low": 12, "special.deduction.points": 14,
        "bands[1]": 15, "bands[1].bullets[0]": 16, "bands[1].low": 19, "bands[1].inner.z": 21,
        "x.y.z": 23, "x.t": 25, "x.u": 27, "x.v": 28, "x.w": 29, "bands[1].high": 15, "special.deduction.limit": 13,
    }  # fmt: skip
    assert {path: line_of(path, text) for path in expected} == expected
    assert line_of("nothing", text) is None


def test_reserved_words_are_those_of_the_workbook() -> None:
    from cts_excel.standard.model import RESERVED_WORDS

    assert {layout.NOT_APPLICABLE, layout.INCOMPLETE_LEVEL} == set(RESERVED_WORDS)


def test_standard_error_survives_a_process_border() -> None:
    import pickle

    error = StandardError("a.toml:3", "wrong", "Repair.")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert load_standard(BUILT_IN) == load_standard()


def test_the_words_of_every_refusal(tmp_path: Path) -> None:
    """``refusals.txt`` holds what a person reads for each of the faults above, word for word."""
    told = []
    for name, (old, new, *_rest) in FAULTS.items():
        error = str(refused(tmp_path, changed(old, new)))
        if "not valid TOML" not in error:  # goes on in the words of Python, which may change
            told.append(f"{name}\n  {error[len(str(tmp_path)) + 1 :]}\n")
    assert "".join(told) == (DATA / "refusals.txt").read_text("utf-8")


ACCEPTED = {
    "label of the most characters": ("差（0%-30%）", "差" * 50),
    "category of the most characters": ('"服务做法领先"', f'"{"优" * 255}"'),
    "text that fills a cell": ("疏散通道畅通，消防器材齐全并在有效期内", "疏" * 32_767),
    "astral text that fills a cell": ("疏散通道畅通，消防器材齐全并在有效期内", "𠮷" * 16_383),
    "label with a full-width range": ("差（0%-30%）", "差（０％～３０％）"),
    "label without a range": ("差（0%-30%）", "差"),
    "minimum of six decimals": ("minimum = 30.5", "minimum = 30.500001"),
    "lowest minimum": ("minimum = 24", "minimum = 0.000001"),
    "highest minimum": ("minimum = 36", "minimum = 40"),
    "greatest number": ("limit = 1.5", "limit = 1000000"),
    "limit of zero": ("limit = 1.5", "limit = 0"),
    "trailing zeros": ("limit = 1.5", "limit = 1.50000000000"),
    "key with digits": ('key = "silver"', 'key = "s_2"'),
    "clause with letters": ('edition = "2024-03-01"', 'edition = "A.1"'),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_just_fits_is_accepted(tmp_path: Path, name: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(changed(*ACCEPTED[name]), "utf-8")
    assert load_standard(file).total == 40


def test_twenty_levels_are_not_too_many(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    more = "".join(
        f'[[levels]]\nkey = "k{n}"\nlabel = "第{n}级"\nminimum = {23 - n}\nstatement = "无"\n'
        for n in range(17)
    )
    file.write_text(TEXT + more, "utf-8")
    assert len(load_standard(file).levels) == 20
