"""Mutations of a filled workbook that know its structure, by class.

Each puts a second value, another place or another spelling where readers have parted before. The
XML stays well-formed and the package sound, so that readers go on to the values.
"""

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Callable

from mutations import Parts

from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.addresses import column_letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RATINGS, SPECIAL = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"
STRINGS, BOOK = "xl/sharedStrings.xml", "xl/workbook.xml"
BOOK_RELATIONS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
ITEM = re.compile(r"<si>(.*?)</si>", re.DOTALL)
ROW = re.compile(r'<row r="(\d+)"([^>]*)>(.*?)</row>', re.DOTALL)

_SPACES = ("urn:y", MAIN, "")
Mutation = Callable[[Parts, random.Random], None]
Edit = Callable[[str, random.Random], str]


def on(part: str, edit: Edit) -> Mutation:
    """Make a mutation of one part from an edit of its text."""

    def mutate(parts: Parts, chance: random.Random) -> None:
        # An earlier mutation may have taken the part, its encoding or what is looked for.
        with contextlib.suppress(KeyError, UnicodeDecodeError, IndexError):
            parts[part] = edit(parts[part].decode(), chance).encode()

    return mutate


TELLING = tuple(column_letters(layout.RATING_COLUMN[name]) for name in ("band", "percent"))


def answer(xml: str, chance: random.Random) -> re.Match[str]:
    """Choose a cell that bears on the grade: in 评分表 a percentage or band, else any filled."""
    cells = [m for m in CELL.finditer(xml) if m[4] and "<f>" not in m[4] and int(m[2]) > 3]
    telling = [m for m in cells if m[1] in TELLING] or cells
    return chance.choice(telling if chance.random() < 0.85 else cells)


def cell(change: Callable[[re.Match[str], random.Random], str]) -> Edit:
    """Make an edit of a sheet from one of a cell: it returns the cell's new XML."""

    def edit(xml: str, chance: random.Random) -> str:
        match = answer(xml, chance)
        return xml[: match.start()] + change(match, chance) + xml[match.end() :]

    return edit


def inner(change: Callable[[str, random.Random], str]) -> Edit:
    return cell(lambda m, c: f'<c r="{m[1]}{m[2]}"{m[3]}>{change(m[4], c)}</c>')


def tagged(change: Callable[[str, random.Random], str]) -> Edit:
    def changed(match: re.Match[str], chance: random.Random) -> str:
        given = f'r="{match[1]}{match[2]}"{match[3]}'
        return f"<c {change(given, chance)}>{match[4]}</c>"

    return cell(changed)


def other_value(chance: random.Random) -> str:
    """Return another value: a number in or outside the bands, or the index of a string."""
    return chance.choice(("0.99", "0.1", "0.7", "1", "0", "9", "85", "3"))


def _choice(*given: str) -> Callable[[str, random.Random], str]:
    return lambda _old, chance: chance.choice(given)


# ----- attributes, namespaces, prefixes -------------------------------------------------


def _foreign_attribute(given: str, chance: random.Random) -> str:
    name = chance.choice(("r", "t", "s"))
    value = {"r": "G5", "t": chance.choice(("s", "str", "e")), "s": "1"}[name]
    own = f'xmlns:y="urn:y" y:{name}="{value}"'
    return f"{own} {given}" if chance.random() < 0.5 else f"{given} {own}"


def _respelled(given: str, chance: random.Random) -> str:
    attributes = re.findall(r'\w+="[^"]*"', given)
    chance.shuffle(attributes)
    blank = chance.choice((" ", "\n", "\t ", "  "))
    text = blank.join(attributes) + chance.choice(("", " ", "\n"))
    return text.replace('"', "'") if chance.random() < 0.3 else text


def _typed(given: str, chance: random.Random) -> str:
    kind = chance.choice(("s", "str", "n", "b", "e", "d", "inlineStr", "x", "", "S"))
    return re.sub(r' t="\w+"', "", given) + f' t="{kind}"'


def _styled(given: str, chance: random.Random) -> str:
    style = chance.choice(("0", "1", "05", "999", "-1", "2", "7"))
    return re.sub(r' s="\d+"', "", given) + f' s="{style}"'


