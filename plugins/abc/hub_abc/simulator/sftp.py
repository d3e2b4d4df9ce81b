"""The bank's file door: SFTP on this machine, one user, a host key of its own."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

from hub.simulation import kept

from .files import Files

USER, PASSWORD = "partnerhub", "made-up-password"
# Seconds after which an answer is too late for the hub.
LATE = 40.0


def key_at(path: Path) -> asyncssh.SSHKey:
    """A key that is made at the first call."""
    made = kept(path, lambda: asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    return asyncssh.import_private_key(made)


@dataclass
class Door(asyncssh.SSHServer):
    """Who may come in: the one user, by password or by key."""

    client: asyncssh.SSHKey

    def begin_auth(self, username: str) -> bool:
        """Always ask."""
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """The right one."""
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        """Keys are."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """The right one."""
        return username == USER and key.public_data == self.client.public_data


class Folders(asyncssh.SFTPServer):
    """What the caller sees: upload and download; every file that came is kept before it is looked at."""

    def __init__(self, channel: "asyncssh.SSHServerChannel[bytes]", files: Files) -> None:
        super().__init__(channel, chroot=str(files.root).encode())
        self.files = files

    async def disturb(self, folder: str, path: str, raw: bytes) -> tuple[int, str]:
        """Note the exchange, and play a fault that comes before the work; returns its number and fault."""
        number = self.files.books.note_request(time.time(), path, raw)
        fault = self.files.bank.script.fault(number, folder, ()) or ""
        if fault:
            self.files.books.do("UPDATE requests SET fault = ? WHERE no = ?", fault, number)
        if fault == "drop_before_work":
            await self.hang_up()
        return number, fault

    async def hang_up(self) -> None:
        """Cut the connection; nothing is said any more."""
        self.channel.get_connection().abort()
        await asyncio.sleep(LATE)

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a file; before one is read, the bank does what is due."""
        # Only reading is a question to the bank; a file that is being written has not arrived yet.
        if not pflags & asyncssh.FXF_WRITE:
            self.files.ripen(time.time())
            number, fault = await self.disturb("download", path.decode(), b"")
            if fault in ("drop_after_work", "answer_late"):
                await self.hang_up()
            self.files.books.do("UPDATE requests SET answered = 1 WHERE no = ?", number)
        return super().open(path, pflags, attrs)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """A file gets its name. Clients write under another name and then rename, so this is its arrival."""
        raw = Path(self.map_path(oldpath).decode()).read_bytes()
        name = newpath.decode().rsplit("/", 1)[-1]
        # The request is noted, and a cut before the work played, while the file still has no name.
        number, fault = await self.disturb("upload", newpath.decode(), raw)
        super().posix_rename(oldpath, newpath)
        self.files.arrived(name, time.time())
        if fault == "drop_after_work":
            await self.hang_up()
        if fault == "answer_late":
            await asyncio.sleep(LATE)
        self.files.books.do("UPDATE requests SET answered = 1 WHERE no = ?", number)


@dataclass
class FileDoor:
    """The listening door; `by_key` says what the settings for the plugin hold."""

    files: Files
    data: Path
    by_key: bool = False
    at: asyncssh.SSHAcceptor | None = None

    async def open(self) -> Mapping[str, Any]:
        """Listen; returns the plugin's settings for this way."""
        host, client = key_at(self.data / "sftp_host.key"), key_at(self.data / "sftp_client.key")
        self.at = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: Door(client),
            server_host_keys=[host],
            sftp_factory=lambda channel: Folders(channel, self.files),
        )
        secret = (
            {"sftp_private_key": client.export_private_key().decode()} if self.by_key else {"sftp_password": PASSWORD}
        )
        return {
            "way": "file",
            "base_url": f"sftp://127.0.0.1:{self.at.get_port()}",
            "sftp_user": USER,
            "sftp_host_key": host.export_public_key().decode().strip(),
            "line_end": "CRLF" if self.files.end == "\r\n" else "LF",
            "empty_reply_means": "all_done" if self.files.empty_when_done else "unknown",
            **secret,
        }
