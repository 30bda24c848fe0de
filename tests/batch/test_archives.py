"""Archives and e-mails: what is in them is judged, every limit holds, nothing vanishes."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from altering import built_in
from batches import graded_outcomes, numbered, put_files
from outlook import compound_file, message

from cts_excel.audit.catalogue import repair
from cts_excel.audit.outcome import Outcome
from cts_excel.batch.engines.judge import Rules, judge
from cts_excel.batch.inputs.find import find, found_again, named
from cts_excel.batch.inputs.kinds import Claim, claim, without_ending
from cts_excel.batch.options import RunOptions
from cts_excel.batch.run import Run
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS, Limits

RULES = Rules(built_in())


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def mailed(files: Mapping[str, bytes]) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = "审核工作簿", "a@example.org"
    message.set_content("见附件。")
    for name, content in files.items():
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return bytes(message)


def judged(
    files: Mapping[str, bytes], limits: Limits = DEFAULT_LIMITS
) -> tuple[dict[str, Outcome], tuple[str, ...]]:
    """Find and judge what stands in a folder; return outcomes by name, and what is passed over."""
    search = find([put_files(Path("in"), files)], limits)
    rules = replace(RULES, limits=limits)
    outcomes = {one.file.removeprefix("in/"): judge(one, rules) for one in search.files}
    return outcomes, tuple(name.removeprefix("in/") for name in search.ignored)


def codes(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    """Return the status of each file or, of a rejected one, the code that says why."""
    return {
        name: outcome.status.value if outcome.audit else str(outcome.findings[0].code)
        for name, outcome in outcomes.items()
    }


ENCRYPTED = bytearray(zipped({"1.xlsx": b"secret"}))
ENCRYPTED[6] |= 1
ENCRYPTED[ENCRYPTED.index(b"PK\x01\x02") + 8] |= 1
TWICE = bytearray(zipped({"1.xlsx": numbered(1), "2.xlsx": numbered(2)}))
for at in (TWICE.rindex(b"2.xlsx"), TWICE.index(b"2.xlsx")):
    TWICE[at : at + 1] = b"1"
BOMB = zipped({"1.xlsx": b"\0" * (2 << 20)}, zipfile.ZIP_DEFLATED)
DEEP = zipped({"c.zip": zipped({"b.zip": zipped({"1.xlsx": numbered(1)})})})


@pytest.mark.parametrize(
    ("files", "expected", "ignored"),
    [
        ({"a.zip": bytes(ENCRYPTED)}, {"a.zip/1.xlsx": "F03"}, ()),
        ({"a.zip": bytes(TWICE)}, {"a.zip/1.xlsx": "F05"}, ()),
        ({"a.zip": zipped({"../1.xlsx": numbered(1)})}, {"a.zip/../1.xlsx": "F05"}, ()),
        ({"a.zip": BOMB}, {"a.zip/1.xlsx": "F04"}, ()),
        ({"a.zip": DEEP}, {"a.zip/c.zip/b.zip": "F04"}, ()),
        ({"a.zip": zipped({})}, {"a.zip": "F08"}, ()),
        ({"a.zip": zipped({"1.jpg": b"\xff\xd8\xff"})}, {"a.zip": "F08"}, ("a.zip/1.jpg",)),
        ({"a.zip": zipped({"1.xlsx": numbered(1)})[:-30]}, {"a.zip": "F01"}, ()),
        ({"a.zip": b"no archive"}, {"a.zip": "F08"}, ()),
        ({"a.zip": zipped({"1.xlsx": b""})}, {"a.zip/1.xlsx": "F09"}, ()),
        ({"a.zip": numbered(1)}, {"a.zip": "graded"}, ()),
        ({"a.xlsx": zipped({"1.xlsx": numbered(1)})}, {"a.xlsx": "F08"}, ()),
        (
            {"a.zip": zipped({".1.xlsx": b"x", "d/~$2.xlsx": b"x", "1": numbered(1)})},
            {"a.zip/1": "graded"},
            ("a.zip/.1.xlsx", "a.zip/d/~$2.xlsx"),
        ),
        (
            {"a.zip": zipped({"甲.xlsx": numbered(1), "说明.txt": b"x", "b.rar": b"Rar!\x1a\7"})},
            {"a.zip/甲.xlsx": "graded", "a.zip/b.rar": "F08"},
            ("a.zip/说明.txt",),
        ),
        ({"1.docx": zipped({"[Content_Types].xml": b"wordprocessingml"})}, {}, ("1.docx",)),
        (
            {"1.odt": zipped({"mimetype": b"application/vnd.oasis.opendocument.text"})},
            {},
            ("1.odt",),
        ),
        ({"1.docx": zipped({"x": b"y" * 99})[:-40]}, {}, ("1.docx",)),
        (
            {"m.eml": mailed({"甲.xlsx": numbered(1), "a.zip": zipped({"2.xlsx": numbered(2)})})},
            {"m.eml/甲.xlsx": "graded", "m.eml/a.zip/2.xlsx": "graded"},
            (),
        ),
        (
            {"来信": mailed({"1.xlsx": numbered(1), "照片.jpg": b"\xff\xd8\xff"})},
            {"来信/1.xlsx": "graded"},
            ("来信/照片.jpg",),
        ),
        (
            {"a.zip": zipped({"m.eml": mailed({"1.xlsx": numbered(1)})})},
            {"a.zip/m.eml/1.xlsx": "graded"},
            (),
        ),
        ({"m.eml": mailed({})}, {}, ("m.eml",)),
        ({"m.eml": b""}, {}, ("m.eml",)),
        (
            {"m.eml": mailed({"1.xlsx": numbered(1)}) + mailed({})},
            {"m.eml/1.xlsx": "graded"},
            (),
        ),
    ],
)
def test_what_is_in_an_archive(
    files: dict[str, bytes], expected: dict[str, str], ignored: tuple[str, ...]
) -> None:
    outcomes, passed_over = judged(files)
    assert codes(outcomes) == expected
    assert passed_over == ignored


@pytest.mark.parametrize(
    ("limits", "file"),
    [
        ({"archive_files": 2}, "a.zip"),
        ({"archive_bytes": 10_000}, "a.zip"),
        ({"file_bytes": 1000}, "a.zip/1.xlsx"),
        ({"entries": 3}, "a.zip/1.xlsx"),
        ({"inflated_bytes": 1000}, "a.zip/1.xlsx"),
    ],
)
def test_every_limit_holds_for_members_and_for_the_whole(limits: dict[str, int], file: str) -> None:
    files = {"a.zip": zipped({f"{n}.xlsx": numbered(n) for n in range(3)})}
    outcomes, _ignored = judged(files, replace(DEFAULT_LIMITS, **limits))
    assert codes(outcomes)[file] == "F04"
    assert set(codes(outcomes).values()) == {"F04"}


def test_a_directory_that_states_a_huge_size_is_not_read() -> None:
    made = bytearray(zipped({"1.xlsx": numbered(1)}))
    struct.pack_into("<L", made, made.rindex(b"PK\x05\x06") + 12, 0xF0000000)
    assert codes(judged({"a.zip": bytes(made)})[0]) == {"a.zip": "F04"}


def test_a_member_is_not_what_its_entry_says() -> None:
    made = bytearray(zipped({"1.xlsx": numbered(1)}))
    made[200] ^= 0xFF
    assert codes(judged({"a.zip": bytes(made)})[0]) == {"a.zip/1.xlsx": "F01"}


@pytest.mark.parametrize(
    "name", ["甲公司 审核.xlsx", "示例/电器服务有限公司.xlsx", "联通.xlsx", "a甲.xlsx", "中移.xlsx"]
)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_a_flag_are_read(name: str, encoding: str) -> None:
    raw = name.encode(encoding)
    place = "#" * len(raw)
    made = zipped({place: numbered(1)}).replace(place.encode(), raw)
    assert codes(judged({"a.zip": made})[0]) == {f"a.zip/{name}": "graded"}


def test_a_name_in_the_extra_field_counts() -> None:
    entry = zipfile.ZipInfo("????.xlsx")
    name = "甲公司.xlsx".encode()
    entry.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, 0) + name
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(entry, numbered(1))
    raw = target.getvalue().replace(b"????.xlsx", b"\xcc\xcc\xcc\xcc.xlsx")
    assert codes(judged({"a.zip": raw})[0]) == {"a.zip/甲公司.xlsx": "graded"}


def test_equal_attachments_are_both_judged() -> None:
    message = EmailMessage()
    for number in (1, 2):
        kind = {"maintype": "application", "subtype": "octet-stream"}
        message.add_attachment(numbered(number), filename="a.xlsx", **kind)
    outcomes, _ignored = judged({"m.eml": bytes(message)})
    assert codes(outcomes) == {"m.eml/a.xlsx": "graded", "m.eml/a (2).xlsx": "graded"}


@pytest.mark.parametrize("name", ["来信.msg", "来信"])
def test_a_message_of_outlook_is_looked_into(name: str) -> None:
    attached = {
        "甲公司.xlsx": numbered(1),
        "a.zip": zipped({"2.xlsx": numbered(2)}),
        "图.jpg": b"x" * 5000,
    }
    outcomes, ignored = judged({name: message(attached)})
    assert codes(outcomes) == {f"{name}/甲公司.xlsx": "graded", f"{name}/a.zip/2.xlsx": "graded"}
    assert ignored == (f"{name}/图.jpg",)


def test_another_old_document_is_passed_over_and_an_old_workbook_is_not() -> None:
    document, book = ({name: b"x" * 5000} for name in ("WordDocument", "Workbook"))
    files = {"a.doc": compound_file(document), "b": compound_file(book)}
    outcomes, ignored = judged(files)
    assert codes(outcomes) == {"b": "F08"}
    assert ignored == ("a.doc",)


def test_a_member_can_be_named() -> None:
    files = {"a.zip": zipped({"b.zip": zipped({"甲.xlsx": numbered(1)})})}
    put_files(Path("in"), files)
    (found,) = find(["in/a.zip/b.zip/甲.xlsx"]).files
    assert (found.file, found.members) == ("in/a.zip/b.zip/甲.xlsx", ("b.zip", "甲.xlsx"))
    assert judge(named("in/a.zip/b.zip/甲.xlsx"), RULES).status.value == "graded"


def test_files_of_an_earlier_run_are_found_again_as_they_were() -> None:
    files = {
        "a.zip": zipped({"b.zip": zipped({"甲.xlsx": numbered(1)}), "../x.xlsx": numbered(2)}),
        "m.eml": mailed({"乙.xlsx": numbered(3)}),
        "c.zip": zipped({}),
        "d.7z": b"7z\xbc\xaf",
        "1": numbered(4),
        "e.zip": bytes(ENCRYPTED),
    }
    put_files(Path("in"), files)
    search = find(["in"])
    assert len(search.files) == 7
    again = dict(found_again([one.file for one in search.files], ["in"]))
    assert tuple(again.values()) == search.files
    Path("in/a.zip").unlink()
    assert dict(found_again(["in/a.zip/b.zip/甲.xlsx"], ["in"])) == {"in/a.zip/b.zip/甲.xlsx": None}


def test_members_are_graded_by_workers_and_after_a_stop() -> None:
    put_files(Path("in"), {"a.zip": zipped({f"{n}.xlsx": numbered(n) for n in range(4)})})
    options = RunOptions(("in",), "run", jobs=1)
    with pytest.raises(KeyError), Run.create(options, built_in()) as run:
        for _outcome in graded_outcomes(run, lambda done, _total: stop_at(done)):
            pass
    with Run.resume("run") as run:
        statuses = [outcome.status.value for outcome in graded_outcomes(run)]
        assert run.source("in/a.zip/3.xlsx") == numbered(3)
        run.finish()
    assert statuses == ["graded"] * 4


def stop_at(done: int) -> None:
    if done:
        raise KeyError("stopped")


def test_excluded_names_are_left_out_and_listed() -> None:
    files = {
        "旧/1.xlsx": numbered(1),
        "2.xlsx": numbered(2),
        "a.zip": zipped({"3.xlsx": numbered(3)}),
    }
    put_files(Path("in"), files)
    search = find(["in"], exclude=["*旧*", "3.xlsx"])
    assert [one.file for one in search.files] == ["in/2.xlsx"]
    assert search.excluded == ("in/a.zip/3.xlsx", "in/旧/1.xlsx")
    assert find(["in"], exclude=["a.zip"]).excluded == ("in/a.zip",)


@pytest.mark.parametrize(
    ("name", "promise"),
    [
        ("甲.xlsx", Claim.WORKBOOK),
        ("甲.XLSX.download", Claim.WORKBOOK),
        ("甲.xlsx (1)", Claim.WORKBOOK),
        ("甲.xls - 副本", Claim.WORKBOOK),
        ("甲.xlsx~", Claim.WORKBOOK),
        ("甲.xlsx的说明.txt", Claim.OTHER),
        ("甲.xlsx.txt", Claim.OTHER),
        ("xlsx", Claim.OTHER),
        ("甲.zip", Claim.ARCHIVE),
        ("甲.tar.gz", Claim.ARCHIVE),
        ("甲.eml", Claim.MAIL),
        ("甲.pdf", Claim.OTHER),
    ],
)
def test_what_a_name_promises(name: str, promise: Claim) -> None:
    assert claim(name) is promise
    assert without_ending(name) == ("甲" if promise is Claim.WORKBOOK else name)


def test_a_repair_for_an_archive_tells_what_helps_in_both_languages() -> None:
    outcomes, _ignored = judged({"a.zip": bytes(ENCRYPTED), "b.7z": b"7z\xbc\xaf\x27\x1c"})
    encrypted, packed = (outcomes[name].findings[0] for name in ("a.zip/1.xlsx", "b.7z"))
    assert repair(encrypted) == "压缩包设有密码。请解压后交回工作簿本身。"
    assert repair(packed).startswith("实际为7z 压缩包。请解压后交回其中的 .xlsx 工作簿")
    assert "Unpack" in repair(encrypted, "en")
    assert "--legacy" not in repair(packed) + repair(packed, "en")
