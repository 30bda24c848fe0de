"""Workbooks by e-mail: attachments in every dress, mails in mails, Outlook's own format."""

from __future__ import annotations

import base64
import re
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from urllib.parse import quote

import pytest
from batch.batches import numbered, put_files
from batch.outlook import message
from people.command import cts_excel
from people.expecting import case
from people.test_people_files import zipped

from cts_excel.audit.outcome import Status
from cts_excel.batch.engines.judge import Rules, judge
from cts_excel.batch.inputs.find import find
from cts_excel.standard.loading import load_standard

NAME = "甲公司审核工作簿.xlsx"
GBK = NAME.encode("gb18030")
BOOK = numbered(1)


def mail(header: bytes, body: bytes, encoding: bytes = b"base64") -> bytes:
    """Return an e-mail with one attachment; ``header`` is its Content-Disposition."""
    return b"\r\n".join(
        (
            b"From: a@example.org",
            b"MIME-Version: 1.0",
            b'Content-Type: multipart/mixed; boundary="=_b"',
            b"",
            b"--=_b",
            b"Content-Type: text/plain; charset=gbk",
            b"",
            "见附件".encode("gbk"),
            b"--=_b",
            b"Content-Type: application/octet-stream",
            b"Content-Transfer-Encoding: " + encoding,
            b"Content-Disposition: attachment; " + header,
            b"",
            body,
            b"--=_b--",
            b"",
        )
    )


BASE64 = base64.encodebytes(BOOK)
QUOTED = b"=\r\n".join(re.findall(b".{1,72}", "".join(f"={x:02X}" for x in BOOK).encode()))


def encoded(raw: bytes, charset: str) -> bytes:
    return f"=?{charset}?B?{base64.b64encode(raw).decode()}?=".encode()


def quoted(raw: bytes, charset: str) -> bytes:
    return f"{charset}''{quote(raw)}".encode()


SPLIT = quote(GBK)
NAMES = (
    case(b'filename="' + encoded(NAME.encode(), "utf-8") + b'"', id="RFC 2047, UTF-8"),
    case(b'filename="' + encoded(GBK, "gbk") + b'"', id="RFC 2047, GBK"),
    case(b'filename="' + encoded(GBK, "GB2312") + b'"', id="RFC 2047, GB2312"),
    case(b"filename=" + encoded(GBK, "gb18030"), id="RFC 2047 without quotes"),
    case(b"filename*=" + quoted(NAME.encode(), "UTF-8"), id="RFC 2231, UTF-8"),
    case(b"filename*=" + quoted(GBK, "GBK"), id="RFC 2231, GBK"),
    case(
        f"filename*0*=gbk''{SPLIT[:21]};\r\n filename*1*={SPLIT[21:]}".encode(),
        id="RFC 2231 in pieces",
    ),
    case(
        b'filename="'
        + encoded("甲公司".encode("gbk"), "gbk")
        + b"\r\n "
        + encoded("审核工作簿.xlsx".encode("gbk"), "gbk")
        + b'"',
        id="RFC 2047 in pieces",
    ),
    case(b'filename="' + GBK + b'"', id="bare GBK"),
    case(b'filename="' + NAME.encode() + b'"', id="bare UTF-8"),
)


def found(name: str, content: bytes, folder: Path) -> dict[str, str]:
    """Find and judge what is in one e-mail; returns the status by name."""
    search = find([put_files(folder, {name: content})])
    start = f"{folder.as_posix()}/"
    rules = Rules(load_standard())
    return {one.file.removeprefix(start): judge(one, rules).status.value for one in search.files}


@pytest.mark.parametrize("header", NAMES)
def test_the_name_of_an_attachment(header: bytes, tmp_path: Path) -> None:
    assert found("m.eml", mail(header, BASE64), tmp_path) == {f"m.eml/{NAME}": "graded"}


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        case(BASE64, b"base64", id="base64"),
        case(base64.b64encode(BOOK), b"BASE64", id="base64 in one line"),
        case(QUOTED, b"quoted-printable", id="quoted-printable"),
        case(BASE64.replace(b"\n", b"\r\n \r\n"), b"base64", id="blank lines"),
    ],
)
def test_the_dress_of_an_attachment(body: bytes, encoding: bytes, tmp_path: Path) -> None:
    content = mail(b'filename="1.xlsx"', body, encoding)
    assert found("来信.eml", content, tmp_path) == {"来信.eml/1.xlsx": "graded"}


def forwarded() -> bytes:
    inner = EmailMessage()
    inner["Subject"] = "原件"
    inner.set_content("x")
    inner.add_attachment(BOOK, maintype="application", subtype="x", filename=NAME)
    outer = EmailMessage()
    outer["Subject"] = "转发"
    outer.set_content("转发")
    outer.add_attachment(inner)
    return bytes(outer)


def alternative() -> bytes:
    outer, related = MIMEMultipart("mixed"), MIMEMultipart("related")
    text = MIMEMultipart("alternative")
    text.attach(MIMEText("见附件", "plain", "gbk"))
    text.attach(MIMEText("<p>见附件</p>", "html", "gbk"))
    related.attach(text)
    outer.attach(related)
    part = MIMEApplication(BOOK, "vnd.ms-excel", name=NAME)
    outer.attach(part)
    return outer.as_bytes()


@pytest.mark.parametrize(
    ("name", "content", "inside"),
    [
        case("m.eml", forwarded(), NAME, id="forwarded as attachment"),
        case("m.eml", alternative(), NAME, id="HTML mail, name of the type"),
        case("m.eml", mail(b'filename="a.zip"', base64.encodebytes(zipped({"1.xlsx": BOOK}))),
             "a.zip/1.xlsx", id="zip"),
        case("m.eml", mail(b'filename="in.eml"', base64.encodebytes(forwarded())),
             f"in.eml/{NAME}", id="an .eml in an .eml"),
        case("m.msg", message({NAME: BOOK}), NAME, id="Outlook"),
        case("m.msg", message({}, {NAME: BOOK}), NAME, id="Outlook, a mail in the mail"),
        case("来信", forwarded(), NAME, id="no extension"),
        case("m.eml (1)", forwarded(), NAME, id="downloaded twice"),
        case("m.eml", mail(b"inline", BASE64), "1", id="no name at all"),
    ],
)  # fmt: skip
def test_mails_are_looked_into(name: str, content: bytes, inside: str, tmp_path: Path) -> None:
    assert found(name, content, tmp_path) == {f"{name}/{inside}": "graded"}


TNEF = b"\x78\x9f\x3e\x22" + b"\1\0" * 40


@pytest.mark.parametrize(
    ("name", "content"),
    [
        case("m.eml", mail(b'filename="winmail.dat"', base64.encodebytes(TNEF)), id="in a mail"),
        case("winmail.dat", TNEF, id="saved"),
        case("工作簿.xlsx", TNEF, id="under another name"),
    ],
)
def test_what_only_outlook_reads_is_rejected_with_a_repair(
    name: str, content: bytes, tmp_path: Path
) -> None:
    folder = put_files(tmp_path / "in", {name: content})
    (status,) = found(name, content, folder).values()
    assert status == Status.REJECTED.value
    said = cts_excel("check", folder / name)
    assert "Outlook" in said
    assert "重新发送" in said


@pytest.mark.parametrize("damage", [10, 300, 700])
def test_a_mail_that_is_cut_off_is_no_crash(damage: int, tmp_path: Path) -> None:
    content = mail(b'filename="1.xlsx"', BASE64)[:-damage]
    assert set(found("m.eml", content, tmp_path).values()) <= {"graded", "rejected"}
