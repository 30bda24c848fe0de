"""“More options”: passwords, older formats, the key of issue, and what the settings file says."""

from __future__ import annotations

from nicegui import ui
from nicegui.element import Element

from cts_excel.api import Code
from cts_excel.app.pages.elements import (
    attributes,
    button,
    choice,
    link,
    live,
    say,
    show,
    text,
    tick_box,
)
from cts_excel.app.pages.frame import Screen
from cts_excel.files.visible import visible
from cts_excel.messages import _, ngettext

OPENED = "options"  # the argument of an address that shows them unfolded
# A password leaves the field as soon as it is sent, and is never sent back.
_UNFOLDED = """(event) => {
  event.preventDefault();
  const options = document.getElementById("options");
  options.open = true;
  options.querySelector("input").focus();
}"""
_TAKEN = "(event) => { const it = event.target.value; event.target.value = ''; if (it) emit(it); }"


class MoreOptions:
    """The folded part of a page; what is chosen holds for all pages until the program ends."""

    def __init__(self, screen: Screen) -> None:
        self._screen, self._place = screen, screen.desk.place
        settings, means = self._place.settings(), self._place.means()
        with attributes(ui.element("details").classes("options"), id="options") as fold:
            if OPENED in screen.arguments:
                attributes(fold, open="")
            self._summary = text("summary", "")
            self._passwords()
            legacy = _("Also take .xls, .xlsb and .ods")
            tick_box(legacy, screen.handle(self._choose_legacy), ticked=means.legacy)
            self._key(means.key_file)
            if settings.source:
                self._settings_file(settings.source, settings.told)
        self._source = settings.source
        self._told()

    def _passwords(self) -> None:
        text("h3", _("Passwords"))
        note = _(
            "For workbooks that ask for one. It is kept in memory until cts-excel is closed, and "
            "written nowhere."
        )
        text("p", note, "notice")
        with ui.element("div").classes("filters"):
            with Element("label").classes("field"):
                text("span", _("Password"))
                made = Element("input")
                attributes(made, type="password", autocomplete="off", spellcheck="false")
            made.on(
                "change",
                self._screen.handle(lambda event: self._add(str(event.args))),
                js_handler=_TAKEN,
            )
            button(_("Add"), lambda: None)  # leaving the field has sent it already
            self._forget = button(_("Forget the passwords"), self._screen.handle(self._remove))
        self._known = live(text("p", "", "notice"))

    def _key(self, chosen: str | None) -> None:
        text("h3", _("Proof of issue"))
        files = self._place.key_files()
        if chosen and chosen not in files:  # named by the settings file, in another folder
            text("p", _("Checked with {}.").format(visible(chosen)), "notice")
        elif files:
            keys = {name: visible(name) for name in files} | {"": _("not checked")}
            choice(_("Check it with the key"), keys, chosen or "", self._choose_key)
        else:
            told = _("To have it checked, put the key file (.key) into the working folder.")
            text("p", told, "notice")

    def _settings_file(self, source: str, told: tuple[str, ...]) -> None:
        text("h3", _("Settings file"))
        line = _("{} of the working folder is taken into account:").format(source)
        text("p", line, "notice")
        with ui.element("ul").classes("names"):
            for option in told or (_("It holds nothing that concerns these pages."),):
                text("li", visible(option))

    def _add(self, password: str) -> None:
        known = self._place.choices.passwords
        if password not in known:
            self._place.choices.passwords = (*known, password)
        self._told()

    def _remove(self) -> None:
        self._place.choices.passwords = ()
        self._told()

    def _choose_legacy(self, chosen: bool) -> None:
        self._place.choices.legacy = chosen
        self._told()

    def _choose_key(self, name: str) -> None:
        self._place.choices.key = name
        self._told()

    def _told(self) -> None:
        """Say in the heading what is in force, so that nobody need unfold it to know."""
        number, means = len(self._place.choices.passwords), self._place.means()
        known = ngettext("{} password is known.", "{} passwords are known.", number)
        say(self._known, known.format(number) if number else _("No password is known."))
        show(self._forget, bool(number))
        passwords = ngettext("{} password", "{} passwords", number).format(number)
        in_force = (
            passwords if number else "",
            _("older formats too") if means.legacy else "",
            _("proof of issue checked") if means.key_file else "",
            self._source,
        )
        say(self._summary, " · ".join(part for part in (_("More options"), *in_force) if part))


def way_to_options(code: str, *, here: bool) -> None:
    """Lead from a finding to the options that let its workbook in, on this page or the first."""
    if code not in (Code.ENCRYPTED, Code.TYPE_NOT_ACCEPTED):
        return
    with ui.element("p").classes("actions"):
        made = link(_("To “More options”"), f"/?{OPENED}=1#options", "button")
        if here:
            made.on("click", js_handler=_UNFOLDED)