def _sheet_ids(xml: str, chance: random.Random) -> str:
    """Give a sheet a second id of a foreign namespace, before or after its own."""
    sheets = list(re.finditer(r"<sheet [^>]*/>", xml))
    sheet = chance.choice(sheets)
    own = f' xmlns:y="urn:y" y:id="rId{chance.randint(1, 5)}"'
    at = sheet.start() + 6 if chance.random() < 0.5 else sheet.end() - 2
    return xml[:at] + own + xml[at:]


def _foreign_value(inner: str, chance: random.Random) -> str:
    other = f'<y:v xmlns:y="urn:y">{other_value(chance)}</y:v>'
    return other + inner if chance.random() < 0.5 else inner + other


def _foreign_default(inner: str, chance: random.Random) -> str:
    return inner.replace("<v>", f'<v xmlns="{chance.choice(_SPACES)}">', 1)


def _foreign_row(xml: str, chance: random.Random) -> str:
    row = chance.choice(list(ROW.finditer(xml)))
    at = row.start() + len(f'<row r="{row[1]}"')
    return xml[:at] + f' xmlns="{chance.choice(_SPACES[:2])}"' + xml[at:]


def _foreign_table(xml: str, chance: random.Random) -> str:
    other = chance.choice(("urn:y", "http://purl.oclc.org/ooxml/spreadsheetml/main"))
    return xml.replace(MAIN, other, 1)


def _ext_list(inner: str, chance: random.Random) -> str:
    uri = "{9A5F8F3B-0000-4000-8000-000000000001}"
    held = chance.choice(
        (f"<v>{other_value(chance)}</v>", f"<is><t>{other_value(chance)}</t></is>")
    )
    return f'{inner}<extLst><ext uri="{uri}">{held}</ext></extLst>'


def _prefixed_part(xml: str, _chance: random.Random) -> str:
    xml = xml.replace(f' xmlns="{MAIN}"', f' xmlns:p="{MAIN}"', 1)
    return re.sub(r"<(/?)(?=[a-zA-Z])(?![a-zA-Z]+:)", r"<\1p:", xml)


def _prefixed_cell(match: re.Match[str], chance: random.Random) -> str:
    space = chance.choice((MAIN, MAIN, "urn:y"))
    inner = re.sub(r"<(/?)(?=\w)", r"<\1p:", match[4])
    where = chance.choice(("all", "inner"))
    if where == "all":
        head = f'<p:c xmlns:p="{space}" r="{match[1]}{match[2]}"{match[3]}>'
        return f"{head}{inner}</p:c>"
    return f'<c xmlns:p="{space}" r="{match[1]}{match[2]}"{match[3]}>{inner}</c>'


# ----- parts and ids ----------------------------------------------------------------------


def changed_sheet(parts: Parts, part: str, chance: random.Random) -> bytes:
    return re.sub(
        rb'(<c r="G\d+"[^>]*>)<v>[^<]*</v>',
        rb"\g<1><v>" + other_value(chance).encode() + b"</v>",
        parts[part],
    )


def _decoy_sheet(parts: Parts, chance: random.Random) -> None:
    """Add a second 评分表 and a second relationship of its id, or one of another id."""
    parts["xl/worksheets/sheet9.xml"] = changed_sheet(parts, RATINGS, chance)
    ident = chance.choice(("rId2", "rId99", "RID2"))
    own = (
        f'<Relationship Id="{ident}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet9.xml"/>'
    )
    xml = parts[BOOK_RELATIONS].decode()
    before = chance.random() < 0.5
    if before:
        xml = re.sub(r"(<Relationships[^>]*>)", rf"\1{own}", xml)
    else:
        xml = xml.replace("</Relationships>", f"{own}</Relationships>")
    parts[BOOK_RELATIONS] = xml.encode()
    typed = rb'(<Override PartName="/xl/worksheets/sheet)2(\.xml"[^>]*>)'
    parts[TYPES] = re.sub(typed, rb"\g<0>\g<1>9\2", parts[TYPES])


def _decoy_book(parts: Parts, chance: random.Random) -> None:
    """Let the package's relationships name another workbook part, the first stays."""
    parts["xl/book2.xml"] = parts[BOOK]
    parts["xl/_rels/book2.xml.rels"] = parts[BOOK_RELATIONS].replace(b"sheet2.xml", b"sheet9.xml")
    parts["xl/worksheets/sheet9.xml"] = changed_sheet(parts, RATINGS, chance)
    named = parts["_rels/.rels"]
    if chance.random() < 0.5:
        parts["_rels/.rels"] = named.replace(b"xl/workbook.xml", b"xl/book2.xml")
    else:
        own = f'<Relationship Id="rId77" Type="{RELATIONS}/officeDocument" Target="xl/book2.xml"/>'
        parts["_rels/.rels"] = named.replace(
            b"</Relationships>", own.encode() + b"</Relationships>"
        )
    typed = rb'(<Override PartName="/xl/)workbook(\.xml"[^>]*>)'
    both = chance.choice((rb"\g<1>book2\2", rb"\g<0>\g<1>book2\2", rb"\g<0>"))
    parts[TYPES] = re.sub(typed, both, parts[TYPES])


