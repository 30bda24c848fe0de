"""Who may speak with the server: the first thing that every request and websocket meets.

Another web page, open in the same browser, can send requests to this machine. It can neither know
the token of the opening address nor send the cookie that the token was exchanged for; where its
requests carry the cookie after all (a page from another port of this machine), their ``Origin``
tells them apart. A foreign name that leads to this machine (DNS rebinding) is told by ``Host``.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from cts_excel.app.refusal import refusal_page
from cts_excel.messages import _, use_language_here

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

UPLOAD = "/upload"  # the one address that takes more than a small body; it counts for itself
LANGUAGE_COOKIE = "cts_excel_language"
_BODY_BYTES = 1024 * 1024
_SAFE_METHODS = ("GET", "HEAD")
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # Vue compiles its templates in the browser, hence 'unsafe-eval'; nothing comes from elsewhere.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
}


class Guard:
    """An ASGI application around another one: lets in only what this program's own pages send."""

    def __init__(
        self,
        app: Asgi,
        hosts: Iterable[str],
        *,
        one_time: bool = False,
        token_used: Callable[[str], None] = lambda token: None,
    ) -> None:
        """Guard an application.

        :param hosts: the values of ``Host`` that are the server's own, with port.
        :param one_time: a token opens one browser only; then ``token_used`` gets the next one.
        """
        hosts = tuple(hosts)
        self._app = app
        self._hosts = frozenset(hosts)
        self._origins = frozenset(f"http://{host}" for host in hosts)
        self._one_time, self._token_used = one_time, token_used
        self._session = secrets.token_urlsafe(32)
        # Browsers keep cookies by host, whatever the port: two servers must not share a name.
        self._cookie = f"cts_excel_{hosts[0].rpartition(':')[2]}"
        self.token = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, exchange its token, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        language = preferred_language(headers)
        use_language_here(language)
        refusal = self._refusal(scope, headers)
        if refusal is None and scope["type"] == "http" and self._opens(scope):
            await self._exchange(send)
        elif refusal is None and not self._has_session(headers):
            await _refuse(scope, send, 403, _NO_SESSION)
        elif refusal is not None:
            await _refuse(scope, send, *refusal)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            limited = receive if scope["path"] == UPLOAD else _counted(receive)
            await self._app(scope, limited, _with_headers(send))

    def _refusal(self, scope: Scope, headers: dict[str, list[str]]) -> tuple[int, str] | None:
        """Say why a request cannot come from a page of this server; ``None``: it can."""
        hosts, origins = headers.get("host", []), headers.get("origin", [])
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return 421, _FOREIGN
        reads = scope["type"] == "http" and scope["method"] in _SAFE_METHODS
        if any(origin not in self._origins for origin in origins) or not (origins or reads):
            return 403, _FOREIGN
        site = headers.get("sec-fetch-site", ["same-origin"])[0]
        mode = headers.get("sec-fetch-mode", ["navigate"])[0]
        if site in ("cross-site", "same-site") and mode != "navigate":
            return 403, _FOREIGN
        declared = headers.get("content-length", ["0"])[0]
        if scope["path"] != UPLOAD and (not declared.isdecimal() or int(declared) > _BODY_BYTES):
            return 413, _TOO_LARGE
        return None

    def _opens(self, scope: Scope) -> bool:
        """Tell whether a request brings the right token."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        return scope["path"] == "/" and any(
            secrets.compare_digest(token.encode(), self.token.encode()) for token in given
        )

    def _has_session(self, headers: dict[str, list[str]]) -> bool:
        return any(
            secrets.compare_digest(value.encode(), self._session.encode())
            for value in _cookies(headers, self._cookie)
        )

    async def _exchange(self, send: Send) -> None:
        """Give the cookie for the token, and lead to the same page without it in its address."""
        if self._one_time:
            self.token = secrets.token_urlsafe(32)
            self._token_used(self.token)
        cookie = f"{self._cookie}={self._session}; HttpOnly; SameSite=Strict; Path=/"
        headers = [("location", "/"), ("set-cookie", cookie), *_HEADERS.items()]
        await _answer(send, 303, headers, b"")


_FOREIGN = "foreign"
_NO_SESSION = "no session"
_TOO_LARGE = "too large"


def preferred_language(headers: dict[str, list[str]]) -> str:
    """Return ``zh`` or ``en``: what the person chose, else what the browser prefers."""
    for chosen in _cookies(headers, LANGUAGE_COOKIE):
        if chosen in ("zh", "en"):
            return chosen
    accepted = ",".join(headers.get("accept-language", []))
    weighed = []
    for place, entry in enumerate(accepted.split(",")):
        name, _semicolon, weight = entry.strip().partition(";q=")
        kind = name.lower().partition("-")[0]
        if kind in ("zh", "en"):
            weighed.append((-_quality(weight), place, kind))
    return min(weighed)[2] if weighed else "en"


def request_language(scope: Scope) -> str:
    """Return the language of a request, see :func:`preferred_language`."""
    return preferred_language(_headers(scope))


def _quality(weight: str) -> float:
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _cookies(headers: dict[str, list[str]], name: str) -> list[str]:
    pairs = (pair.partition("=") for line in headers.get("cookie", []) for pair in line.split(";"))
    return [value.strip() for key, _equals, value in pairs if key.strip() == name]


async def _refuse(scope: Scope, send: Send, status: int, reason: str) -> None:
    """Refuse a request with a page that says what to do, a websocket before it opens."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    text = {
        _FOREIGN: _("This request does not come from a page of cts-excel, so it was refused."),
        _NO_SESSION: _(
            "This page belongs to an earlier start of cts-excel, or was opened without its key. "
            "Start cts-excel again from the desktop: it opens the right page. Nothing that was "
            "finished is lost."
        ),
        _TOO_LARGE: _("This request is too large, so it was refused."),
    }[reason]
    page = refusal_page(text)
    headers = [("content-type", "text/html; charset=utf-8"), *_HEADERS.items()]
    await _answer(send, status, headers, page)


async def _answer(send: Send, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
    listed = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    listed += [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": listed})
    await send({"type": "http.response.body", "body": body})


def _counted(receive: Receive) -> Receive:
    """Stop a body that is larger than it may be, whatever its header says."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > _BODY_BYTES:
            return {"type": "http.disconnect"}
        return message

    return counted


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _value in message.get("headers", ())}
            added = [
                (name.encode(), value.encode())
                for name, value in _HEADERS.items()
                if name.encode() not in own
            ]
            message["headers"] = [*message.get("headers", ()), *added]
        await send(message)

    return sent
