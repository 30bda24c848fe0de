"""Hostile, broken and odd files, made from a good one: kind by kind, each with what is expected.

An expectation is a catalogue code that must be among the findings, ``graded``, ``clean`` (nothing
but graded will do) or ``""``: any end but an internal error.
"""

from __future__ import annotations

import io
import random
import re
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from altering import filled, part, with_parts

SHEET, STRINGS, BOOK = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
STYLES, TYPES, RELS = "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>'
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@dataclass(frozen=True)
class Kind:
    """One hostile file: its name, content, and what must come of it."""

    name: str
    content: bytes
    expected: str = ""


def kinds() -> Iterator[Kind]:
    """Yield every kind that is a file's content."""
    for make in (_not_zips, _zips, _names, _headers, _markup, _cells, _counts, _structure):
        yield from make()
    yield from _encrypted()
    yield from truncated()
    yield from flipped(60)


def truncated() -> Iterator[Kind]:
    """Cut the file at every KiB."""
    for size in range(1024, len(filled()), 1024):
        yield Kind(f"truncated at {size}", filled()[:size], "F01")


def flipped(count: int, seed: int = 3) -> Iterator[Kind]:
    """Flip single bytes, spread over the file."""
    chance = random.Random(seed)
    for place in sorted(chance.sample(range(len(filled())), count)):
        content = bytearray(filled())
        content[place] ^= chance.randrange(1, 256)
        yield Kind(f"byte {place} flipped", bytes(content))


def edited(name: str, edit: Callable[[str], str]) -> bytes:
    """Return the good workbook with one part edited; the edit must change something."""
    before = part(filled(), name)
    after = edit(before)
    assert after != before, name
    return with_parts(filled(), {name: lambda _xml: after})


def rezipped(
    change: Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]], level: int = 6
) -> bytes:
    """Return the good workbook with its list of parts changed."""
    with zipfile.ZipFile(io.BytesIO(filled())) as source:
        parts = change([(name, source.read(name)) for name in source.namelist()])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as written:
        for name, content in parts:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # a name that stands twice is meant
                written.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def added(*parts: tuple[str, bytes]) -> bytes:
    """Return the good workbook with more parts."""
    return rezipped(lambda own: [*own, *parts])


def _in_root(xml: str, text: str) -> str:
    """Put markup between the XML declaration and the root element."""
    head, mark, rest = xml.partition("?>")
    return f"{head}{mark}{text}{rest}"


@lru_cache(maxsize=1)
def _noise(size: int = 1 << 20) -> bytes:
    return random.Random(7).randbytes(size)


