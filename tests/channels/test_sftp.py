"""Files by SFTP against a real server on this machine: whole or not at all, and nothing said that is not known."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncssh
import pytest

from hub.channels.reach import Forbidden
from hub.channels.sftp import FileLine, Login
from hub.channels.transport import CAP, Doubtful, NotSent
from hub.plugin import Reply, Request, Secret

HOST_KEY, OTHER_KEY = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))


class Door(asyncssh.SSHServer):
    """One user with one password."""

    def begin_auth(self, username: str) -> bool:
        """Always ask."""
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """The right one."""
        return (username, password) == ("hub", "made-up")


class CutAtRename(asyncssh.SFTPServer):
    """Renames the file and never says so."""

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:  # type: ignore[override]
        """Done, and silent."""
        super().posix_rename(oldpath, newpath)
        await asyncio.sleep(4)


def exchange(
    root: Path,
    request: Request,
    *,
    key: asyncssh.SSHKey = HOST_KEY,
    password: str = "made-up",
    server: Callable[..., asyncssh.SFTPServer] = asyncssh.SFTPServer,
) -> Reply:
    async def play() -> Reply:
        def made(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
            return server(channel, chroot=str(root).encode())

        async with asyncssh.listen(
            "127.0.0.1", 0, server_factory=Door, server_host_keys=[HOST_KEY], sftp_factory=made
        ) as at:
            login = Login(user="hub", password=Secret(password), host_key=key.export_public_key().decode())
            line = FileLine(f"sftp://bank.test:{at.get_port()}", login, address="127.0.0.1", deadline=3)
            return (await line.exchange(request)).reply

    return asyncio.run(play())


def test_a_file_is_brought_whole_and_read_back(tmp_path: Path) -> None:
    assert exchange(tmp_path, Request("PUT", "/a.txt", body="张三".encode("gbk"))).status == 201
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]
    assert exchange(tmp_path, Request("GET", "/a.txt")).body == "张三".encode("gbk")


def test_a_missing_file_is_404_and_a_message_is_not_for_this_line(tmp_path: Path) -> None:
    assert exchange(tmp_path, Request("GET", "/none.txt")).status == 404
    assert exchange(tmp_path, Request("POST", "/a")).status == 405


def test_another_host_key_or_a_wrong_password_sends_nothing(tmp_path: Path) -> None:
    for values in ({"key": OTHER_KEY}, {"password": "wrong"}):
        with pytest.raises(NotSent):
            exchange(tmp_path, Request("PUT", "/a.txt", body=b"x"), **values)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_surely_nothing_done(tmp_path: Path) -> None:
    with pytest.raises(NotSent):
        exchange(tmp_path, Request("PUT", "/none/a.txt", body=b"x"))


def test_a_rename_without_an_answer_is_a_doubt(tmp_path: Path) -> None:
    with pytest.raises(Doubtful):
        exchange(tmp_path, Request("PUT", "/a.txt", body=b"x"), server=CutAtRename)
    assert (tmp_path / "a.txt").exists()


class OldWay(asyncssh.SFTPServer):
    """Knows no renaming in one step."""

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:  # type: ignore[override]
        """Not here."""
        raise asyncssh.SFTPOpUnsupported("no")


class NoRenaming(OldWay):
    """Lets nobody rename."""

    def rename(self, oldpath: bytes, newpath: bytes) -> None:  # type: ignore[override]
        """No."""
        raise asyncssh.SFTPPermissionDenied("no")


def test_a_server_of_the_old_kind_is_asked_the_old_way_and_an_older_file_stays_a_doubt(tmp_path: Path) -> None:
    assert exchange(tmp_path, Request("PUT", "/a.txt", body=b"x"), server=OldWay).status == 201
    with pytest.raises(Doubtful):
        exchange(tmp_path, Request("PUT", "/a.txt", body=b"y"), server=OldWay)
    assert (tmp_path / "a.txt").read_bytes() == b"x"


def test_a_renaming_that_the_server_forbids_is_surely_nothing_done(tmp_path: Path) -> None:
    with pytest.raises(NotSent):
        exchange(tmp_path, Request("PUT", "/a.txt", body=b"x"), server=NoRenaming)
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt.part"]


def test_a_file_brought_twice_is_the_same_file(tmp_path: Path) -> None:
    for _ in range(2):
        assert exchange(tmp_path, Request("PUT", "/a.txt", body=b"x")).status == 201
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_larger_than_any_answer_is_not_taken_in(tmp_path: Path) -> None:
    with (tmp_path / "big").open("wb") as big:
        big.truncate(CAP + 2)
    assert exchange(tmp_path, Request("GET", "/big")).status == 413


def test_an_address_with_a_user_name_is_not_taken() -> None:
    login = Login(user="hub", host_key=HOST_KEY.export_public_key().decode())
    with pytest.raises(Forbidden):
        FileLine("sftp://hub@bank.test", login, address="127.0.0.1", deadline=1)
