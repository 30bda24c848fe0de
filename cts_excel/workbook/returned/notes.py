"""Comments on cells. Ours stand between two signs, by which they are found again."""

from __future__ import annotations

from lxml import etree

from cts_excel.workbook.form.layout import REMARK_BEGIN as BEGIN
from cts_excel.workbook.form.layout import REMARK_END as END
from cts_excel.workbook.form.style import FONT
from cts_excel.workbook.returned.container import (
    Container,
    NotMarkableError,
    main_tag,
    parsed,
    serialised,
)
from cts_excel.workbook.returned.order import WORKSHEET, insert
from cts_excel.workbook.returned.shapes import Shapes

AUTHOR = "cts-excel"
_THREADED = "tc="  # such an author's comment is a placeholder for a threaded one
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_LEGACY = main_tag("legacyDrawing")
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Notes:
    """The comments of one sheet, their shapes included."""

    def __init__(self, container: Container, sheet: str) -> None:
        """Open the comments of a sheet part, or make ready to add the first.

        :raises NotMarkableError: the comments cannot be edited safely.
        """
        self._container, self._sheet = container, sheet
        self._part = next(iter(container.related(sheet, "comments").values()), "")
        if self._part and self._part not in container.names():
            raise NotMarkableError(f"{self._part}: missing")

    def add(self, texts: dict[str, str]) -> None:
        """Comment cells: address -> text. Our text follows a comment that is there already."""
        comments = self._comments()
        held = {c.get("ref", ""): c for c in comments.iter(main_tag("comment"))}
        shapes = Shapes(self._container, self._sheet, self._drawing())
        for address, text in texts.items():
            words = f"{BEGIN}\n{text}\n{END}"
            if address not in held:
                self._new(comments, address, words)
                shapes.add(address, words)
            elif not self._threaded(comments, held[address]):
                body = _child(held[address], "text")
                _gather(body)
                _append(body, f"\n{words}")
        shapes.save()

    def remove(self) -> bool:
        """Remove our comments; return whether there were any."""
        if not self._part or not _marked(self._container.look(self._part)):
            return False
        comments = self._container.edit(self._part)
        emptied = []
        for comment in list(comments.iter(main_tag("comment"))):
            body = comment.find(main_tag("text"))
            if body is not None and _cut(body) and not _text(body).strip():
                emptied.append(comment.get("ref", ""))
                above = comment.getparent()
                if above is not None:
                    above.remove(comment)
        self._forget(comments, emptied)
        return True

    def _forget(self, comments: etree._Element, emptied: list[str]) -> None:
        """Remove the shapes of removed comments, and parts that hold nothing any more."""
        container, sheet = self._container, self._sheet
        drawing = self._drawing(make=False)
        if drawing and drawing in container.names():
            shapes = Shapes(container, sheet, drawing)
            shapes.remove(emptied)
            shapes.save()
            if shapes.empty:
                self._drop("vmlDrawing", drawing)
                root = container.edit(sheet)
                for element in root.findall(_LEGACY):
                    root.remove(element)
        if next(comments.iter(main_tag("comment")), None) is None:
            self._drop("comments", self._part)
            self._part = ""

    def _drop(self, kind: str, part: str) -> None:
        for ident, target in self._container.related(self._sheet, kind).items():
            if target == part:
                self._container.unrelate(self._sheet, ident)
        self._container.remove(part)

    def _comments(self) -> etree._Element:
        if not self._part:
            empty = parsed("comments", _EMPTY.encode())
            self._part = self._container.new_name(self._beside("comments{}.xml"))
            self._container.add(self._part, serialised(empty), _TYPE)
            self._container.relate(self._sheet, "comments", self._part)
        return self._container.edit(self._part)

    def _drawing(self, *, make: bool = True) -> str:
        """Return the part of the sheet's comment shapes, related to the sheet if it is new."""
        container = self._container
        element = container.look(self._sheet).find(_LEGACY)
        if element is not None:
            ident = element.get(_ID, "")
            part = container.related(self._sheet, "vmlDrawing").get(ident, "")
            if make and part not in container.names():
                raise NotMarkableError(f"{part}: missing")
            return part
        if not make:
            return ""
        part = container.new_name(self._beside("drawings/vmlDrawing{}.vml"))
        container.set_default_type("vml", _VML_TYPE)
        container.put(part, b"")
        ident = container.relate(self._sheet, "vmlDrawing", part)
        insert(container.edit(self._sheet), _reference(ident), WORKSHEET)
        return part

    def _beside(self, name: str) -> str:
        folder = self._container.workbook_part.rpartition("/")[0]
        return f"{folder}/{name}" if folder else name

    def _new(self, comments: etree._Element, address: str, words: str) -> None:
        authors = _child(comments, "authors", 0)
        names = [author.text or "" for author in authors]
        if AUTHOR not in names:
            etree.SubElement(authors, main_tag("author")).text = AUTHOR
            names.append(AUTHOR)
        above = _child(comments, "commentList")
        comment = etree.SubElement(above, main_tag("comment"), ref=address)
        comment.set("authorId", str(names.index(AUTHOR)))
        _append(etree.SubElement(comment, main_tag("text")), words)

    @staticmethod
    def _threaded(comments: etree._Element, comment: etree._Element) -> bool:
        authors = [author.text or "" for author in _child(comments, "authors", 0)]
        number = comment.get("authorId", "")
        known = number.isdecimal() and int(number) < len(authors)
        return known and authors[int(number)].startswith(_THREADED)


