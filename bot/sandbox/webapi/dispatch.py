"""The door of the Web API: reads the request, checks the token, lets faults strike, runs the method, keeps a record."""

import asyncio
import json
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import NoReturn

from aiohttp import web

from bot.sandbox.clock import monotonic_seconds
from bot.sandbox.faults import STORING, Fault, Faults
from bot.sandbox.files import Files
from bot.sandbox.jsons import JsonObject, as_list, as_object, as_text
from bot.sandbox.models import Refusal
from bot.sandbox.rate_limits import RateLimits
from bot.sandbox.stage import Stage
from bot.sandbox.webapi import bookmarks, chat, conversations, files, marks, people, usergroups, views
from bot.sandbox.webapi.arguments import Arguments, read_arguments
from bot.sandbox.webapi.call import ApiCall, Entry

METHODS: dict[str, Entry] = {
    **chat.METHODS,
    **conversations.METHODS,
    **people.METHODS,
    **views.METHODS,
    **bookmarks.METHODS,
    **marks.METHODS,
    **usergroups.METHODS,
    **files.METHODS,
}
_APP_TOKEN_ONLY = frozenset({"apps.connections.open"})
_WITHOUT_TOKEN = frozenset({"api.test"})
# Answers that a correct app never gets, whatever state the workspace is in.
UNEXPECTED_ERRORS = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_arguments",
        "invalid_json",
        "json_not_object",
        "missing_argument",
        "missing_subteam_name",
        "no_item_specified",
        "no_user",
        "no_users_provided",
        "users_list_not_supplied",
        "invalid_attachments",
        "too_many_attachments",
        "invalid_time",
        "invalid_ts_latest",
        "invalid_ts_oldest",
        "bad_handle",
        "unknown_method",
        "missing_scope",
        "no_text",
        "msg_too_long",
        "invalid_metadata_format",
        "invalid_auth",
        "not_authed",
        "not_allowed_token_type",
        "view_too_large",
        "markdown_text_conflict",
        "too_long",
        "invalid_types",
        "invalid_limit",
        "invalid_cursor",
        "push_limit_reached",
        "exchanged_trigger_id",
        "invalid_trigger_id",
        "invalid_link",
        "time_in_past",
        "too_many_users",
        "invalid_name_specials",
        "invalid_name_maxlength",
        "invalid_name_required",
        "invalid_name_punctuation",
        "cant_update_message",
        "cant_delete_message",
    }
)


@dataclass(slots=True, kw_only=True)
class Call:
    """One Web API call as it was made and answered; `status` 0: no answer was sent. `at` is monotonic.

    `injected`: a fault gave the answer, not the workspace.
    """

    method: str
    args: JsonObject
    at: float
    answer: JsonObject = field(default_factory=dict)
    status: int = 0
    injected: bool = False

    @property
    def error(self) -> str:
        """Slack's error code, or empty."""
        return as_text(self.answer.get("error"))