def _decoy_strings(parts: Parts, chance: random.Random) -> None:
    if STRINGS not in parts:
        return
    items = ITEM.findall(parts[STRINGS].decode())
    chance.shuffle(items)
    table = "".join(f"<si>{item}</si>" for item in items)
    parts["xl/strings2.xml"] = f'<sst xmlns="{MAIN}">{table}</sst>'.encode()
    xml = parts[BOOK_RELATIONS].decode()
    own = f'<Relationship Id="rId88" Type="{RELATIONS}/sharedStrings" Target="strings2.xml"/>'
    if chance.random() < 0.5:
        xml = xml.replace('Target="sharedStrings.xml"', 'Target="strings2.xml"')
    else:
        xml = xml.replace("</Relationships>", f"{own}</Relationships>")
    parts[BOOK_RELATIONS] = xml.encode()
    if chance.random() < 0.5:
        typed = rb'(<Override PartName="/xl/)sharedStrings(\.xml"[^>]*>)'
        parts[TYPES] = re.sub(typed, rb"\g<0>\g<1>strings2\2", parts[TYPES])


def twice(pattern: str) -> Edit:
    """Repeat one of the elements that a pattern finds."""

    def edit(xml: str, chance: random.Random) -> str:
        found = list(re.finditer(pattern, xml, re.DOTALL))
        if not found:
            return xml
        match = chance.choice(found)
        at = match.end() if chance.random() < 0.5 else match.start()
        return xml[:at] + match[0] + xml[at:]

    return edit


def _second_data(xml: str, chance: random.Random) -> str:
    data = re.search(r"<sheetData>.*</sheetData>", xml, re.DOTALL)
    assert data is not None
    other = re.sub(r"<v>0\.\d+</v>", f"<v>{other_value(chance)}</v>", data[0])
    kind = chance.choice(("after", "before", "ext", "wrapped"))
    if kind == "after":
        return xml[: data.end()] + other + xml[data.end() :]
    if kind == "before":
        return xml[: data.start()] + other + xml[data.start() :]
    if kind == "ext":
        return xml.replace(
            "</worksheet>", f'<extLst><ext uri="u">{other}</ext></extLst></worksheet>'
        )
    wrapped = f'<y:w xmlns:y="urn:y">{data[0]}</y:w>'
    return xml[: data.start()] + wrapped + xml[data.end() :]


def _part_of_other_type(parts: Parts, chance: random.Random) -> None:
    name = chance.choice(("/xl/workbook.xml", "/xl/worksheets/sheet2.xml", "/xl/sharedStrings.xml"))
    kind = chance.choice(("application/xml", "application/vnd.ms-excel.macrosheet+xml", ""))
    parts[TYPES] = re.sub(
        rf'(PartName="{name}" ContentType=")[^"]*'.encode(), rb"\g<1>" + kind.encode(), parts[TYPES]
    )


# ----- string tables ------------------------------------------------------------------------


def item(change: Callable[[str, random.Random], str]) -> Mutation:
    """Make a mutation of a string item that a band, category or clause refers to, or of any."""

    def edit(xml: str, chance: random.Random) -> str:
        items = list(ITEM.finditer(xml))
        telling = [m for m in items if re.search(r"\d%|录音|记录|事故", m[1])] or items
        match = chance.choice(telling if chance.random() < 0.8 else items)
        return xml[: match.start()] + change(match[1], chance) + xml[match.end() :]

    return on(STRINGS, edit)


def text_of(item: str) -> str:
    return "".join(re.findall(r"<t[^>]*>([^<]*)</t>", item))


