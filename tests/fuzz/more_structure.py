"""More mutations that know the structure: formulas, styles, targets, switches, alternatives."""

from __future__ import annotations

import contextlib
import random
import re

from mutations import Parts
from structure import (
    BOOK,
    BOOK_RELATIONS,
    CELL,
    MAIN,
    RATINGS,
    RELATIONS,
    ROW,
    STRINGS,
    TYPES,
    Edit,
    Mutation,
    answer,
    cell,
    inner,
    item,
    on,
    on_both,
    other_value,
    tagged,
    text_of,
)

STYLES = "xl/styles.xml"
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"

# ----- attributes, references and entities --------------------------------------------------


def _idle_attribute(given: str, chance: random.Random) -> str:
    own = chance.choice(
        ('xml:space="preserve"', 'cm="1"', 'vm="1"', 'ph="1"', 'xml:lang="zh"', 'R="G5"', 'T="s"')
    )
    return f"{given} {own}" if chance.random() < 0.5 else f"{own} {given}"


def _attribute_by_entities(given: str, chance: random.Random) -> str:
    """Write one character of an attribute's value as a reference."""
    places = [m.start(1) for m in re.finditer(r'="[^"]*?(\w)[^"]*"', given)]
    at = chance.choice(places)
    form = chance.choice(("&#{};", "&#x{:X};", "&#0{};"))
    return given[:at] + form.format(ord(given[at])) + given[at + 1 :]


def _value_by_entities(text: str, chance: random.Random) -> str:
    def spelled(match: re.Match[str]) -> str:
        at = chance.randrange(len(match[1])) if match[1] else 0
        one = match[1][at : at + 1]
        if not one:
            return match[0]
        form = chance.choice(("&#{};", "&#x{:x};", "&#x0000{:X};", "&amp;#{};", "&lt;{}"))
        return f"<v>{match[1][:at]}{form.format(ord(one))}{match[1][at + 1 :]}</v>"

    return re.sub(r"<v>([^<]*)</v>", spelled, text)


def _text_by_entities(found: str, chance: random.Random) -> str:
    text = text_of(found)
    if "&" in text or not text:
        return f"<si>{found}</si>"
    at = chance.randrange(len(text))
    form = chance.choice(("&#{};", "&#x{:x};", "&amp;{}", "&#x200B;{}", "&#10;{}", "&quot;{}"))
    return f"<si><t>{text[:at]}{form.format(ord(text[at]))}{text[at + 1 :]}</t></si>"


def _own_entity(xml: str, chance: random.Random) -> str:
    head = re.match(r"<\?xml[^>]*\?>\s*", xml)
    at = head.end() if head else 0
    kind = chance.choice(
        ('<!DOCTYPE x [<!ENTITY e "9">]>', "<!DOCTYPE x>", '<!DOCTYPE x SYSTEM "y">')
    )
    return xml[:at] + kind + re.sub(r"<v>0", "<v>&e;", xml[at:], count=1)


def _swapped_cells(xml: str, chance: random.Random) -> str:
    """Swap two cells of a row, with or without their references."""
    row = chance.choice([m for m in ROW.finditer(xml) if len(CELL.findall(m[3])) > 2])
    cells = list(CELL.finditer(row[3]))
    at = chance.randrange(len(cells) - 1)
    texts = [m[0] for m in cells]
    texts[at], texts[at + 1] = texts[at + 1], texts[at]
    if chance.random() < 0.4:
        texts = [re.sub(r' r="[^"]*"', "", text, count=1) for text in texts]
    return xml[: row.start(3)] + "".join(texts) + xml[row.end(3) :]


def _cell_elsewhere(xml: str, chance: random.Random) -> str:
    """Put a cell of an answer's address outside its row or outside every row."""
    match = answer(xml, chance)
    address = f"{match[1]}{match[2]}"
    own = f'<c r="{address}"><v>{other_value(chance)}</v></c>'
    place = chance.choice(("</sheetData>", "</row>", "<sheetData>", "<row "))
    at = xml.find(place) + (len(place) if place == "<sheetData>" else 0)
    return xml[:at] + own + xml[at:]


