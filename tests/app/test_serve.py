"""The server as a process: how it starts, what it says, what it lets in, how it ends."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from app.conftest import ROOT, Served

from cts_excel.api import load_standard
from cts_excel.demo import write_demo

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "LANGUAGE": "en"}


def cts(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "cts_excel", *arguments]
    return subprocess.run(
        command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False, **more
    )


@pytest.fixture
def client(served: Served) -> Any:
    """Return a client that was let in."""
    with httpx.Client(base_url=served.base, follow_redirects=True, timeout=60) as found:
        assert found.get("/", params={"token": served.token}).status_code == 200
        yield found


def test_standard_output_is_the_address_and_nothing_else(
    start_app: Callable[..., Served], tmp_path: Path
) -> None:
    served = start_app(tmp_path / "work", stderr=subprocess.PIPE)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{43}", served.address)
    assert served.end() == 0
    assert served.process.stdout is not None
    assert served.process.stderr is not None
    assert served.process.stdout.read() == ""
    assert served.process.stderr.read() == ""


def test_only_this_machine_is_served(served: Served) -> None:
    port = int(served.host.rpartition(":")[2])
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
        socket.create_connection((own, port), timeout=5)


def test_nothing_is_answered_without_the_token(served: Served) -> None:
    for path in ("/", "/issue", "/static/style.css", "/download/roster.xlsx", "/favicon.ico"):
        assert httpx.get(served.base + path).status_code == 403
    assert httpx.put(f"{served.base}/upload?path=a.xlsx", content=b"x").status_code == 403
    assert not list((served.folder / "input").iterdir())


def test_a_foreign_page_cannot_send_files(served: Served, client: httpx.Client) -> None:
    for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        answer = client.put("/upload?path=a.xlsx", content=b"x", headers=headers)
        assert answer.status_code == 403
    assert not list((served.folder / "input").iterdir())


def test_a_foreign_websocket_is_refused(served: Served, client: httpx.Client) -> None:
    """NiceGUI by itself takes a websocket from any origin."""
    websockets = pytest.importorskip("websockets")
    (cookie,) = (f"{name}={value}" for name, value in client.cookies.items())
    address = f"ws://{served.host}/_nicegui_ws/socket.io/?EIO=4&transport=websocket"

    async def opens(headers: dict[str, str]) -> bool:
        try:
            async with websockets.connect(address, additional_headers=headers):
                return True
        except websockets.InvalidStatus as refused:
            return refused.response.status_code != 403

    own = {"Origin": served.base}
    assert asyncio.run(opens({"Cookie": cookie, **own}))
    assert not asyncio.run(opens({"Cookie": cookie, "Origin": "http://evil.example"}))
    assert not asyncio.run(opens({"Cookie": cookie}))
    assert not asyncio.run(opens(own))


@pytest.mark.parametrize(
    "path",
    [
        "/download/run/..%2f..%2finput/grades.csv",
        "/download/run/%2e%2e/run.json",
        "/download/run/nothing/grades.csv",
        "/download/issued/..%2finput",
        "/download/issued/..",
        "/static/..%2f..%2f..%2fpyproject.toml",
        "/static/%2e%2e/site.py",
    ],
)
def test_no_address_leads_out_of_what_is_listed(
    served: Served, client: httpx.Client, path: str
) -> None:
    for place in (served.folder, served.folder / "input"):
        (place / "grades.csv").write_text("planted")
    answer = client.get(path)
    (served.folder / "input" / "grades.csv").unlink()
    assert answer.status_code == 404
    assert b"planted" not in answer.content
    assert b"Traceback" not in answer.content
    assert len(answer.content) < 2000  # one sentence


def test_only_named_files_of_a_run_are_given(served: Served, client: httpx.Client) -> None:
    run = served.folder / "output" / "2026-01-01_00-00-00"
    run.mkdir(parents=True)
    (run / "run.json").write_text('{"started": "2026-01-01T00:00:00+00:00", "counts": {}}')
    (run / "grades.csv").write_text("x")
    (run / "secret.txt").write_text("x")
    found = client.get(f"/download/run/{run.name}/grades.csv")
    assert found.content == b"x"
    assert found.headers["content-disposition"].startswith("attachment")
    for name in ("secret.txt", "run.json", "unfinished.sqlite"):
        assert client.get(f"/download/run/{run.name}/{name}").status_code == 404


def test_ten_gigabytes_are_refused_before_they_are_sent(
    served: Served, client: httpx.Client
) -> None:
    (cookie,) = (f"{name}={value}" for name, value in client.cookies.items())
    host, _colon, port = served.host.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        lines = (
            f"PUT /upload?path=big.xlsx HTTP/1.1\r\nHost: {served.host}\r\nCookie: {cookie}\r\n"
            f"Origin: {served.base}\r\nContent-Length: {10 * 2**30}\r\n\r\n"
        )
        connection.sendall(lines.encode())
        answer = connection.recv(65536)
    assert b" 413 " in answer.splitlines()[0]
    assert not list((served.folder / "input").iterdir())


def test_a_zip_bomb_that_is_dropped_is_one_rejected_file(
    start_app: Callable[..., Served], tmp_path: Path
) -> None:
    import zipfile

    served = start_app(tmp_path / "work")
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 2**20))
        archive.writestr("[Content_Types].xml", b"x")
    with httpx.Client(base_url=served.base, timeout=60, follow_redirects=True) as client:
        client.get("/", params={"token": served.token})
        own = {"Origin": served.base}
        for name in ("bomb.zip", "bomb.xlsx"):
            with bomb.open("rb") as stream:
                answer = client.put("/upload", params={"path": name}, content=stream, headers=own)
            assert answer.json()["name"] == name
        assert client.get("/").status_code == 200  # looked at, and still there
    served.end()


def test_a_page_speaks_the_browser_s_language(client: httpx.Client) -> None:
    for accepted, code in (("zh-CN,zh;q=0.9", "zh-CN"), ("en-GB", "en-US")):
        page = client.get("/", headers={"Accept-Language": accepted}).text
        assert f'<html lang="{code}">' in page


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = cts("app", "--no-open", "--folder", str(tmp_path), "--port", port)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Leave out --port" in done.stderr


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = cts("app", "--no-open", "--folder", str(tmp_path / "file" / "below"))
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "--folder" in done.stderr


def test_without_the_extra_one_line_says_how_to_get_it(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "import importlib.util as util\n"
        "real = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'nicegui' else real(name, *rest)\n"
        "sys.argv = ['cts-excel', 'app', '--no-open']\n"
        "from cts_excel.cli import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=ENVIRONMENT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install 'cts-excel[app]'" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [["--help"], ["grade", "-j", "1", "-q"]])
def test_other_commands_load_nothing_of_the_app(arguments: list[str], tmp_path: Path) -> None:
    write_demo(tmp_path / "input", load_standard(), 2)
    code = (
        f"import sys; sys.argv = ['cts-excel', *{arguments!r}]\n"
        "from cts_excel.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'nicegui', 'fastapi', 'starlette', 'uvicorn', 'watchfiles', 'cts_excel.app'}\n"
        "print('loaded:', *sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=ENVIRONMENT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_the_network_is_served_with_a_warning_and_a_token_for_one_browser(tmp_path: Path) -> None:
    from cts_excel.app import serve as served

    options = served.AppOptions(tmp_path, network="192.0.2.1")
    with pytest.raises(served.AppError):  # an address of another machine
        served._listener(options)
    said: list[str] = []
    served._ready(
        served.AppOptions(tmp_path, network="127.0.0.1", opens=False), "address", said.append,
        said.append,
    )  # fmt: skip
    assert "unencrypted" in said[0]
    assert said[1:] == ["address"]