def _strange_item(item: str, chance: random.Random) -> str:
    text = text_of(item)
    half = len(text) // 2
    one, two = text[:half], text[half:]
    return chance.choice(
        (
            f"<si><t\n>{text}</t></si>", f"<si><t >{text}</t ></si>", f"<si >{item}</si >",
            f"<si>\n{item}\n</si>", f"<si><t xml:space='preserve'>{text}</t></si>",
            f"<si><r><t>{one}</t></r><r><rPr><b/></rPr><t>{two}</t></r></si>",
            f'<si><t>{text}</t><rPh sb="0" eb="1"><t>x</t></rPh><phoneticPr fontId="1"/></si>',
            f"<si><t>{one}</t><t>{two}</t></si>", f"<si><t>{text}</t><r><t>x</t></r></si>",
            f"<si><t>{one}<b/>{two}</t></si>", f"<si>x<t>{text}</t></si>",
            f'<si><t>{text}</t><y:t xmlns:y="urn:y">x</y:t></si>',
            f'<si><p:t xmlns:p="{MAIN}">{text}</p:t></si>', f'<si xmlns="{MAIN}">{item}</si>',
            f'<si xmlns="urn:y">{item}</si>', f"<si><r><t>{one}</t><t>{two}</t></r></si>",
            f"<si><extLst><ext uri='u'><si><t>x</t></si></ext></extLst>{item}</si>",
            f"<si>{item}</si><si><t>x</t></si>", "", f"<y:si xmlns:y='urn:y'>{item}</y:si>",
            f"<extLst><ext uri='u'><si><t>x</t></si></ext></extLst><si>{item}</si>",
        )
    )  # fmt: skip


def _index(inner: str, chance: random.Random) -> str:
    def other(match: re.Match[str]) -> str:
        number = match[1]
        return "<v>" + chance.choice(
            (f"0{number}", f" {number}", f"{number} ", f"+{number}", f"{number}.0", f"-{number}",
             f"{number}e0", "99999", "", f"&#{ord(number[0])};{number[1:]}", "1_0",
             other_value(chance))
        ) + "</v>"  # fmt: skip

    return re.sub(r"<v>(\d+)</v>", other, inner)


# ----- inline texts, CDATA, instructions, comments --------------------------------------------


def _as_inline(match: re.Match[str], chance: random.Random) -> str:
    style = re.search(r' s="\d+"', match[3])
    head = f'<c r="{match[1]}{match[2]}"{style[0] if style else ""}'
    number = re.search(r"<v>(0\.\d+)</v>", match[4])
    text = number[1] if number else "x"
    kind = chance.choice(("inlineStr", "str", "n", "s", "inlineStr"))
    return head + f' t="{kind}">' + chance.choice(
        (
            f"<is><t>{text}</t></is>", f"<is><r><t>{text}</t></r></is>", f"<v>{text}</v>",
            f"<is><t>{text}</t></is><v>{other_value(chance)}</v>",
            f"<v>{text}</v><is><t>{other_value(chance)}</t></is>",
            f"<is><t>{text}</t><t>1</t></is>", f"<is>{text}</is>",
            f"<is><t>{text}</t></is><is><t>{other_value(chance)}</t></is>",
            f'<is><t>{text}</t><rPh sb="0" eb="1"><t>9</t></rPh></is>',
            f"<is><t>{text}%</t></is>", f"<is><t> {text}</t></is>", f"<t>{text}</t>",
        )
    ) + "</c>"  # fmt: skip


def _two_values(inner: str, chance: random.Random) -> str:
    other = f"<v>{other_value(chance)}</v>"
    return chance.choice(
        (inner + other, other + inner, f"<y>{inner}</y>", f"{inner}<f/>", f"<f>1</f>{inner}",
         inner.replace("<v>", f"<v><v>{other_value(chance)}</v>", 1), f"{inner}<v/>",
         f"<v/>{inner}", f"{inner}9", f"9{inner}")
    )  # fmt: skip


def _into_value(*tokens: str) -> Edit:
    """Put a token into the text of a value, or around it."""

    def change(inner: str, chance: random.Random) -> str:
        match = re.search(r"<v>([^<]*)</v>", inner)
        if match is None:
            return inner
        at = chance.randint(0, len(match[1]))
        value = match[1][:at] + chance.choice(tokens) + match[1][at:]
        return inner[: match.start()] + f"<v>{value}</v>" + inner[match.end() :]

    return inner(change)


def _into_text(*tokens: str) -> Mutation:
    def change(item: str, chance: random.Random) -> str:
        text = text_of(item)
        at = chance.randint(0, len(text)) if "&" not in text else 0
        return f"<si><t>{text[:at]}{chance.choice(tokens)}{text[at:]}</t></si>"

    return item(change)