# ----- formulas and styles --------------------------------------------------------------------


def _formula(found: str, chance: random.Random) -> str:
    """Give an answer a formula, with its stored result, another one, or none."""
    value = re.search(r"<v>[^<]*</v>", found)
    kept = chance.choice((value[0] if value else "", "", f"<v>{other_value(chance)}</v>", "<v/>"))
    kinds = (
        f"<f>{other_value(chance)}</f>", "<f/>", '<f t="shared" si="0"/>', "<f>1+1</f>",
        '<f t="array" ref="G4">0.9</f>', '<f ca="1">0.9</f>', '<f t="dataTable" ref="G4"/>',
        '<f t="shared" ref="G4:G9" si="7">0.9</f>', "<f> </f>", "<f>#REF!</f>",
    )  # fmt: skip
    formula = chance.choice(kinds)
    return formula + kept if chance.random() < 0.8 else kept + formula


def _in_a_new_style(parts: Parts, chance: random.Random) -> None:
    """Give an answer a style of its own: a date, text, nothing shown, a scale, white."""
    with contextlib.suppress(KeyError, UnicodeDecodeError, IndexError):
        styles = parts[STYLES].decode()
        count = len(re.findall(r"<xf ", re.search(r"<cellXfs.*?</cellXfs>", styles, re.S)[0]))  # type: ignore[index]
        number = chance.choice(
            ("14", "22", "49", "9", "10", "46", "57", "200", "201", "202", "203")
        )
        codes = {
            "200": ";;;",
            "201": "0.00,,",
            "202": "yyyy&quot;年&quot;",
            "203": "[=0.9]&quot;50%&quot;;0%",
        }
        own = f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        styles = styles.replace("</cellXfs>", f"{own}</cellXfs>", 1)
        if number in codes:
            code = f'<numFmt numFmtId="{number}" formatCode="{codes[number]}"/>'
            styles = re.sub(r"(<numFmts[^>]*>)", rf"\1{code}", styles, count=1)
        styles = re.sub(r'(<(?:cellXfs|numFmts) )count="\d+"', r"\1", styles)
        xml = parts[RATINGS].decode()
        match = answer(xml, chance)
        head = re.sub(r' s="\d+"', "", match[3])
        new = f'<c r="{match[1]}{match[2]}" s="{count}"{head}>{match[4]}</c>'
        parts[RATINGS] = (xml[: match.start()] + new + xml[match.end() :]).encode()
        parts[STYLES] = styles.encode()


# ----- targets of relationships, and switches of the workbook ---------------------------------


def _target(xml: str, chance: random.Random) -> str:
    """Spell the target of a relationship otherwise."""
    match = chance.choice(list(re.finditer(r'Target="([^"]*)"', xml)))
    target = match[1].removeprefix("/xl/")
    spelled = chance.choice(
        (f"/xl/{target}", f"./{target}", f"../xl/{target}", target.replace(".", "%2E"),
         target.replace("/", "\\"), target.upper(), f"{target}#x", f" {target}", f"{target}?a=1",
         f"/xl/../xl/{target}", f"xl/{target}", target.replace("sheet2", "sheet3"),
         target.replace("sheet", "&#115;heet"))
    )  # fmt: skip
    new = f'Target="{spelled}"'
    if chance.random() < 0.15:
        new += ' TargetMode="External"'
    return xml[: match.start()] + new + xml[match.end() :]


def _relationship_type(xml: str, chance: random.Random) -> str:
    match = chance.choice(list(re.finditer(r'Type="([^"]*)"', xml)))
    strict = match[1].replace(
        "schemas.openxmlformats.org/officeDocument/2006", "purl.oclc.org/ooxml/officeDocument"
    )
    other = chance.choice((strict, match[1].upper(), f"{RELATIONS}/worksheet", f"{match[1]} ", ""))
    return xml[: match.start(1)] + other + xml[match.end(1) :]


