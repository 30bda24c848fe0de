"""Fill in workbooks in a running LibreOffice as a person does: go to a cell, type, press Enter.

Runs under the Python that has LibreOffice's ``uno`` module. Reads an order as JSON from standard
input, writes the cells' contents after typing as JSON to standard output. The dispatches go through
the document's frame, so that sheet protection holds; ``setString`` would pass it by.
"""

import json
import subprocess
import sys
import time
import uuid

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "xls": "MS Excel 97"}
WAIT = 60  # seconds for the application to start


def argument(name, value):
    item = PropertyValue()
    item.Name, item.Value = name, value
    return item


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    end = time.monotonic() + WAIT
    while True:
        try:
            return resolver.resolve(address)
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def fill(desktop, dispatcher, job):
    url = uno.systemPathToFileUrl(job["source"])
    # Not hidden: entering into a locked cell asks for a window, and ends a hidden one.
    document = desktop.loadComponentFromURL(url, "_blank", 0, ())
    try:
        frame = document.CurrentController.Frame
        shown = [enter(document, dispatcher, frame, entry) for entry in job["entries"]]
        for target in job["targets"]:
            chosen = argument("FilterName", FILTERS[target.rpartition(".")[2]])
            document.storeToURL(uno.systemPathToFileUrl(target), (chosen,))
    finally:
        document.close(True)
    return shown


def enter(document, dispatcher, frame, entry):
    sheet = document.Sheets.getByName(entry["sheet"])
    document.CurrentController.setActiveSheet(sheet)
    place = argument("ToPoint", entry["cell"])
    dispatcher.executeDispatch(frame, ".uno:GoToCell", "", 0, (place,))
    typed = argument("StringName", entry["text"])
    dispatcher.executeDispatch(frame, ".uno:EnterString", "", 0, (typed,))
    return sheet.getCellRangeByName(entry["cell"]).Formula


def main():
    order = json.load(sys.stdin)
    pipe = f"cts{uuid.uuid4().hex}"
    office = subprocess.Popen(
        [
            order["program"],
            f"-env:UserInstallation={order['profile']}",
            "--headless",
            "--norestore",
            "--nologo",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        context = connect(pipe)
        manager = context.ServiceManager
        desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        dispatcher = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
        json.dump([fill(desktop, dispatcher, job) for job in order["jobs"]], sys.stdout)
        desktop.terminate()
        office.wait(WAIT)
    finally:
        if office.poll() is None:
            office.kill()


if __name__ == "__main__":
    main()
