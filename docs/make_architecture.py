"""Draw the rooms of the package from its imports, and count them, into ``docs/architecture.md``.

Run by ``make architecture``; a test proves that pages and pictures are current. A floor is the
length of the longest way down: what imports nothing in its room stands on floor 1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import grimp

DOCS = Path(__file__).parent
PACKAGE = "cts_excel"
BEGIN, END = "<!-- rooms: begin (make architecture writes this part) -->", "<!-- rooms: end -->"
ABOUT = 0.1  # the lines of a room may drift by so much before the page is stale

Arrows = frozenset[tuple[str, str]]  # importer, imported


@dataclass(frozen=True)
class Plan:
    """Boxes with the arrows between them: the rooms of the house, or what one room holds.

    ``boxes`` names for each box what it holds; ``circles`` are groups that import each other.
    """

    boxes: Mapping[str, tuple[str, ...]]
    arrows: Arrows
    floors: Mapping[str, int]
    circles: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Room:
    """One room with its size, and the plan of its sub-rooms, or of its modules if it has none."""

    name: str
    modules: int
    lines: int
    divided: bool
    plan: Plan


@dataclass(frozen=True)
class House:
    """Every room from the top floor down, the plan of the rooms, and circles among modules."""

    rooms: tuple[Room, ...]
    plan: Plan
    circles: tuple[frozenset[str], ...]


def main() -> None:
    """Write the pictures and the tables anew."""
    house = read_house()
    for path, text in outputs(house).items():
        path.write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{path.relative_to(DOCS.parent)}\n")


def outputs(house: House) -> dict[Path, str]:
    """Return every picture and both pages as they must be."""
    made = {DOCS / "images" / f"{name}.svg": picture(plan) for name, plan in pictures(house)}
    for language, suffix in (("en", ".md"), ("zh", ".zh-CN.md")):
        page = DOCS / f"architecture{suffix}"
        made[page] = with_part(page.read_text(encoding="utf-8"), part(house, language))
    return made


def stale(house: House) -> list[str]:
    """Return the names of pictures and pages that no longer tell the truth."""
    return [
        path.name
        for path, text in outputs(house).items()
        if not path.exists() or not same(path.read_text(encoding="utf-8"), text)
    ]


# ----------------------------------------------------------------------------- the imports


def read_house() -> House:
    """Read every import of the package, those for type checkers included."""
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    imports = {
        (module, imported)
        for module in graph.modules - {PACKAGE}  # it names the library's functions, lazily
        for imported in graph.find_modules_directly_imported_by(module)
        if imported != PACKAGE
    }
    modules = sorted(graph.modules - {PACKAGE})
    names = {name.split(".")[1] for name in modules}
    plan = plan_of(imports, modules, depth=1)
    order = sorted(names, key=lambda name: (-plan.floors[name], name))
    rooms = tuple(read_room(name, modules, imports) for name in order)
    return House(rooms, plan, circles(frozenset(imports)))


def read_room(name: str, modules: list[str], imports: Iterable[tuple[str, str]]) -> Room:
    """Read what one room holds."""
    top = f"{PACKAGE}.{name}"
    inside = [module for module in modules if module == top or module.startswith(top + ".")]
    within = [(a, b) for a, b in imports if a in inside and b in inside]
    return Room(
        name,
        len(inside),
        sum(len(source(module).read_text(encoding="utf-8").splitlines()) for module in inside),
        any(module.count(".") > 2 for module in inside),
        plan_of(within, [module for module in inside if module != top], depth=2),
    )


def source(module: str) -> Path:
    """Return the file of a module; nothing of it is run."""
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise FileNotFoundError(PACKAGE)
    path = Path(package.origin).parent.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def plan_of(imports: Iterable[tuple[str, str]], modules: Iterable[str], depth: int) -> Plan:
    """Fold imports between modules into arrows between the boxes at some depth of the tree."""

    def box(module: str) -> str:
        return ".".join(module.split(".")[depth : depth + 1]) or "__init__"

    held: dict[str, set[str]] = {box(module): set() for module in modules}
    for module in modules:
        held[box(module)].update(module.split(".")[depth + 1 : depth + 2])
    arrows = frozenset((box(a), box(b)) for a, b in imports if box(a) != box(b))
    for ends in arrows:
        for name in ends:
            held.setdefault(name, set())
    boxes = {name: tuple(sorted(inner)) for name, inner in sorted(held.items())}
    found = circles(arrows)
    return Plan(boxes, arrows, floors_of(boxes, arrows, found), found)


def circles(arrows: Arrows) -> tuple[frozenset[str], ...]:
    """Return the groups whose members reach each other."""
    reach = reachable(arrows)
    groups = {
        frozenset({name} | {other for other in below if name in reach.get(other, ())})
        for name, below in reach.items()
        if name in below
    }
    return tuple(sorted(groups, key=sorted))


def reachable(arrows: Arrows) -> dict[str, set[str]]:
    """Return for each name all that it imports, directly or through others."""
    direct: dict[str, set[str]] = {}
    for importer, imported in arrows:
        direct.setdefault(importer, set()).add(imported)
    reach = {}
    for name in direct:
        seen: set[str] = set()
        waiting = [*direct[name]]
        while waiting:
            other = waiting.pop()
            if other not in seen:
                seen.add(other)
                waiting += direct.get(other, ())
        reach[name] = seen
    return reach


def floors_of(
    boxes: Iterable[str], arrows: Arrows, found: tuple[frozenset[str], ...]
) -> dict[str, int]:
    """Return the floor of each box; the members of a circle share one."""
    floors = dict.fromkeys(boxes, 1)
    circle = {name: group for group in found for name in group}
    downward = [(a, b) for a, b in arrows if a not in circle or circle[a] is not circle.get(b)]
    changed = True
    while changed:
        changed = False
        for importer, imported in downward:
            level = floors[imported] + 1
            for name in circle.get(importer, {importer}):
                if floors[name] < level:
                    floors[name], changed = level, True
    return floors


# ------------------------------------------------------------------------------- the tables

HEADS = {
    "en": ("room", "modules", "lines (about)", "parts", "floors", "arrows", "circles"),
    "zh": ("房间", "模块", "行数（约）", "子房间", "层", "箭头", "循环"),
}
CAPTIONS = {
    "en": {
        "architecture": "The rooms: what stands higher imports what stands lower",
        "room": "Inside {}/",
        "whole": "whole house",
        "all": "rooms",
    },
    "zh": {
        "architecture": "各房间：上层引用下层",
        "room": "{}/ 内部",
        "whole": "全部",
        "all": "房间",
    },
}


def pictures(house: House) -> Iterator[tuple[str, Plan]]:
    """Yield the file name of each picture with what it shows."""
    yield "architecture", house.plan
    for room in house.rooms:
        if room.divided:
            yield f"architecture-{room.name}", room.plan


def part(house: House, language: str) -> str:
    """Return the part of the page that this module writes."""
    captions = CAPTIONS[language]
    lines = []
    for name, _plan in pictures(house):
        room = name.partition("-")[2]
        caption = captions["room"].format(room) if room else captions["architecture"]
        lines += [f"![{caption}](images/{name}.svg)", ""]
    lines += table_row(HEADS[language])
    lines += table_row(["---", *["---:"] * (len(HEADS[language]) - 1)])
    for room in house.rooms:
        if room.plan.boxes:
            lines += table_row([f"`{room.name}/`", *counts(room.modules, room.lines, room.plan)])
        else:
            lines += table_row([f"`{room.name}.py`", "1", about(room.lines), "", "", "", ""])
    modules = sum(room.modules for room in house.rooms)
    lines_in_all = sum(room.lines for room in house.rooms)
    lines += table_row([captions["whole"], *counts(modules, lines_in_all, house.plan)])
    return "\n".join(lines)


def counts(modules: int, lines: int, plan: Plan) -> list[str]:
    """Return the figures of one row of the table."""
    floors = max(plan.floors.values())
    figures = (len(plan.boxes), floors, len(plan.arrows), len(plan.circles))
    return [str(modules), about(lines), *map(str, figures)]


def about(lines: int) -> str:
    """Round to two digits: nobody needs more, and the page need not change with every line."""
    step = 10 ** max(len(str(lines)) - 2, 0)
    return f"{round(lines / step) * step:,}"


def table_row(cells: Iterable[str]) -> list[str]:
    """Return one row of a table."""
    return [f"| {' | '.join(cells)} |"]


def with_part(page: str, text: str) -> str:
    """Return a page with the generated part put between its markers."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has lost the markers between which the rooms stand")
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def same(page: str, expected: str) -> bool:
    """Tell whether a page says what it must; the lines of a room may have drifted a little."""
    found, wanted = page.splitlines(), expected.splitlines()
    return len(found) == len(wanted) and all(map(same_line, found, wanted))


