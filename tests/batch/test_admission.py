"""Admission: regular files only, within the limits, typed by content."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from altering import built_in, filled
from batches import put_files
from hostile import added

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.engines.judge import grade_one
from cts_excel.batch.errors import RunError
from cts_excel.batch.inputs import admit as admission
from cts_excel.batch.inputs.admit import take_copy
from cts_excel.batch.inputs.find import named
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.inputs.opening import sort_of_file
from cts_excel.batch.inputs.passwords import read_passwords
from cts_excel.errors import UserError
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.inflate import inflate_checked
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS, Limits, changed_limits, in_words

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def only(outcome: Outcome) -> tuple[str, str, str]:
    (why,) = outcome.findings
    assert outcome.status is Status.REJECTED
    return why.code, why.found, why.expected


def test_a_copy_is_the_content_with_its_digest() -> None:
    put_files(Path(), {"a.xlsx": filled()})
    copy = take_copy(named("a.xlsx"), DEFAULT_LIMITS)
    assert copy.content == filled()
    assert copy.sha256 == hashlib.sha256(filled()).hexdigest()


def test_a_link_is_followed_only_where_the_user_named_it() -> None:
    put_files(Path(), {"a.xlsx": filled()})
    Path("link.xlsx").symlink_to("a.xlsx")
    assert grade_one("link.xlsx", built_in()).status is Status.GRADED
    in_a_folder = replace(named("link.xlsx"), named=False)
    with pytest.raises(NotReadableError) as caught:
        take_copy(in_a_folder, DEFAULT_LIMITS)
    assert (caught.value.reason, caught.value.found) == ("F10", "link")


def test_a_link_put_there_at_the_last_moment_is_not_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not hasattr(os, "O_NOFOLLOW"):
        pytest.skip("this system cannot refuse links")
    put_files(Path(), {"a.xlsx": filled(), "b.xlsx": filled()})
    regular = os.lstat("a.xlsx")
    Path("link.xlsx").symlink_to("a.xlsx")
    monkeypatch.setattr(admission.os, "lstat", lambda _path: regular)
    with pytest.raises(NotReadableError) as caught:
        take_copy(replace(named("link.xlsx"), named=False), DEFAULT_LIMITS)
    assert caught.value.reason == "F01"


def test_a_named_folder_or_device_is_no_file() -> None:
    Path("a.xlsx").mkdir()
    assert only(grade_one("a.xlsx", built_in())) == ("F10", "folder", "")
    if Path("/dev/zero").exists():
        assert only(grade_one("/dev/zero", built_in())) == ("F10", "device", "")


def test_what_became_a_pipe_after_the_first_look_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes")
    put_files(Path(), {"a.xlsx": filled()})
    regular = os.lstat("a.xlsx")
    os.mkfifo("pipe.xlsx")
    monkeypatch.setattr(admission.os, "lstat", lambda _path: regular)
    with pytest.raises(NotReadableError) as caught:
        take_copy(replace(named("pipe.xlsx"), named=False), DEFAULT_LIMITS)
    assert (caught.value.reason, caught.value.found) == ("F10", "pipe")


def test_a_missing_file_is_said() -> None:
    assert only(grade_one("no.xlsx", built_in())) == ("F01", "No such file or directory", "")


def test_a_file_that_grows_while_it_is_read_meets_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_files(Path(), {"a.xlsx": b"x" * 100})
    monkeypatch.setattr(admission.os, "read", lambda _handle, size: b"x" * size)
    with pytest.raises(NotReadableError) as caught:
        take_copy(named("a.xlsx"), replace(DEFAULT_LIMITS, file_bytes=3 << 20))
    assert (caught.value.reason, caught.value.found, caught.value.expected) == (
        "F04", "4 MiB", "3 MiB",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(file_bytes=10_000), "9.8 KiB"),
        (Limits(entries=10), "10 parts"),
        (Limits(inflated_bytes=100_000), "97.7 KiB inflated"),
        (Limits(ratio=2, ratio_from_bytes=1_000), "2 times"),
        (Limits(sheets=4), "4 sheets"),
        (Limits(sheet_tags=500), "500 tags"),
        (Limits(tags=50), "50 tags"),
    ],
)
def test_each_limit_is_an_option_and_its_refusal_names_it(limits: Limits, expected: str) -> None:
    put_files(Path(), {"a.xlsx": filled()})
    code, found, named_limit = only(grade_one("a.xlsx", built_in(), limits=limits))
    assert (code, named_limit) == ("F04", expected)
    assert found


def test_a_part_that_was_inflated_before_meets_the_limits_again() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("small.xml", "<a>" + "b" * 60_000 + "</a>")
    content = buffer.getvalue()
    assert inflate_checked(content, DEFAULT_LIMITS) == inflate_checked(content, DEFAULT_LIMITS)
    for limits in (Limits(inflated_bytes=59_000), Limits(ratio=10, ratio_from_bytes=1)):
        with pytest.raises(NotReadableError) as caught:
            inflate_checked(content, limits)
        assert caught.value.reason == "F04"
    torn = content.replace(content[-10:], b"")
    with pytest.raises(NotReadableError):
        inflate_checked(torn, DEFAULT_LIMITS)


def test_the_ratio_is_a_limit_to_the_part() -> None:
    """A part at its own ratio passes, a part one over it does not."""
    text = "<a>" + "b" * 200_000 + "</a>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("part.xml", text)
    (part,) = zipfile.ZipFile(buffer).infolist()
    ratio = -(-part.file_size // part.compress_size)  # rounded up
    assert ratio > 100
    inflate_checked(buffer.getvalue(), Limits(ratio=ratio))
    with pytest.raises(NotReadableError) as caught:
        inflate_checked(buffer.getvalue(), Limits(ratio=ratio - 1))
    assert (caught.value.reason, caught.value.expected) == ("F04", f"{ratio - 1} times")


def test_the_good_file_stays_far_below_every_limit() -> None:
    tenth = Limits(
        file_bytes=DEFAULT_LIMITS.file_bytes // 10,
        entries=DEFAULT_LIMITS.entries // 10,
        inflated_bytes=DEFAULT_LIMITS.inflated_bytes // 10,
        sheets=DEFAULT_LIMITS.sheets // 10,
        sheet_tags=DEFAULT_LIMITS.sheet_tags // 10,
        tags=DEFAULT_LIMITS.tags // 10,
    )
    assert grade_one(filled(), built_in(), limits=tenth).status is Status.GRADED


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_older_types_need_the_switch_and_are_told_by_content(kind: str) -> None:
    content = (DATA / f"filled_by_libreoffice.{kind}").read_bytes()
    put_files(Path(), {"a.xlsx": content})
    assert only(grade_one("a.xlsx", built_in())) == ("F08", f".{kind}", ".xlsx")
    assert grade_one("a.xlsx", built_in(), legacy=True).audit is not None


def test_bytes_are_judged_like_a_file() -> None:
    whole = grade_one(filled(), built_in())
    assert (whole.file, whole.status) == ("-", Status.GRADED)
    assert only(grade_one(b"", built_in()))[0] == "F09"
    assert only(grade_one(b"x" * 20, built_in(), limits=Limits(file_bytes=10)))[0] == "F04"


def test_memory_that_runs_out_rejects_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def starve(*_arguments: object, **_options: object) -> None:
        raise MemoryError

    monkeypatch.setattr("cts_excel.batch.engines.judge.read_audit", starve)
    assert only(grade_one(filled(), built_in())) == ("F07", "out of memory", "")


def test_a_bug_is_an_internal_error_of_that_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise KeyError("x" * 500)

    monkeypatch.setattr("cts_excel.batch.engines.judge.read_audit", fail)
    code, found, _expected = only(grade_one(filled(), built_in()))
    assert code == "F11"
    assert found.startswith("KeyError: 'xxx")
    assert len(found) == 200


def test_ctrl_c_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cts_excel.batch.engines.judge.read_audit", stop)
    with pytest.raises(KeyboardInterrupt):
        grade_one(filled(), built_in())


def test_a_password_file_that_cannot_be_read_is_one_clear_line() -> None:
    with pytest.raises(RunError, match=r"no\.txt: password file cannot be read: "):
        read_passwords(Path("no.txt"))
    Path("bad.txt").write_bytes(b"\xff\xff")
    with pytest.raises(RunError, match="neither UTF-8 nor GB 18030"):
        read_passwords(Path("bad.txt"))
    assert read_passwords(None) == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_password_file_is_read_as_any_editor_saves_it(encoding: str) -> None:
    Path("p.txt").write_bytes("密码一号\r\n\r\n审核Abc 1\r\n".encode(encoding))
    assert read_passwords(Path("p.txt")) == ("密码一号", "审核Abc 1")


def test_other_media_in_the_package_are_let_in() -> None:
    picture = b"\x89PNG" + bytes(range(256)) * 40
    assert grade_one(added(("xl/media/image1.png", picture)), built_in()).audit is not None


@pytest.mark.parametrize(
    ("size", "words"),
    [(7, "7 bytes"), (100 << 10, "100 KiB"), (32 << 20, "32 MiB"), (1536, "1.5 KiB")],
)  # fmt: skip
def test_sizes_in_words(size: int, words: str) -> None:
    assert in_words(size) == words


def test_a_place_in_trouble_is_no_file() -> None:
    with pytest.raises(NotReadableError) as caught:
        take_copy(Found("/x", "x", trouble="Permission denied"), DEFAULT_LIMITS)
    assert (caught.value.reason, caught.value.found) == ("F10", "Permission denied")


def test_sorts_of_places_are_named() -> None:
    assert sort_of_file(stat.S_IFSOCK) == "socket"
    assert sort_of_file(stat.S_IFBLK) == "device"
    assert sort_of_file(0) == "no regular file"


def test_the_limits_that_security_md_names_are_the_defaults() -> None:
    text = (Path(__file__).parents[2] / "SECURITY.md").read_text("utf-8")
    stated = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", text, re.MULTILINE))
    actual = {
        name: in_words(value)
        if "bytes" in name
        else f"{value:g} s"
        if name == "seconds"
        else str(value)
        for name, value in asdict(DEFAULT_LIMITS).items()
    }
    assert stated == actual


def test_limits_are_changed_by_name() -> None:
    assert changed_limits([]) == DEFAULT_LIMITS
    changed = changed_limits(["seconds=0.5", "file_bytes = 64MiB", "entries=10", "tags=2kib"])
    assert changed == Limits(seconds=0.5, file_bytes=64 << 20, entries=10, tags=2048)


@pytest.mark.parametrize("setting", ["", "seconds", "seconds=", "seconds=0", "entries=-1", "x=1"])
def test_what_is_no_limit_is_one_clear_line(setting: str) -> None:
    with pytest.raises(UserError, match=r"--limit .*: not a limit\. Write NAME=NUMBER") as caught:
        changed_limits([setting])
    assert caught.value.exit_code == 2
