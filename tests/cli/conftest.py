"""Run the command line as a user does, in this process, so that failures show their line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cts_excel.cli.entry import run


@dataclass(frozen=True)
class Shown:
    """What a command left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


RunCli = Callable[..., Shown]


@pytest.fixture
def run_cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> RunCli:
    def call(*arguments: object) -> Shown:
        monkeypatch.setattr(sys, "argv", ["cts-excel", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            run()
        caught = capsys.readouterr()
        return Shown(int(stop.value.code or 0), caught.out, caught.err)

    return call