def _switch(xml: str, chance: random.Random) -> str:
    """Change what the workbook says of a sheet, or of dates and calculation."""
    sheets = list(re.finditer(r"<sheet ([^>]*)/>", xml))
    kind = chance.choice(("dates", "state", "order", "names", "blank", "calculation", "case"))
    if kind == "dates":
        return re.sub(r"<workbookPr ?", '<workbookPr date1904="1" ', xml, count=1)
    if kind == "calculation":
        return re.sub(r"<calcPr[^>]*/>", '<calcPr calcMode="manual" fullPrecision="0"/>', xml)
    one, two = chance.sample(sheets, 2)
    if kind == "order":
        first, second = sorted((one, two), key=lambda m: m.start())
        between = xml[first.end() : second.start()]
        return xml[: first.start()] + second[0] + between + first[0] + xml[second.end() :]
    if kind == "state":
        state = chance.choice(("hidden", "veryHidden", "visible", "x"))
        rest = re.sub(r' ?state="\w+"', "", one[0])
        return xml.replace(one[0], rest.replace("/>", f' state="{state}"/>'))
    name = re.search(r'name="([^"]*)"', one[0])
    again = re.search(r'name="([^"]*)"', two[0])
    assert name is not None
    assert again is not None
    if kind == "names":
        swapped = one[0].replace(name[0], again[0]), two[0].replace(again[0], name[0])
        return xml.replace(one[0], "\0").replace(two[0], swapped[1]).replace("\0", swapped[0])
    blank = chance.choice((f"{name[1]} ", f" {name[1]}", f"{name[1]}&#10;", name[1].upper()))
    return xml.replace(one[0], one[0].replace(name[0], f'name="{blank}"'))


def _hidden_columns(xml: str, chance: random.Random) -> str:
    own = chance.choice(
        ('<col min="7" max="7" width="0" customWidth="1"/>', '<col min="6" max="7" hidden="1"/>',
         '<col min="1" max="16384" width="9" hidden="true"/>', '<col min="7" max="6" hidden="1"/>')
    )  # fmt: skip
    if chance.random() < 0.4:
        return re.sub(r"<sheetFormatPr ?", '<sheetFormatPr zeroHeight="1" ', xml, count=1)
    if chance.random() < 0.5:
        return re.sub(r"<cols>.*?</cols>", f"<cols>{own}</cols>", xml, flags=re.DOTALL)
    return xml.replace("<sheetData>", f"<cols>{own}</cols><sheetData>", 1)


# ----- alternatives, and string tables as a whole ----------------------------------------------


def _alternative(match: re.Match[str], chance: random.Random) -> str:
    """Wrap a cell into an alternative that an application may or may not take."""
    other = f'<c r="{match[1]}{match[2]}"><v>{other_value(chance)}</v></c>'
    first, second = chance.sample((match[0], other), 2)
    space = f'xmlns:mc="{_COMPATIBILITY}"'
    needs = chance.choice(("x14", "mc", "y"))
    known = (
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" xmlns:y="urn:y"'
    )
    return (
        f'<mc:AlternateContent {space} {known}><mc:Choice Requires="{needs}">{first}</mc:Choice>'
        f"<mc:Fallback>{second}</mc:Fallback></mc:AlternateContent>"
    )


def _ignorable(xml: str, chance: random.Random) -> str:
    """Let the part name a namespace to be ignored, or to be looked into."""
    own = chance.choice(('mc:Ignorable="y"', 'mc:ProcessContent="y:w"', 'mc:MustUnderstand="y"'))
    head = f'xmlns:mc="{_COMPATIBILITY}" xmlns:y="urn:y" {own} '
    match = answer(xml, chance)
    wrapped = f"<y:w>{match[0]}</y:w>"
    if chance.random() < 0.5:
        wrapped = match[0] + f'<y:c r="{match[1]}{match[2]}"><y:v>{other_value(chance)}</y:v></y:c>'
    xml = xml[: match.start()] + wrapped + xml[match.end() :]
    return re.sub(r"<worksheet ", f"<worksheet {head}", xml, count=1)


