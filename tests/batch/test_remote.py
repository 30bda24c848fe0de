"""Inputs by URL: a real S3 server on loopback, memory, and everything that can be wrong."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import forkserver
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from altering import built_in
from batches import contents, grade_folder, graded_outcomes, numbered, put_files, record, table

from cts_excel.batch.engines.judge import grade_one
from cts_excel.batch.errors import EXIT_FAILED, RunError
from cts_excel.batch.inputs import remote
from cts_excel.batch.inputs.find import find, found_again, named
from cts_excel.batch.options import RunOptions
from cts_excel.batch.run import Run
from cts_excel.batch.store.result_store import NAME as STORE
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS

pytestmark = pytest.mark.slow  # `make unit` leaves it out

fsspec = pytest.importorskip("fsspec", reason="the extra `remote` is not installed")
BUCKET = "returned"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    moto = pytest.importorskip("moto.server", reason="moto's server is not installed")
    pytest.importorskip("s3fs", reason="the extra `remote` is not installed")
    made = moto.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    made.start()
    host, port = made.get_host_and_port()
    yield f"http://{host}:{port}"
    made.stop()


@pytest.fixture
def s3(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": server,
    }.items():
        monkeypatch.setenv(name, value)
    _forget_environment()
    system = fsspec.filesystem("s3", skip_instance_cache=True)
    system.mkdir(BUCKET)
    yield system
    system.rm(BUCKET, recursive=True)
    _forget_environment()


def _forget_environment() -> None:
    """Stop what remembers the address of an earlier test's store: clients, the fork server."""
    fsspec.filesystem("s3").clear_instance_cache()
    forkserver._forkserver._stop()  # type: ignore[attr-defined]


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.chdir(tmp_path)
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()


def _without_place(folder: Path, place: str) -> dict[str, bytes]:
    """Return a run's data with what names the place of the inputs taken out."""
    data = {name: (folder / name).read_bytes() for name in ("grades.csv", "ratings.csv")}
    data["findings.csv"] = (folder / "findings.csv").read_bytes()
    return {name: content.replace(place.encode(), b"") for name, content in data.items()}


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["local", "dask"])
def test_200_workbooks_over_s3_are_graded_as_from_disk(s3: Any, engine: str) -> None:
    if engine == "dask":
        pytest.importorskip("distributed")
    files = {f"a/{n:03d}.xlsx": numbered(n) for n in range(200)} | {"a/torn.xlsx": numbered(0)[:99]}
    put_files(Path("disk"), files)
    for name, content in files.items():
        s3.pipe_file(f"{BUCKET}/{name}", content)
    outcomes, _record = grade_folder([f"s3://{BUCKET}/a"], Path("by-url"), engine=engine)
    grade_folder(Path("disk/a"), Path("by-path"))
    assert len(outcomes) == 201
    assert outcomes[0].file == f"s3://{BUCKET}/a/000.xlsx"
    assert _without_place(Path("by-url"), f"s3://{BUCKET}/") == _without_place(
        Path("by-path"), "disk/"
    )


def test_an_object_that_vanished_is_one_rejected_file(s3: Any) -> None:
    for n in range(3):
        s3.pipe_file(f"{BUCKET}/{n}.xlsx", numbered(n))
    options = RunOptions((f"s3://{BUCKET}",), "run", jobs=1)
    with Run.create(options, built_in()) as run:
        s3.rm_file(f"{BUCKET}/1.xlsx")
        statuses = [outcome.status.value for outcome in graded_outcomes(run)]
        run.finish()
    assert statuses == ["graded", "rejected", "graded"]