def same_line(found: str, wanted: str) -> bool:
    """Compare one line; in a row of the table the third cell is an approximate count."""
    if found == wanted:
        return True
    ours, theirs = found.split(" | "), wanted.split(" | ")
    if len(ours) != len(HEADS["en"]) or ours[:2] + ours[3:] != theirs[:2] + theirs[3:]:
        return False
    stated, true = (int(cells[2].replace(",", "")) for cells in (ours, theirs))
    return abs(stated - true) <= ABOUT * true + 10


# ----------------------------------------------------------------------------- the pictures

CHARACTER, LINE, GAP, FLOOR_GAP, MARGIN = 7.3, 15, 26, 44, 16
STYLE = (
    "text{font:12px Consolas,Menlo,'DejaVu Sans Mono',monospace;fill:#1f2933}"
    ".n{font-weight:bold}.b{fill:#fff;stroke:#3f51b5;stroke-width:1.2}"
    ".a{fill:none;stroke:#3f51b5;stroke-width:1.3}.i{fill:none;stroke:#c5cae9;stroke-width:1}"
)
WIDEST = 6  # boxes beside each other before a floor goes on in a second line
TEXT_WIDTH = 26  # characters of a line of a box's content


@dataclass(frozen=True)
class Box:
    """A box on the picture; the unit is a pixel."""

    x: float
    y: float
    width: float
    height: float
    text: tuple[str, ...]

    @property
    def middle(self) -> float:
        """The middle from left to right."""
        return self.x + self.width / 2


