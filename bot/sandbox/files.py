"""Uploaded files: where they are kept, how they come in (the upload's own address) and how they are read again."""

import mimetypes
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.jsons import JsonObject
from bot.sandbox.models import Refusal
from bot.sandbox.workspace import TEAM_ID, Workspace

UPLOAD_BYTES = 8 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class File:
    """A file; `content` is None until it was uploaded, `shared` tells in which channels it stands."""

    id: str
    name: str
    length: int
    user: str
    created: int
    title: str = ""
    content: bytes | None = None
    shared: tuple[str, ...] = ()

    @property
    def mimetype(self) -> str:
        """The type that the name says it has."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


class Files:
    """Every file of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._files: dict[str, File] = {}

    def expected(self, name: str, length: int, user: str) -> File:
        """A file that is going to be uploaded."""
        created = self._workspace.seconds()
        file = File(id=self._workspace.new_id("F"), name=name, length=length, user=user, created=created)
        self._files[file.id] = file
        return file

    def uploaded(self, file_id: str) -> File:
        """A file that is there. Refuses with `file_not_found`."""
        file = self._files.get(file_id)
        if file is None or file.content is None:
            raise Refusal("file_not_found")
        return file

    def remove(self, file_id: str) -> None:
        """Take a file away. Refuses with `file_not_found`."""
        del self._files[self.uploaded(file_id).id]

    def add_routes(self, application: web.Application) -> None:
        """Serve uploads and downloads."""
        application.router.add_post("/upload/{file}", self._take)
        application.router.add_get("/files/{file}/{name}", self._give)

    async def _take(self, request: web.Request) -> web.Response:
        """The upload itself: the raw bytes, or a form with one file in it."""
        file = self._files.get(request.match_info["file"])
        if file is None or file.content is not None:
            return web.Response(status=404, text="This upload address is unknown or was used already.")
        content = await _bytes_of(request)
        if len(content) != file.length:
            return web.Response(status=400, text=f"{file.length} bytes were announced, and {len(content)} came.")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _give(self, request: web.Request) -> web.Response:
        try:
            file = self.uploaded(request.match_info["file"])
        except Refusal:
            return web.Response(status=404, text="There is no such file.")
        # Shown as text or handed over; never run as a page of this site.
        kind = "text/plain" if file.mimetype.startswith("text/") else "application/octet-stream"
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return web.Response(body=file.content or b"", content_type=kind, headers=headers)


async def _bytes_of(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    form = await request.post()
    field = next((value for value in form.values() if isinstance(value, web.FileField)), None)
    return field.file.read() if field is not None else b""


def file_json(file: File, site: str) -> JsonObject:
    """The file object of the Web API and of messages."""
    address = f"{site}/files/{file.id}/{file.name}"
    kind = file.name.rpartition(".")[2].lower() if "." in file.name else "binary"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file.user,
        "user_team": TEAM_ID,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "is_public": True,
        "editable": False,
        "url_private": address,
        "url_private_download": address,
        "permalink": address,
        "channels": list(file.shared),
        "groups": [],
        "ims": [],
        "comments_count": 0,
    }