def test_no_access_and_no_bucket_end_the_run(s3: Any) -> None:
    with pytest.raises(RunError) as caught:
        find(["s3://no-such-bucket/x"])
    assert "no-such-bucket" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_store_that_goes_away_keeps_what_was_done(
    s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    moto = pytest.importorskip("moto.server")
    other = moto.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    other.start()
    host, port = other.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    _forget_environment()
    for n in range(3):
        s3.pipe_file(f"{BUCKET}/{n}.xlsx", numbered(n))  # moto's servers share what they hold
    options = RunOptions((f"s3://{BUCKET}",), "run", jobs=1)
    run = Run.create(options, built_in())
    other.stop()
    with pytest.raises(RunError) as caught, run:
        list(graded_outcomes(run))
    assert caught.value.exit_code == EXIT_FAILED
    assert "--resume" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (Path("run") / STORE).exists()


def test_what_lies_below_a_url_follows_the_rules_for_folders(memory: Any) -> None:
    for name in ("b.xlsx", "a/c.XLSX", "~$b.xlsx", ".hidden/x.xlsx", "note.txt",
                 "old/run.json", "old/grades.csv", "old/returned/b.xlsx"):  # fmt: skip
        memory.pipe_file(f"/in/{name}", b"x")
    found = find(["memory://in"])
    assert [one.file for one in found.files] == ["memory:///in/a/c.XLSX", "memory:///in/b.xlsx"]
    assert found.ignored == ("memory:///in/note.txt",)


def in_a_zip(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_archives_behind_a_url_are_looked_into(memory: Any) -> None:
    inner = in_a_zip({"丙.xlsx": numbered(3), "照片.jpg": b"\xff\xd8\xff"})
    memory.pipe_file("/in/交回.zip", in_a_zip({"甲.xlsx": numbered(1), "内.zip": inner}))
    memory.pipe_file("/in/资料", in_a_zip({"丁.xlsx": numbered(4)}))
    memory.pipe_file("/in/damaged.zip", in_a_zip({"1.xlsx": numbered(1)})[:-30])
    memory.pipe_file("/in/a.rar", b"Rar!\x1a\x07\x01\0")
    outcomes, _record = grade_folder(["memory://in"], Path("run"))
    found = {one.file.removeprefix("memory:///in/"): one.status.value for one in outcomes}
    assert found == {
        "a.rar": "rejected",
        "damaged.zip": "rejected",
        "交回.zip/内.zip/丙.xlsx": "graded",
        "交回.zip/甲.xlsx": "graded",
        "资料/丁.xlsx": "graded",
    }
    names = [one.file for one in outcomes]
    again = dict(found_again(names, ["memory://in"]))
    assert {name: one.members if one else None for name, one in again.items()} == {
        **dict.fromkeys(names[:2], ()),
        names[2]: ("内.zip", "丙.xlsx"),
        names[3]: ("甲.xlsx",),
        names[4]: ("丁.xlsx",),
    }


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Serve a folder by a plain server, which knows no ranges."""
    pytest.importorskip("aiohttp", reason="fsspec's client for http is not installed")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.func.log_message = lambda *_arguments: None  # type: ignore[attr-defined]
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_archive_of_a_plain_web_server(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put_files(tmp_path, {"a.zip": in_a_zip({"1.xlsx": numbered(1), "2.xlsx": numbered(2)})})
    outcomes, _record = grade_folder([f"{site}/a.zip"], Path("run"))
    assert {one.file.removeprefix(site): one.status.value for one in outcomes} == {
        "/a.zip/1.xlsx": "graded",
        "/a.zip/2.xlsx": "graded",
    }


def test_an_archive_is_named_itself(memory: Any) -> None:
    memory.pipe_file("/in/交回.zip", in_a_zip({"甲.xlsx": numbered(1)}))
    (one,) = find(["memory://in/交回.zip"]).files
    assert (one.path, one.members) == ("memory:///in/交回.zip", ("甲.xlsx",))
    inside = named("memory:///in/交回.zip/甲.xlsx")
    assert grade_one(inside.file, built_in()).status.value == "graded"


@pytest.mark.parametrize("limit", ["archive_bytes", "archive_files", "file_bytes"])
def test_limits_hold_for_an_archive_behind_a_url(limit: str, memory: Any) -> None:
    memory.pipe_file("/in/a.zip", in_a_zip({f"{n}.xlsx": numbered(n) for n in range(3)}))
    search = find(["memory://in"], replace(DEFAULT_LIMITS, **{limit: 2}))
    assert {one.reason for one in search.files} == {"F04"}


def test_memory_reaches_the_workers(memory: Any) -> None:
    for n in range(20):
        memory.pipe_file(f"/in/{n:02d}.xlsx", numbered(n))
    memory.pipe_file("/in/empty.xlsx", b"")
    outcomes, _record = grade_folder(["memory://in"], Path("run"))
    assert [outcome.status.value for outcome in outcomes] == ["graded"] * 20 + ["rejected"]
    assert record(Path("run"))["counts"]["files"] == 21


def test_a_file_url_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put_files(Path("in put"), {"0.xlsx": numbered(0)})
    grade_folder([f"file://{tmp_path}/in put"], Path("url"))
    grade_folder(Path("in put"), Path("path"))
    assert table(Path("url/grades.csv")) == table(Path("path/grades.csv"))
    assert contents(Path("url"))["ratings.csv"] == contents(Path("path"))["ratings.csv"]


def test_an_object_over_the_limit_is_not_read_whole(memory: Any) -> None:
    memory.pipe_file("/big.xlsx", b"x" * 5000)
    assert len(remote.read("memory://big.xlsx", 1000)) == 1001
    limits = replace(DEFAULT_LIMITS, file_bytes=1000)
    outcome = grade_one("memory://big.xlsx", built_in(), limits=limits)
    assert [found.code for found in outcome.findings] == ["F04"]


@pytest.mark.parametrize("url", ["foo://x/y", "s4://bucket/key", "x+y://"])
def test_a_bad_url_is_one_clear_line(url: str) -> None:
    with pytest.raises(RunError, match="unknown protocol") as caught:
        find([url])
    assert caught.value.exit_code == EXIT_FAILED


def test_nothing_at_a_url_is_wrong_usage(memory: Any) -> None:
    with pytest.raises(RunError, match="no such file or folder"):
        find(["memory://nothing/here"])


@pytest.mark.parametrize("module", ["fsspec", "s3fs"])
def test_without_the_extra_one_clear_line(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    if module == "s3fs":
        monkeypatch.setattr(sys.modules["fsspec.registry"], "registry", {})
    with pytest.raises(RunError, match=r"cts-excel\[remote\]") as caught:
        find(["s3://bucket/key"])
    assert caught.value.exit_code == EXIT_FAILED


@pytest.mark.parametrize("path", ["C:\\in\\a.xlsx", "C:/in", "a.xlsx", "/in", "in:put", "c://x"])
def test_a_path_is_no_url(path: str) -> None:
    assert not remote.is_url(path)
