"""The workbook part: add a sheet before the others, or remove it again."""

from __future__ import annotations

from lxml import etree

from cts_excel.workbook.form.layout import NAME_CORRECTIONS, NAME_CORRECTS
from cts_excel.workbook.returned.container import RELATIONS, Container, NotMarkableError, main_tag
from cts_excel.workbook.returned.order import WORKBOOK, section

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_ID = f"{{{RELATIONS}}}id"
_TITLES = "_xlnm.Print_Titles"
_APP = "docProps/app.xml"
_VT = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"


def add_first_sheet(
    container: Container,
    name: str,
    content: bytes,
    *,
    title_row: int,
    corrects: tuple[str, ...] = (),
) -> None:
    """Add a sheet before all others and show it when the workbook is opened.

    :param title_row: 1-based row repeated on every printed page.
    :param corrects: SHA-256 of the files that the workbook was made from, which it then names.
    """
    book = container.edit(container.workbook_part)
    sheets = book.find(main_tag("sheets"))
    if sheets is None or not len(sheets):
        raise NotMarkableError("workbook: no sheets")
    name = _free_name(sheets, name)
    folder = container.workbook_part.rpartition("/")[0]
    part = container.new_name(f"{folder}/worksheets/sheet{{}}.xml".lstrip("/"))
    container.add(part, content, _TYPE)
    sheet = etree.Element(main_tag("sheet"), name=name, sheetId=str(_last_id(sheets) + 1))
    sheet.set(_ID, container.relate(container.workbook_part, "worksheet", part))
    sheets.insert(0, sheet)
    _shift(book, 1)
    names = section(book, "definedNames", WORKBOOK)
    reference = "'" + name.replace("'", "''") + "'!"
    own = etree.Element(main_tag("definedName"), name=NAME_CORRECTIONS, hidden="1")
    own.text = f"{reference}$A$1"
    titles = etree.Element(main_tag("definedName"), name=_TITLES, localSheetId="0")
    titles.text = f"{reference}${title_row}:${title_row}"
    names.append(own)
    if corrects:  # a constant, which every application keeps
        made_from = etree.Element(main_tag("definedName"), name=NAME_CORRECTS, hidden="1")
        made_from.text = '"' + " ".join(corrects) + '"'
        names.append(made_from)
    names.append(titles)
    _show_first(container, book)
    _update_titles(container, name, 1)


def remove_first_sheet(container: Container) -> bool:
    """Remove the sheet that :func:`add_first_sheet` added; return whether there was one."""
    book = container.look(container.workbook_part)
    own = [e for e in book.iter(main_tag("definedName")) if e.get("name") == NAME_CORRECTIONS]
    if not own:
        return False
    book = container.edit(container.workbook_part)
    name = _sheet_named_in(own[0].text or "")
    sheets = book.find(main_tag("sheets"))
    listed = [] if sheets is None else [sheet.get("name") for sheet in sheets]
    place = listed.index(name) if name in listed else None
    if sheets is not None and place is not None and len(sheets) > 1:
        ident = sheets[place].get(_ID, "")
        part = container.related(container.workbook_part, "worksheet").get(ident, "")
        sheets.remove(sheets[place])
        container.unrelate(container.workbook_part, ident)
        if part in container.names():
            container.remove(part)
        _shift(book, -1, place)
        _update_titles(container, name, -1)
    names = section(book, "definedNames", WORKBOOK)
    for element in [e for e in names if e.get("name") in (NAME_CORRECTIONS, NAME_CORRECTS)]:
        names.remove(element)
    if not len(names):
        book.remove(names)
    return True


def number_sheets(container: Container) -> None:
    """Number the parts of the sheets in tab order, as simple readers expect them.

    Charts and dialogs on tabs of their own have other parts, which keep their names.
    """
    sheets = container.look(container.workbook_part).find(main_tag("sheets"))
    related = container.related(container.workbook_part, "worksheet")
    listed = () if sheets is None else (related.get(sheet.get(_ID, ""), "") for sheet in sheets)
    parts = [part for part in dict.fromkeys(listed) if part in container.names()]
    pattern = f"{container.workbook_part.rpartition('/')[0]}/worksheets/sheet{{}}.xml".lstrip("/")
    names = {part: pattern.format(number) for number, part in enumerate(parts, start=1)}
    wanted = {name.casefold() for name in names.values()}
    free = len(names)
    for other in container.names():  # a part that no tab shows gives way
        if other.casefold() in wanted and other not in names:
            free += 1
            while pattern.format(free).casefold() in {n.casefold() for n in container.names()}:
                free += 1
            names[other] = pattern.format(free)
    container.rename({old: new for old, new in names.items() if old != new})


