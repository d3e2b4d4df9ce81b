"""A line to a partner by SFTP: whole files only, the host's key pinned, exact about what may have left."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import asyncssh

from hub.plugin import Reply, Request, Secret

from .reach import Forbidden
from .transport import CAP, Answered, Doubtful, NotSent


@dataclass(frozen=True, kw_only=True)
class Login:
    """Our login, and the server we expect: `host_key` is its public key, one line of OpenSSH."""

    user: str
    host_key: str
    password: Secret | None = None
    private_key: Secret | None = None


# Answers of a server that surely did not rename; a bare "failure" may mean that a file of that name exists already.
CERTAIN = (
    asyncssh.SFTPNoSuchFile,
    asyncssh.SFTPNoSuchPath,
    asyncssh.SFTPPermissionDenied,
    asyncssh.SFTPWriteProtect,
    asyncssh.SFTPOpUnsupported,
)


def login_of(settings: Any) -> Login:
    """By convention the plugin's settings hold sftp_user, sftp_host_key and a password or key."""
    return Login(
        user=settings.sftp_user,
        host_key=settings.sftp_host_key,
        password=settings.sftp_password,
        private_key=settings.sftp_private_key,
    )


class Renaming:
    """Whether the file may already bear its name."""

    maybe = False


class FileLine:
    """One channel's files. Each exchange opens its own connection, because exchanges are rare."""

    def __init__(self, base_url: str, login: Login, *, address: str, deadline: float) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "sftp" or not parts.hostname or parts.username:
            raise Forbidden("not_plain", "the address must be sftp://host[:port]/folder without a user name")
        self.address, self.port, self.prefix = address, parts.port or 22, parts.path.rstrip("/")
        self.login, self.deadline = login, deadline
        # Any name, one key: the key of this partner is what counts, wherever its address leads.
        self._trusted = asyncssh.import_known_hosts(f"* {login.host_key.strip()}\n")

    async def exchange(self, request: Request) -> Answered:
        """PUT or GET a file within the deadline. Raises NotSent, or Doubtful once the file may bear its name."""
        # On an object of its own: `_call` may end with an exception, which cannot return it.
        renaming, started = Renaming(), time.monotonic()
        try:
            async with asyncio.timeout(self.deadline):
                reply = await self._call(request, renaming)
        # A key that cannot be read is a ValueError of its own; nothing has left then either.
        except (asyncssh.Error, asyncssh.KeyImportError, OSError, TimeoutError) as error:
            if renaming.maybe:
                raise Doubtful(type(error).__name__) from None
            raise NotSent(type(error).__name__) from None
        return Answered(reply, int((time.monotonic() - started) * 1000))

    async def _call(self, request: Request, renaming: Renaming) -> Reply:
        if request.method not in ("PUT", "GET"):
            return Reply(405, {}, b"")
        key = self.login.private_key
        keys = [asyncssh.import_private_key(key.reveal())] if key else []
        async with (
            asyncssh.connect(
                self.address,
                self.port,
                username=self.login.user,
                password=self.login.password.reveal() if self.login.password else None,
                client_keys=keys,
                # Only what the settings say: no agent and no OpenSSH configuration of this machine.
                known_hosts=self._trusted,
                agent_path=None,
                config=None,
            ) as connection,
            connection.start_sftp_client() as files,
        ):
            path = self.prefix + request.path
            if request.method == "PUT":
                return await self._put(files, path, request.body, renaming)
            return await self._get(files, path)

    async def _put(self, files: asyncssh.SFTPClient, path: str, body: bytes, renaming: Renaming) -> Reply:
        """Write under a name that the partner ignores, then rename, so that it never picks up half a file."""
        part = f"{path}.part"
        async with files.open(part, "wb") as file:
            await file.write(body)
        # Before the call: once it has left, a broken connection does not tell whether the partner sees the file.
        renaming.maybe = True
        try:
            await self._rename(files, part, path)
        except CERTAIN:
            renaming.maybe = False
            raise
        return Reply(201, {}, b"")

    async def _rename(self, files: asyncssh.SFTPClient, part: str, path: str) -> None:
        """Rename atomically over an older copy; a server without that extension gets the plain rename, which takes new names only."""
        try:
            await files.posix_rename(part, path)
        except asyncssh.SFTPOpUnsupported:
            await files.rename(part, path)

    async def _get(self, files: asyncssh.SFTPClient, path: str) -> Reply:
        try:
            async with files.open(path, "rb") as file:
                # A byte more than the cap shows that there is more.
                body = await file.read(CAP + 1)
        except asyncssh.SFTPNoSuchFile:
            return Reply(404, {}, b"")
        if len(body) > CAP:
            return Reply(413, {}, b"")
        return Reply(200, {}, body if isinstance(body, bytes) else body.encode())

    async def close(self) -> None:
        """Nothing is kept open."""
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