def _wrapped_cdata(inner: str, chance: random.Random) -> str:
    whole = chance.random() < 0.6
    replaced = r"<v><![CDATA[\1]]></v>" if whole else r"<v>\1<![CDATA[9]]></v>"
    return re.sub(r"<v>([^<]*)</v>", replaced, inner)


def _between(*tokens: str) -> Edit:
    """Put a token between two tags of the sheet."""

    def edit(xml: str, chance: random.Random) -> str:
        at = chance.choice([m.start() + 1 for m in re.finditer("><", xml)])
        return xml[:at] + chance.choice(tokens) + xml[at:]

    return edit


# ----- encodings and zip forms ------------------------------------------------------------------


def _encoded(parts: Parts, chance: random.Random) -> None:
    names = (RATINGS, SPECIAL, STRINGS, BOOK, BOOK_RELATIONS, TYPES, "xl/styles.xml")
    name = chance.choice([name for name in names if name in parts])
    text = re.sub(r"^<\?xml[^>]*\?>\s*", "", parts[name].decode(errors="replace"))
    head = '<?xml version="1.0" encoding="{}"?>'
    parts[name] = chance.choice(
        (
            lambda: ("\ufeff" + head.format("UTF-16") + text).encode("utf-16-le"),
            lambda: ("\ufeff" + head.format("UTF-16") + text).encode("utf-16-be"),
            lambda: (head.format("GBK") + text).encode("gbk", "xmlcharrefreplace"),
            lambda: (head.format("ISO-8859-1") + text).encode("latin-1", "xmlcharrefreplace"),
            lambda: (head.format("UTF-8") + "\r\n" + text).encode("utf-8-sig"),
            lambda: (head.format("utf-8") + text).encode("ascii", "xmlcharrefreplace"),
            lambda: (head.format("us-ascii") + text).encode("ascii", "xmlcharrefreplace"),
            lambda: ("\n" + text).encode(),
            lambda: (head.format("UTF-8") + text.replace("0.", "&#48;&#x2E;")).encode(),
            lambda: (head.format("windows-1252") + text).encode(),
        )
    )()


# ----- cell references, merges, what is hidden, values -------------------------------------------


def _reference(match: re.Match[str], chance: random.Random) -> str:
    column, row = match[1], match[2]
    given = chance.choice(
        ("", f' r="{column.lower()}{row}"', f' r="${column}${row}"', f' r="{column}{int(row) + 1}"',
         f' r="{column}0{row}"', ' r="G5"', f' R="{column}{row}"', ' r=""', f' r=" {column}{row}"',
         f' r="R{row}C7"', f' r="{column}{row}:{column}{row}"')
    )  # fmt: skip
    return f"<c{given}{match[3]}>{match[4]}</c>"


def _row_reference(xml: str, chance: random.Random) -> str:
    rows = list(ROW.finditer(xml))
    row = chance.choice(rows)
    given = chance.choice(("", f' r="0{row[1]}"', f' r="{int(row[1]) + 1}"', ' r="1"', ' r="x"'))
    return xml[: row.start()] + f"<row{given}{row[2]}>{row[3]}</row>" + xml[row.end() :]


def _swapped_rows(xml: str, chance: random.Random) -> str:
    rows = list(ROW.finditer(xml))
    at = chance.randrange(len(rows) - 1)
    one, two = rows[at], rows[at + 1]
    return xml[: one.start()] + two[0] + xml[one.end() : two.start()] + one[0] + xml[two.end() :]


def _merged(xml: str, chance: random.Random) -> str:
    top = chance.randint(3, 10)
    ref = chance.choice((f"F{top}:G{top}", f"G{top}:G{top + 2}", "A1:J60", f"g{top}:g{top + 1}"))
    own = f'<mergeCell ref="{ref}"/>'
    if "<mergeCells" in xml:
        return re.sub(r"(<mergeCells[^>]*>)", rf"\1{own}", xml)
    return xml.replace("</sheetData>", f"</sheetData><mergeCells>{own}</mergeCells>")


def _hidden(xml: str, chance: random.Random) -> str:
    own = chance.choice(('hidden="1"', 'hidden="true"', 'ht="0" customHeight="1"', 'y:hidden="1"'))
    row = chance.choice(list(ROW.finditer(xml)))
    at = row.start() + len(f'<row r="{row[1]}"')
    if chance.random() < 0.5:
        rest = re.sub(r' (?:hidden|ht|customHeight)="[^"]*"', "", row[2])
        own = f'xmlns:y="urn:y" {own}' if "y:" in own else own
        return xml[:at] + f" {own}" + rest + xml[at + len(row[2]) :]
    return re.sub(r"<col (?=[^>]*min=\"[67]\")", '<col hidden="1" ', xml)