def _free_name(sheets: etree._Element, name: str) -> str:
    taken = {(sheet.get("name") or "").casefold() for sheet in sheets}
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _last_id(sheets: etree._Element) -> int:
    given = (sheet.get("sheetId", "") for sheet in sheets)
    return max((int(text) for text in given if text.isdecimal()), default=0)


def _sheet_named_in(reference: str) -> str:
    name = reference.rpartition("!")[0].lstrip("=").removeprefix("$")
    if name.startswith("'") and name.endswith("'"):
        name = name[1:-1].replace("''", "'")
    return name


def _shift(book: etree._Element, by: int, place: int = 0) -> None:
    """Renumber references to sheets by index; names of a removed sheet are removed."""
    for element in list(book.iter(main_tag("definedName"))):
        local = element.get("localSheetId")
        if local is None or not local.isdecimal():
            continue
        above = element.getparent()
        if by < 0 and int(local) == place and above is not None:
            above.remove(element)
        elif int(local) >= place:
            element.set("localSheetId", str(int(local) + by))
    for view in book.iter(main_tag("workbookView")):
        for name in ("activeTab", "firstSheet"):
            given = view.get(name, "0")
            number = int(given) if given.isdecimal() else 0
            moved = max(0, number + by) if number >= place else number
            if moved:
                view.set(name, str(moved))
            else:
                _drop(view, name)


def _show_first(container: Container, book: etree._Element) -> None:
    """Select the first sheet and no other: what is typed goes to all selected sheets."""
    for view in book.iter(main_tag("workbookView")):
        _drop(view, "activeTab")
        _drop(view, "firstSheet")
    for kind in ("worksheet", "chartsheet", "dialogsheet"):
        for part in container.related(container.workbook_part, kind).values():
            if part not in container.names() or b"tabSelected" not in container.part(part):
                continue
            if any(_selected(view) for view in container.look(part).iter(main_tag("sheetView"))):
                for view in container.edit(part).iter(main_tag("sheetView")):
                    _drop(view, "tabSelected")
    select_sheet(container, 0)


def _selected(view: etree._Element) -> bool:
    return view.get("tabSelected") in ("1", "true")


def _drop(element: etree._Element, name: str) -> None:
    if name in element.attrib:
        del element.attrib[name]


def select_sheet(container: Container, place: int) -> None:
    """Select the sheet with a 0-based index."""
    sheets = container.look(container.workbook_part).find(main_tag("sheets"))
    if sheets is None or place >= len(sheets):
        return
    related = container.related(container.workbook_part, "worksheet")
    part = related.get(sheets[place].get(_ID, ""), "")
    if part in container.names():
        for view in container.edit(part).iter(main_tag("sheetView")):
            view.set("tabSelected", "1")


def _update_titles(container: Container, name: str, by: int) -> None:
    """Update the sheet names in the document properties; an unusual list is left alone."""
    if _APP not in container.names():
        return
    root = container.look(_APP)
    vectors = list(root.iter(f"{_VT}vector"))
    if len(vectors) != 2:
        return
    counts = list(vectors[0].iter(f"{_VT}i4"))
    titles = [title.text for title in vectors[1]]
    if not counts or not (counts[0].text or "").isdecimal() or (by < 0 and name not in titles):
        return
    pairs, listed = list(container.edit(_APP).iter(f"{_VT}vector"))
    count = next(pairs.iter(f"{_VT}i4"))
    count.text = str(int(count.text or "0") + by)
    if by > 0:
        title = etree.Element(f"{_VT}lpstr")
        title.text = name
        listed.insert(0, title)
    else:
        listed.remove(listed[titles.index(name)])
    listed.set("size", str(len(listed)))