def picture(plan: Plan) -> str:
    """Draw a plan as SVG: floors from top to bottom, an arrow from each importer down.

    A pale arrow is one that a longer way of other arrows holds too.
    """
    boxes, width, height = arranged(plan)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}">',
        f"<style>{STYLE}</style>",
        '<defs><marker id="h" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" fill="#3f51b5"/></marker></defs>',
        f'<rect width="{width:.0f}" height="{height:.0f}" rx="8" fill="#f8f9fc"/>',
    ]
    needed = without_implied(plan.arrows)
    looks = ((plan.arrows - needed, 'class="i"'), (needed, 'class="a" marker-end="url(#h)"'))
    for arrows, look in looks:
        parts += [arrow_svg(boxes[a], boxes[b], look) for a, b in sorted(arrows)]
    parts += [box_svg(box) for _name, box in sorted(boxes.items())]
    return "\n".join([*parts, "</svg>"]) + "\n"


def without_implied(arrows: Arrows) -> Arrows:
    """Leave out each arrow whose end is reached through another arrow from the same start."""
    reach = reachable(arrows)
    return frozenset(
        (a, b)
        for a, b in arrows
        if not any(
            b in reach.get(other, ()) and a not in reach.get(other, ())
            for start, other in arrows
            if start == a and other != b
        )
    )


def arranged(plan: Plan) -> tuple[dict[str, Box], float, float]:
    """Give every box its place; returns boxes, width and height of the picture."""
    rows = lines_of_boxes(plan)
    sizes = {name: size(name, plan.boxes[name]) for name in plan.boxes}
    widths = [sum(sizes[n][0] for n in row) + GAP * (len(row) - 1) for row in rows]
    width = max(widths) + 2 * MARGIN
    boxes: dict[str, Box] = {}
    y = float(MARGIN)
    for row, used in zip(rows, widths, strict=True):
        x = (width - used) / 2
        for name in row:
            wide, high, text = sizes[name]
            boxes[name] = Box(x, y, wide, high, text)
            x += wide + GAP
        y += max(sizes[name][1] for name in row) + FLOOR_GAP
    return boxes, width, y - FLOOR_GAP + MARGIN


def lines_of_boxes(plan: Plan) -> list[list[str]]:
    """Return the boxes of each floor, the top floor first, near to what imports them."""
    rows: list[list[str]] = []
    place: dict[str, float] = {}
    for floor in range(max(plan.floors.values()), 0, -1):
        middle = {}
        for name in (name for name, level in plan.floors.items() if level == floor):
            above = sorted(place[a] for a, b in plan.arrows if b == name and a in place)
            middle[name] = sum(above) / len(above) if above else 0.5
        names = sorted(middle, key=lambda name: (round(middle[name], 6), name))
        for start in range(0, len(names), WIDEST):
            row = names[start : start + WIDEST]
            rows.append(row)
            place |= {name: (n + 1) / (len(row) + 1) for n, name in enumerate(row)}
    return rows


def size(name: str, held: tuple[str, ...]) -> tuple[float, float, tuple[str, ...]]:
    """Return width, height and lines of text of a box."""
    lines = [f"{name}/" if held else f"{name}.py"]
    for inner in held:
        if len(lines) > 1 and len(lines[-1]) + len(inner) + 1 <= TEXT_WIDTH:
            lines[-1] += f" {inner}"
        else:
            lines.append(inner)
    return max(map(len, lines)) * CHARACTER + 16, len(lines) * LINE + 12, tuple(lines)


def arrow_svg(start: Box, end: Box, look: str) -> str:
    """Draw an arrow from one box down to another."""
    top, bottom = start.y + start.height, end.y - 1
    if bottom <= top:  # two boxes of a circle share a floor
        top, bottom = start.y + start.height, end.y + end.height
    bend = max((bottom - top) / 2, 14)
    return (
        f'<path {look} d="M{start.middle:.0f},{top:.0f} C{start.middle:.0f},{top + bend:.0f} '
        f'{end.middle:.0f},{bottom - bend:.0f} {end.middle:.0f},{bottom:.0f}"/>'
    )


def box_svg(box: Box) -> str:
    """Draw a box with its name and what it holds."""
    rectangle = (
        f'<rect class="b" x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" '
        f'height="{box.height:.0f}" rx="5"/>'
    )
    texts = [
        f'<text class="{"t" if number else "n"}" x="{box.x + 8:.0f}" '
        f'y="{box.y + 18 + number * LINE:.0f}">{line}</text>'
        for number, line in enumerate(box.text)
    ]
    return rectangle + "".join(texts)


if __name__ == "__main__":
    main()
