"""Open workbooks in a Python library of the cache folder, enter cells and save them.

Runs as its own process, so that an engine's extension module never loads into the tests. Reads an
order as JSON from standard input: the library's folder, its name, and jobs as client.js has them.
"""

import json
import sys
from datetime import date, datetime


def excelize_job(library, job):
    book = library.open_file(job["source"])
    for cell in job["cells"]:
        value = cell["value"]
        if cell["kind"] == "date":
            value = datetime.fromisoformat(value)
        book.set_cell_value(cell["sheet"], cell["address"], value)
    book.save_as(job["targets"]["xlsx"])


def ironcalc_job(library, job):
    book = library.load_from_xlsx(job["source"], "en", "UTC", "en")
    numbers = {sheet["name"]: n for n, sheet in enumerate(book.get_worksheets_properties())}
    for cell in job["cells"]:
        row, column = _place(cell["address"])
        place = (numbers[cell["sheet"]], row, column)
        if cell["kind"] == "text":
            book.update_cell_with_text(*place, cell["value"])
        elif cell["kind"] == "date":
            days = date.fromisoformat(cell["value"]) - date(1899, 12, 30)
            book.update_cell_with_number(*place, float(days.days))
        else:
            book.update_cell_with_number(*place, cell["value"])
    book.evaluate()
    book.save_to_xlsx(job["targets"]["xlsx"])


def _place(address):
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(address[len(letters) :]), column


def main():
    order = json.load(sys.stdin)
    sys.path.insert(0, order["folder"])
    library = __import__(order["library"])
    work = {"excelize": excelize_job, "ironcalc": ironcalc_job}[order["library"]]
    for job in order["jobs"]:
        work(library, job)


if __name__ == "__main__":
    main()