def _not_zips() -> Iterator[Kind]:
    yield Kind("empty", b"", "F09")
    yield Kind("one byte", b"P", "F08")
    yield Kind("only a zip signature", b"PK\x03\x04", "F01")
    yield Kind("an empty zip", b"PK\x05\x06" + bytes(18), "F08")
    yield Kind("zeros", bytes(1 << 16), "F08")
    yield Kind("noise", _noise()[: 1 << 16], "F08")
    for name, head in (
        ("pdf", b"%PDF-1.7\n"), ("html", b"<html><table><tr><td>1</td></tr></table></html>"),
        ("rtf", b"{\\rtf1 x}"), ("png", b"\x89PNG\r\n\x1a\n"), ("jpeg", b"\xff\xd8\xff\xe0"),
        ("rar", b"Rar!\x1a\x07\x01\x00"), ("7z", b"7z\xbc\xaf\x27\x1c"), ("gzip", b"\x1f\x8b\x08"),
        ("program", b"MZ\x90"), ("elf", b"\x7fELF\x02"), ("csv", b"a,b\r\n1,2\r\n"),
        ("xml spreadsheet", b'<?xml version="1.0"?><Workbook/>'), ("json", b"{}"),
        ("utf-16 text", "企业".encode("utf-16")),
    ):  # fmt: skip
        yield Kind(f"{name} called xlsx", head + bytes(64), "F08")
    yield Kind("ole head and nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "F01")
    yield Kind("ole head and noise", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + _noise()[:4096], "F01")


def _zips() -> Iterator[Kind]:
    zeros = bytes(50 << 20)
    yield Kind("zip bomb", added(("xl/media/image1.png", zeros)), "F04")
    yield Kind(
        "zip bomb in the sheet",
        rezipped(lambda parts: [(n, c + b" " * (50 << 20) if n == SHEET else c) for n, c in parts]),
        "F04",
    )
    # Just below the ratio, and far beyond 256 MiB in all.
    mixed = (_noise()[:12_000] + bytes(988_000)) * 4
    yield Kind(
        "many parts of some MiB",
        added(*((f"xl/media/image{n}.png", mixed) for n in range(80))),
        "F04",
    )
    yield Kind(
        "nested zips",
        added(("xl/embeddings/a.xlsx", filled()), ("xl/embeddings/b.xlsx", filled())),
        "graded",
    )
    yield Kind("junk in front", b"MZ" + _noise()[:4096] + filled(), "F08")
    yield Kind("junk behind", filled() + _noise()[:1000])
    yield Kind("comment of 64 KiB", _with_comment(filled(), b"x" * 65_535), "graded")
    yield Kind("two zips in one", filled() + filled())
    yield Kind("word document", _package("wordprocessingml.document.main"), "F08")
    yield Kind("presentation", _package("presentationml.presentation.main"), "F08")
    yield Kind(
        "xlsb", _zip({TYPES: b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"}), "F08"
    )
    yield Kind("ods", _zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "F08")
    yield Kind("zip of photos", _zip({"a.jpg": b"x"}), "F08")


def _names() -> Iterator[Kind]:
    for name in ("../evil.xml", "xl/../../evil.xml", "..\\evil.xml", "/etc/passwd", "\\evil",
                 "C:\\evil.xml", "c:/evil.xml"):  # fmt: skip
        yield Kind(f"part named {name!r}".replace("/", "|"), added((name, b"x")), "F05")
    sheet = part(filled(), SHEET).encode()
    yield Kind("part that stands twice", added((SHEET, sheet)), "F05")
    yield Kind("part that stands twice but for case", added((SHEET.upper(), sheet)), "F05")
    yield Kind(
        "part name with nul", _patched(added(("xl/aXb", b"x")), b"xl/aXb", b"xl/a\0b"), "F05"
    )
    yield Kind("part name of 60,000 letters", added(("x" * 60_000, b"x")), "graded")
    yield Kind(
        "part name that is no text",
        _patched(added(("xl/aXXb", b"x")), b"xl/aXXb", b"xl/a\xff\xfeb"),
        "graded",
    )


def _headers() -> Iterator[Kind]:
    yield Kind("2,001 parts", added(*((f"x/{n}", b"") for n in range(2_001))), "F04")
    yield Kind("100,000 parts", _many_entries(100_000), "F04")
    yield Kind("encrypted part", _flagged(filled(), 0x1), "F05")
    yield Kind("strongly encrypted part", _flagged(filled(), 0x41), "F05")
    for method in (1, 9, 12, 14, 93, 99):
        yield Kind(f"packed by method {method}", _method(filled(), method), "F05")
    yield Kind("sizes said too small", _sized(filled(), lambda size: size // 2), "F01")
    yield Kind("sizes said too large", _sized(filled(), lambda size: size + 1), "F01")
    yield Kind("sizes said 4 GiB", _sized(filled(), lambda _size: 0xFFFFFFFE), "F01")
    yield Kind("sizes said zero", _sized(filled(), lambda _size: 0), "F01")
    yield Kind("all parts in one place", _overlapping(filled()), "F05")
    yield Kind("parts beyond the end", _moved(filled(), 1 << 30), "F01")
    yield Kind("no central directory", filled()[: filled().rindex(b"PK\x01\x02")], "F01")
    yield Kind("wrong checksums", _crc(filled()), "F01")


def _markup() -> Iterator[Kind]:
    for name in (SHEET, STRINGS, BOOK, TYPES, RELS, STYLES):
        short = name.rpartition("/")[2]
        yield Kind(f"xml bomb in {short}", edited(name, lambda x: _in_root(x, BOMB)), "F05")
        yield Kind(f"xxe in {short}", edited(name, lambda x: _in_root(x, XXE)), "F05")
    utf16 = part(filled(), SHEET).replace("UTF-8", "UTF-16")
    yield Kind("doctype in utf-16", _replaced(SHEET, _in_root(utf16, XXE).encode("utf-16")), "F05")
    yield Kind("sheet in utf-16", _replaced(SHEET, utf16.encode("utf-16")))
    yield Kind(
        "sheet in utf-7",
        _replaced(SHEET, part(filled(), SHEET).replace("UTF-8", "UTF-7").encode("utf-7")),
    )
    yield Kind(
        "sheet in gbk",
        _replaced(SHEET, part(filled(), SHEET).replace("UTF-8", "GBK").encode("gbk", "replace")),
    )
    yield Kind("sheet not well-formed", edited(SHEET, lambda x: x[: len(x) // 2]), "F01")
    yield Kind(
        "sheet of bad utf-8",
        _replaced(
            SHEET, part(filled(), SHEET).encode().replace(b"<sheetData>", b"<sheetData>\xff\xfe")
        ),
    )
    yield Kind("sheet with nul", edited(SHEET, lambda x: x.replace("<sheetData>", "<sheetData>\0")))
    yield Kind("empty sheet part", _replaced(SHEET, b""))
    yield Kind("empty strings part", _replaced(STRINGS, b""))
    yield Kind("empty workbook part", _replaced(BOOK, b""))
    yield Kind("sheet of noise", _replaced(SHEET, _noise()[:50_000]))
    yield Kind(
        "deep nesting",
        edited(SHEET, lambda x: x.replace("</sheetData>", "</sheetData>" + _nested(20_000))),
    )
    yield Kind(
        "long attribute",
        edited(
            SHEET,
            lambda x: x.replace(
                "<sheetData>", f'<sheetPr codeName="{_noise().hex()}"/><sheetData>'
            ),
        ),
    )
    yield Kind(
        "comments and instructions",
        edited(SHEET, lambda x: x.replace("<sheetData>", "<!-- <c> --><?x <c>?><sheetData>")),
    )
    yield Kind(
        "cdata", edited(STRINGS, lambda x: re.sub(r"<t>(\w+)</t>", r"<t><![CDATA[\1]]></t>", x))
    )
    yield Kind(
        "byte-order mark", _replaced(SHEET, b"\xef\xbb\xbf" + part(filled(), SHEET).encode())
    )


def _cells() -> Iterator[Kind]:
    for index in ("-1", "99999999", "1_000", "1e3", " 5", "+5", "0x5", "", "五", "9" * 5000):
        yield Kind(
            f"string index {index[:9]!r}",
            edited(
                SHEET, lambda x, i=index: re.sub(r'(<c r="G4"[^>]*t="s"><v>)\d+', rf"\g<1>{i}", x)
            ),
        )
    for value in ("1_0", "1e400", "-1e400", "nan", "inf", "0x1p3", "1e-400", "9" * 400, "٠.٨٥", ""):
        yield Kind(
            f"number {value[:9]!r}",
            edited(SHEET, lambda x, v=value: re.sub(r'(<c r="H4"[^>]*><v>)[^<]+', rf"\g<1>{v}", x)),
        )
    for address in ("XFD1048576", "A0", "A99999999999", "AAAAAAA1", "1A", "", "a4", "$F$4"):
        yield Kind(
            f"cell at {address!r}",
            edited(
                SHEET,
                lambda x, a=address: x.replace(
                    "</sheetData>", f'<row r="1048576"><c r="{a}"><v>1</v></c></row></sheetData>'
                ),
            ),
        )
    for row in ("0", "-1", "99999999999", "x", "1048577"):
        yield Kind(
            f"row {row!r}",
            edited(
                SHEET,
                lambda x, r=row: x.replace(
                    "</sheetData>", f'<row r="{r}"><c><v>1</v></c></row></sheetData>'
                ),
            ),
        )
    again = '<row r="4"><c r="H4"><v>0.95</v></c></row></sheetData>'
    yield Kind("row that stands twice", edited(SHEET, lambda x: x.replace("</sheetData>", again)))
    yield Kind("rows out of order", edited(SHEET, _turned))
    yield Kind(
        "dimension that lies small",
        edited(SHEET, lambda x: re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1"/>', x)),
        "graded",
    )
    yield Kind(
        "dimension that lies large",
        edited(
            SHEET,
            lambda x: re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1:XFD1048576"/>', x),
        ),
        "graded",
    )
    yield Kind(
        "cell of unknown type",
        edited(SHEET, lambda x: re.sub(r'<c r="H4"([^>]*)>', r'<c r="H4" t="zz"\1>', x)),
    )
    yield Kind(
        "style index of nowhere",
        edited(SHEET, lambda x: re.sub(r'<c r="H4" s="\d+"', '<c r="H4" s="99999999"', x)),
    )


def _counts() -> Iterator[Kind]:
    merges = "".join(f'<mergeCell ref="A{n}:C{n}"/>' for n in range(100, 200_100))
    yield Kind(
        "200,000 merges",
        edited(
            SHEET,
            lambda x: x.replace("</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>"),
        ),
    )
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(100, 20_100))
    yield Kind(
        "20,000 sheets", edited(BOOK, lambda x: x.replace("</sheets>", f"{sheets}</sheets>")), "F04"
    )
    styles = "".join(f'<xf numFmtId="{n % 50}" fontId="{n}"/>' for n in range(1_000_000))
    yield Kind(
        "a million styles",
        edited(STYLES, lambda x: x.replace("</cellXfs>", f"{styles}</cellXfs>")),
        "F04",
    )
    strings = "".join(f"<si><t>{n * 7919 % 999_983}</t></si>" for n in range(1_000_000))
    yield Kind(
        "a million strings",
        edited(STRINGS, lambda x: x.replace("</sst>", f"{strings}</sst>")),
        "F04",
    )
    names = "".join(
        f'<definedName name="n{n * 7919 % 999_983}">A{n}</definedName>' for n in range(300_000)
    )
    yield Kind(
        "300,000 names",
        edited(BOOK, lambda x: x.replace("<definedNames>", f"<definedNames>{names}")),
        "F04",
    )
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n * 7919 % 99_991}</v></c></row>'
        for n in range(1_000, 1_048_577)
    )
    yield Kind(
        "a million rows",
        edited(SHEET, lambda x: x.replace("</sheetData>", f"{rows}</sheetData>")),
        "F04",
    )
    cells = "".join(
        f'<row r="{r}">' + "".join(f"<c><v>{r * c % 9973}</v></c>" for c in range(400)) + "</row>"
        for r in range(1_000, 6_000)
    )
    yield Kind(
        "two million cells",
        edited(SHEET, lambda x: x.replace("</sheetData>", f"{cells}</sheetData>")),
        "F04",
    )
    text = _noise().hex() * 8
    yield Kind(
        "text of 16 MiB", edited(STRINGS, lambda x: x.replace("<t>查阅记录</t>", f"<t>{text}</t>"))
    )
    relations = "".join(
        f'<Relationship Id="x{n}" Type="t" Target="y{n * 7919}"/>' for n in range(200_000)
    )
    yield Kind(
        "200,000 relations",
        edited(RELS, lambda x: x.replace("</Relationships>", f"{relations}</Relationships>")),
    )


def _structure() -> Iterator[Kind]:
    for name in (SHEET, STRINGS, BOOK, TYPES, RELS, STYLES, "_rels/.rels"):
        yield Kind(
            f"without {name.rpartition('/')[2]}",
            rezipped(lambda parts, gone=name: [(n, c) for n, c in parts if n != gone]),
        )
    yield Kind("two sheets of one name", edited(BOOK, lambda x: x.replace('"特别项"', '"评分表"')))
    yield Kind("no sheets", edited(BOOK, lambda x: re.sub("<sheet .*?/>", "", x)))
    yield Kind(
        "sheets that share a part", edited(RELS, lambda x: x.replace("sheet3.xml", "sheet2.xml"))
    )
    yield Kind(
        "relation to itself",
        edited(RELS, lambda x: x.replace("worksheets/sheet2.xml", "_rels/workbook.xml.rels")),
    )
    yield Kind(
        "relation outwards",
        edited(
            RELS,
            lambda x: x.replace(
                'Target="worksheets/sheet2.xml"',
                'Target="file:///etc/passwd" TargetMode="External"',
            ),
        ),
    )
    yield Kind(
        "relation up and out",
        edited(RELS, lambda x: x.replace("worksheets/sheet2.xml", "../../../../etc/passwd")),
    )
    yield Kind(
        "relation of sheets swapped",
        edited(
            RELS,
            lambda x: (
                x.replace("sheet2.xml", "Q")
                .replace("sheet3.xml", "sheet2.xml")
                .replace("Q", "sheet3.xml")
            ),
        ),
    )
    yield Kind("macros added", added(("xl/vbaProject.bin", _noise()[:9000])))
    yield Kind("external link added", added(("xl/externalLinks/externalLink1.xml", b"<x/>")))


def _encrypted() -> Iterator[Kind]:
    for name, password in (("password", "geheim"), ("VelvetSweatshop", "VelvetSweatshop")):
        yield Kind(f"encrypted with {name}", encrypted(password), "F03")


@lru_cache(maxsize=4)
def encrypted(password: str) -> bytes:
    """Return the good workbook with a password to open."""
    from msoffcrypto.format.ooxml import OOXMLFile

    target = io.BytesIO()
    OOXMLFile(io.BytesIO(filled())).encrypt(password, target)
    return target.getvalue()


def _zip(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as written:
        for name, content in parts.items():
            written.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def _package(kind: str) -> bytes:
    kind = f"application/vnd.openxmlformats-officedocument.{kind}+xml"
    text = f'<Types><Override ContentType="{kind}"/></Types>'
    return _zip({TYPES: text.encode()})


def _replaced(name: str, content: bytes) -> bytes:
    return rezipped(lambda parts: [(n, content if n == name else c) for n, c in parts])


def _patched(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    assert len(old) == len(new)
    return content.replace(old, new)


def _with_comment(content: bytes, comment: bytes) -> bytes:
    return content[:-2] + struct.pack("<H", len(comment)) + comment


def _nested(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


def _turned(xml: str) -> str:
    rows = re.findall(r"<row .*?</row>", xml, re.DOTALL)
    head, tail = xml.split(rows[0])[0], xml.split(rows[-1])[1]
    return head + "".join(reversed(rows)) + tail


def _entries(content: bytes) -> list[int]:
    return [match.start() for match in re.finditer(rb"PK\x01\x02", content)]


def _changed(content: bytes, at: int, form: str, change: Callable[[int], int]) -> bytes:
    """Change a number of every central directory entry."""
    out = bytearray(content)
    for entry in _entries(content):
        (value,) = struct.unpack_from(form, out, entry + at)
        struct.pack_into(form, out, entry + at, change(value))
    return bytes(out)


def _flagged(content: bytes, bits: int) -> bytes:
    return _changed(content, 8, "<H", lambda flags: flags | bits)


def _method(content: bytes, method: int) -> bytes:
    return _changed(content, 10, "<H", lambda _method: method)


def _crc(content: bytes) -> bytes:
    return _changed(content, 16, "<I", lambda crc: crc ^ 1)


def _sized(content: bytes, change: Callable[[int], int]) -> bytes:
    return _changed(content, 24, "<I", change)


def _moved(content: bytes, offset: int) -> bytes:
    return _changed(content, 42, "<I", lambda at: at + offset)


def _overlapping(content: bytes) -> bytes:
    return _changed(content, 42, "<I", lambda _at: 0)


def _many_entries(count: int) -> bytes:
    """Write a directory of very many entries for one small part."""
    name = b"x"
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0) + name
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(name),
                        0, 0, 0, 0, 0, 0) + name  # fmt: skip
    directory = entry * count
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF,
                      len(directory), len(local), 0)  # fmt: skip
    return local + directory + end