@dataclass(slots=True, kw_only=True)
class WebApi:
    """The Web API of one workspace. `tokens` maps a bearer token to `bot` or `app`."""

    stage: Stage
    faults: Faults
    tokens: dict[str, str]
    files: Files = field(init=False)
    limits: RateLimits = field(init=False)
    calls: list[Call] = field(default_factory=list)
    _late: set[asyncio.TimerHandle] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.files = Files(self.stage.workspace)
        self.limits = RateLimits(clock=self.stage.clock.wall)

    def add_routes(self, application: web.Application) -> None:
        """Serve the methods, and the files that they speak of."""
        application.router.add_route("*", "/api/{method}", self.answer)
        self.files.add_routes(application)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one HTTP request to `/api/{method}`."""
        method = request.match_info["method"]
        try:
            args = read_arguments(dict(request.query), request.content_type, await request.text())
        except Refusal as refusal:
            args, broken = Arguments(), _refused(refusal)
        else:
            broken = {}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.text("token")
        call = Call(method=method, args=args.values, at=monotonic_seconds())
        self.calls.append(call)
        delay, fault = self.faults.strike(method, args.values)
        await self.faults.held(method)
        if delay:
            await asyncio.sleep(delay)
        if fault is not None:
            return await self._spoilt(fault, call, token, args, request)
        if seconds := self.limits.retry_after(method, args.values):
            return self._limited(call, seconds)
        return self._respond(call, broken or self.run(method, token, args))

    def stop(self) -> None:
        """Forget effects that have not landed yet."""
        for handle in self._late:
            handle.cancel()

    def _respond(
        self, call: Call, answer: JsonObject, status: int = 200, headers: dict[str, str] | None = None
    ) -> web.Response:
        call.answer, call.status = answer, status
        sent = {"Date": formatdate(self.stage.workspace.seconds(), usegmt=True), **(headers or {})}
        if call.method == "auth.test":
            sent["x-oauth-scopes"] = ",".join(self.stage.workspace.manifest.scopes)
        self._note(call)
        return web.json_response(answer, status=status, headers=sent)

    def _limited(self, call: Call, seconds: int) -> web.Response:
        return self._respond(call, {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})

    def _note(self, call: Call) -> None:
        if not call.injected and call.error in UNEXPECTED_ERRORS:
            self.stage.complain(call.method, call.error, _reasons(call.answer), call.args)
        self.stage.workspace.touch("call", method=call.method, error=call.error, status=call.status)

    def run(self, method: str, token: str, args: Arguments) -> JsonObject:
        """Run a method: its answer, `ok` included. Nothing strikes, and nothing is recorded."""
        try:
            return {"ok": True, **self._permitted(method, token).run(self._call(method, args))}
        except Refusal as refusal:
            return _refused(refusal)

    def _permitted(self, method: str, token: str) -> Entry:
        if method not in METHODS:
            raise Refusal("unknown_method", req_method=method)
        entry = METHODS[method]
        if method in _WITHOUT_TOKEN:
            return entry
        if not token:
            raise Refusal("not_authed")
        if token not in self.tokens:
            raise Refusal("invalid_auth")
        if (self.tokens[token] == "app") != (method in _APP_TOKEN_ONLY):
            raise Refusal("not_allowed_token_type")
        scopes = self.stage.workspace.manifest.scopes
        if entry.scopes and not set(entry.scopes) & set(scopes):
            raise Refusal("missing_scope", needed=entry.scopes[0], provided=",".join(scopes))
        return entry

    def _call(self, method: str, args: Arguments) -> ApiCall:
        stage = self.stage
        return ApiCall(
            name=method,
            args=args,
            workspace=stage.workspace,
            triggers=stage.triggers,
            scopes=frozenset(stage.workspace.manifest.scopes),
            site=stage.site,
            files=self.files,
            complain=lambda error, detail: stage.complain(method, error, detail, args.values),
            socket_url=lambda: f"ws{stage.site.removeprefix('http')}/link?ticket={stage.delivery.sockets.ticket()}",
        )

    async def _spoilt(
        self, fault: Fault, call: Call, token: str, args: Arguments, request: web.Request
    ) -> web.StreamResponse:
        call.injected = fault.kind in {"429", "error"}
        if fault.kind == "429":
            return self._limited(call, fault.retry_after)
        if fault.kind == "error":
            return self._respond(call, {"ok": False, "error": fault.error})
        if fault.kind in STORING:
            call.answer = self.run(call.method, token, args)
            self._note(call)
        elif fault.kind == "late_stored":
            self._land_later(fault.seconds, call, token, args)
        if fault.kind.startswith("5xx"):
            call.status = fault.status
            return web.Response(status=fault.status, text="<html>Service unavailable</html>", content_type="text/html")
        if fault.kind.startswith("reset"):
            _reset(request)
        # The answer is held back until the client gives up and closes, which cancels this coroutine.
        await asyncio.Event().wait()
        return web.Response(status=500)

    def _land_later(self, seconds: float, call: Call, token: str, args: Arguments) -> None:
        def land() -> None:
            self._late.discard(handle)
            call.answer = self.run(call.method, token, args)
            self._note(call)

        handle = asyncio.get_running_loop().call_later(seconds, land)
        self._late.add(handle)


def _reset(request: web.Request) -> NoReturn:
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError("The answer was lost on request.")


def _refused(refusal: Refusal) -> JsonObject:
    return {"ok": False, "error": refusal.code, **refusal.extra}


def _reasons(answer: JsonObject) -> str:
    messages = as_list(as_object(answer.get("response_metadata")).get("messages"))
    needed = f"needed: {as_text(answer.get('needed'))}" if answer.get("needed") else ""
    return "; ".join(as_text(message) for message in messages) or needed or json.dumps(answer, default=str)