def _number(inner: str, chance: random.Random) -> str:
    def other(match: re.Match[str]) -> str:
        value = float(match[1])
        return "<v>" + chance.choice(
            (f"{value:.3e}", f" {value}", f"{value}%", f"+{value}", f"{value:.17f}", f"{value}\n",
             f"{value * 100}", f"{value}".replace(".", ","), f"{value}_0", f"0{value}", "NaN",
             f"{value}".lstrip("0"), f"{value}d", f"0x{int(value * 100):x}", f"-{value}", "1e400",
             f"{value}".translate({48 + n: 0x660 + n for n in range(10)}))
        ) + "</v>"  # fmt: skip

    return re.sub(r"<v>(0\.\d+)</v>", other, inner)


def _escaped(item: str, chance: random.Random) -> str:
    text = text_of(item)
    at = chance.randint(0, len(text)) if "&" not in text else 0
    token = chance.choice(
        ("_x0020_", "_x0038_", "_x005F_", "_X0030_", "_x000D_", "&#13;", "\u200b")
    )
    return f"<si><t>{text[:at]}{token}{text[at:]}</t></si>"


def on_both(edit: Edit) -> tuple[Mutation, ...]:
    return on(RATINGS, edit), on(RATINGS, edit), on(SPECIAL, edit)


_COMMENTS, _INSTRUCTIONS = ("<!--9-->", "<!-- x -->"), ("<?x 9?>", "<?xml-y z?>")
BASIC: dict[str, tuple[Mutation, ...]] = {
    "attributes": (
        *on_both(tagged(_foreign_attribute)), *on_both(tagged(_respelled)),
        *on_both(tagged(_typed)), *on_both(tagged(_styled)), on(BOOK, _sheet_ids),
    ),
    "namespaces": (
        *on_both(inner(_foreign_value)), *on_both(inner(_foreign_default)),
        *on_both(_foreign_row), *on_both(inner(_ext_list)), on(STRINGS, _foreign_table),
        *on_both(_foreign_table),
    ),
    "prefixes": (
        on(STRINGS, _prefixed_part), *on_both(cell(_prefixed_cell)),
        on(RATINGS, _prefixed_part), on(BOOK, _prefixed_part),
    ),
    "parts and ids": (
        _decoy_sheet, _decoy_book, _decoy_strings, _part_of_other_type,
        on(BOOK, twice(r"<sheet [^>]*/>")), on(BOOK, twice(r"<sheets>.*</sheets>")),
        on(TYPES, twice(r"<Override [^>]*/>")),
        on(BOOK_RELATIONS, twice(r"<Relationship [^>]*/>")),
        *on_both(_second_data),
    ),
    "string tables": (item(_strange_item), item(_strange_item), *on_both(inner(_index))),
    "inline texts": (*on_both(cell(_as_inline)), *on_both(inner(_two_values))),
    "CDATA": (
        *on_both(inner(_wrapped_cdata)), _into_text("<![CDATA[9]]>", "<![CDATA[]]>"),
        item(lambda item, _c: f"<si><t><![CDATA[{text_of(item)}]]></t></si>"),
    ),
    "instructions": (
        *on_both(_into_value(*_INSTRUCTIONS)), *on_both(_between(*_INSTRUCTIONS)),
        _into_text(*_INSTRUCTIONS), on(STRINGS, _between(*_INSTRUCTIONS)),
    ),
    "comments": (
        *on_both(_into_value(*_COMMENTS)), *on_both(_between(*_COMMENTS)),
        _into_text(*_COMMENTS), on(STRINGS, _between(*_COMMENTS)),
    ),
    "encodings": (_encoded,),
    "cell references": (
        *on_both(cell(_reference)), *on_both(_row_reference), *on_both(_swapped_rows),
        *on_both(twice(r'<c r="[FG]\d+"[^>]*>.*?</c>')), *on_both(twice(r"<row .*?</row>")),
    ),
    "merges and hiding": (*on_both(_merged), *on_both(_hidden)),
    "values": (*on_both(inner(_number)), item(_escaped)),
}  # fmt: skip
