"""The guard: who may speak with the server, tried with what attackers send."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cts_excel.app.guard import UPLOAD, Guard, preferred_language

HOSTS = ("127.0.0.1:8000", "localhost:8000")
OWN = [("host", HOSTS[0])]


async def _inner(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the size of the body, as an application would that reads it."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


class Answer:
    """What came back."""

    def __init__(self, messages: list[Any]) -> None:
        self.messages = messages
        self.status = messages[0].get("status") if messages else None
        self.headers = {
            name.decode(): value.decode() for name, value in messages[0].get("headers", ())
        } if messages else {}  # fmt: skip
        self.body = b"".join(message.get("body", b"") for message in messages)


def ask(
    guard: Guard,
    path: str = "/",
    *,
    headers: list[tuple[str, str]] | None = None,
    method: str = "GET",
    query: str = "",
    kind: str = "http",
    body: tuple[bytes, ...] = (b"",),
) -> Answer:
    sent: list[Any] = []
    chunks = list(body)

    async def receive() -> Any:
        chunk = chunks.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    async def send(message: Any) -> None:
        sent.append(message)

    listed = [(n.encode(), v.encode()) for n, v in (OWN if headers is None else headers)]
    scope = {
        **{"type": kind, "method": method, "path": path, "headers": listed},
        "query_string": query.encode(),
    }
    asyncio.run(guard(scope, receive, send))
    return Answer(sent)


@pytest.fixture
def guard() -> Guard:
    return Guard(_inner, HOSTS)


def session(guard: Guard) -> list[tuple[str, str]]:
    """Open the address as the browser does, and return the headers of its next request."""
    answer = ask(guard, query=f"token={guard.token}")
    assert answer.status == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert guard.token not in cookie
    return [*OWN, ("cookie", f"other=1; {cookie.partition(';')[0]}")]


def test_the_token_becomes_a_cookie_that_every_request_needs(guard: Guard) -> None:
    assert ask(guard, "/").status == 403
    assert ask(guard, "/", headers=session(guard)).status == 200


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "é"])
def test_a_wrong_token_opens_nothing(guard: Guard, token: str) -> None:
    answer = ask(guard, query=f"token={token}")
    assert answer.status == 403
    assert "set-cookie" not in answer.headers


def test_the_token_opens_the_first_page_only(guard: Guard) -> None:
    assert ask(guard, "/download/x", query=f"token={guard.token}").status == 403


def test_a_cookie_of_an_earlier_start_is_told_what_to_do(guard: Guard) -> None:
    answer = ask(Guard(_inner, HOSTS), "/", headers=session(guard))
    assert answer.status == 403
    assert b"Start cts-excel again" in answer.body


@pytest.mark.parametrize(
    "host",
    ["evil.example:8000", "127.0.0.1", "127.0.0.1:9000", "127.0.0.1:8000.evil.example", ""],
)
def test_a_foreign_host_is_refused_even_with_the_cookie(guard: Guard, host: str) -> None:
    """DNS rebinding: a foreign name that leads to this machine."""
    headers = [("host", host), *session(guard)[1:]]
    assert ask(guard, "/", headers=headers).status == 421
    assert ask(guard, "/", headers=session(guard)[1:]).status == 421  # none at all
    assert ask(guard, headers=[*session(guard), ("host", host)]).status == 421  # two


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://127.0.0.1:9000", "null", "https://127.0.0.1:8000", ""],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_foreign_origin_is_refused_even_with_the_cookie(
    guard: Guard, origin: str, kind: str
) -> None:
    headers = [*session(guard), ("origin", origin)]
    for method in ("GET", "PUT", "POST"):
        answer = ask(guard, "/x", headers=headers, method=method, kind=kind)
        refused = {"http": 403, "websocket": None}[kind]
        assert answer.status == refused
        if kind == "websocket":
            assert answer.messages[0]["type"] == "websocket.close"


def test_a_websocket_needs_cookie_and_origin(guard: Guard) -> None:
    own = ("origin", f"http://{HOSTS[0]}")
    ok = ask(guard, "/ws", headers=[*session(guard), own], kind="websocket")
    assert ok.messages[0]["type"] == "websocket.accept"
    for headers in ([*OWN, own], session(guard), OWN):
        refused = ask(guard, "/ws", headers=headers, kind="websocket")
        assert refused.messages == [{"type": "websocket.close", "code": 1008}]


def test_what_changes_something_needs_an_origin(guard: Guard) -> None:
    assert ask(guard, UPLOAD, headers=session(guard), method="PUT").status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_port_cannot_fetch(guard: Guard, site: str) -> None:
    headers = [*session(guard), ("sec-fetch-site", site), ("sec-fetch-mode", "no-cors")]
    assert ask(guard, "/download/run/x/grades.csv", headers=headers).status == 403


def test_a_large_body_is_refused_by_its_header_and_by_its_bytes(guard: Guard) -> None:
    headers = [*session(guard), ("origin", f"http://{HOSTS[0]}")]
    lying = ask(guard, "/x", headers=headers, method="POST", body=(b"x" * 700_000,) * 3)
    assert lying.messages == []  # broken off: the application never saw the end
    honest = [*headers, ("content-length", str(10 * 2**30))]
    assert ask(guard, "/x", headers=honest, method="POST").status == 413
    upload = ask(guard, UPLOAD, headers=headers, method="PUT", body=(b"x" * 700_000,) * 3)
    assert upload.body == b"2100000"  # the upload counts for itself


def test_every_answer_forbids_what_no_page_needs(guard: Guard) -> None:
    for answer in (ask(guard), ask(guard, headers=session(guard))):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_one_time_token_opens_one_browser() -> None:
    used: list[str] = []
    guard = Guard(_inner, HOSTS, one_time=True, token_used=used.append)
    first = guard.token
    session(guard)
    assert ask(guard, query=f"token={first}").status == 403
    assert used == [guard.token] != [first]
    session(guard)


@pytest.mark.parametrize(
    ("accepted", "cookie", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "", "zh"),
        ("en-US,en;q=0.9", "", "en"),
        ("fr,en;q=0.2,zh;q=0.7", "", "zh"),
        ("de", "", "en"),
        ("", "", "en"),
        ("zh;q=x,en", "", "en"),
        ("zh-CN", "cts_excel_language=en", "en"),
        ("en", "cts_excel_language=<script>", "en"),
    ],
)
def test_the_browser_s_language_counts_until_a_person_chooses(
    accepted: str, cookie: str, language: str
) -> None:
    headers = {"accept-language": [accepted], "cookie": [cookie]}
    assert preferred_language(headers) == language


def test_a_refusal_speaks_the_browser_s_language(guard: Guard) -> None:
    answer = ask(guard, headers=[*OWN, ("accept-language", "zh-CN")])
    assert b'lang="zh-CN"' in answer.body