_EMPTY = f'<comments xmlns="{main_tag("")[1:-1]}"><authors/><commentList/></comments>'


def _reference(ident: str) -> etree._Element:
    element = etree.Element(_LEGACY)
    element.set(_ID, ident)
    return element


def _child(parent: etree._Element, name: str, place: int | None = None) -> etree._Element:
    found = parent.find(main_tag(name))
    if found is None:
        found = etree.Element(main_tag(name))
        parent.insert(len(parent) if place is None else place, found)
    return found


def _gather(body: etree._Element) -> None:
    """Turn a plain comment into one of runs, so that another run may follow."""
    plain = body.find(main_tag("t"))
    if plain is not None:
        run = etree.Element(main_tag("r"))
        body.replace(plain, run)
        run.append(plain)


def _append(body: etree._Element, words: str) -> None:
    run = etree.SubElement(body, main_tag("r"))
    look = etree.SubElement(run, main_tag("rPr"))
    etree.SubElement(look, main_tag("sz"), val="9")
    etree.SubElement(look, main_tag("rFont"), val=FONT)
    etree.SubElement(look, main_tag("charset"), val="134")
    text = etree.SubElement(run, main_tag("t"))
    text.set(_SPACE, "preserve")
    text.text = words


def _marked(comments: etree._Element) -> bool:
    return any(BEGIN in _text(body) for body in comments.iter(main_tag("text")))


def _texts(body: etree._Element) -> list[etree._Element]:
    return list(body.iter(main_tag("t")))


def _text(body: etree._Element) -> str:
    return "".join(t.text or "" for t in _texts(body))


def _cut(body: etree._Element) -> bool:
    """Remove the text between our signs from a comment; return whether there was any."""
    found = False
    while BEGIN in (text := _text(body)):
        found = True
        start = text.index(BEGIN)
        stop = text.find(END, start)
        stop = len(text) if stop < 0 else stop + len(END)
        if start and text[start - 1] == "\n":
            start -= 1
        _without(body, start, stop)
    return found


def _without(body: etree._Element, start: int, stop: int) -> None:
    """Remove a range of characters from the runs of a comment, and runs left empty."""
    position = 0
    for element in _texts(body):
        text = element.text or ""
        low, high = max(start - position, 0), max(stop - position, 0)
        position += len(text)
        element.text = text[:low] + text[high:]
        run = element.getparent()
        if not element.text and text and run is not None and run is not body:
            body.remove(run)