def _counted(xml: str, chance: random.Random) -> str:
    """State another number of strings, or repeat the table."""
    kind = chance.choice(("count", "uniqueCount", "again", "nested"))
    if kind in ("count", "uniqueCount"):
        number = chance.choice(("0", "1", "-1", "99999999", "x"))
        return re.sub(rf' {kind}="\d+"', f' {kind}="{number}"', xml)
    body = re.search(r"<sst[^>]*>(.*)</sst>", xml, re.DOTALL)
    assert body is not None
    if kind == "nested":
        return xml.replace(body[1], f'<sst xmlns="{MAIN}">{body[1]}</sst>')
    return xml.replace("</sst>", "<si><t>x</t></si></sst>").replace(">", ">\n", 3)


def _lost(part: str) -> Mutation:
    def mutate(parts: Parts, _chance: random.Random) -> None:
        parts.pop(part, None)

    return mutate


def _odd_encoding(part: str) -> Mutation:
    """Encode a part as it does not say, or in an encoding that few readers know."""

    def mutate(parts: Parts, chance: random.Random) -> None:
        with contextlib.suppress(KeyError, UnicodeDecodeError):
            text = re.sub(r"^<\?xml[^>]*\?>\s*", "", parts[part].decode())
            said = chance.choice(
                ("UTF-8", "UTF-16", "UTF-16LE", "GB18030", "UTF-7", "x-none", "utf8")
            )
            head = f'<?xml version="1.0" encoding="{said}"?>'
            code = chance.choice(("utf-8", "utf-8-sig", "utf-16-le", "utf-16", "utf-32", "gb18030"))
            parts[part] = (head + text).encode(code)

    return mutate


def _version(xml: str, chance: random.Random) -> str:
    head = chance.choice(
        ('<?xml version="1.1"?>', '<?xml version="1.0" standalone="no"?>', "", " ", "<!-- x -->")
    )
    return head + re.sub(r"^<\?xml[^>]*\?>\s*", "", xml)


def _each(edit: Edit, *parts: str) -> tuple[Mutation, ...]:
    return tuple(on(part, edit) for part in parts)


MORE: dict[str, tuple[Mutation, ...]] = {
    "attributes": (*on_both(tagged(_idle_attribute)),),
    "entities": (
        *on_both(tagged(_attribute_by_entities)), *on_both(inner(_value_by_entities)),
        item(_text_by_entities), *_each(_own_entity, RATINGS, STRINGS, BOOK),
    ),
    "formulas": (*on_both(inner(_formula)),),
    "styles": (_in_a_new_style,),
    "targets and types": (
        *_each(_target, BOOK_RELATIONS, BOOK_RELATIONS, "_rels/.rels"),
        *_each(_relationship_type, BOOK_RELATIONS, "_rels/.rels"),
    ),
    "workbook": (on(BOOK, _switch),),
    "alternatives": (*on_both(cell(_alternative)), *on_both(_ignorable)),
    "string tables": (on(STRINGS, _counted), _lost(STRINGS)),
    "parts and ids": (_lost(STYLES), _lost("xl/theme/theme1.xml"), _lost(TYPES)),
    "encodings": (
        _odd_encoding(RATINGS), _odd_encoding(STRINGS), _odd_encoding(BOOK),
        *_each(_version, RATINGS, STRINGS, BOOK),
    ),
    "cell references": (*on_both(_swapped_cells), *on_both(_cell_elsewhere)),
    "merges and hiding": (on(RATINGS, _hidden_columns),),
}  # fmt: skip
