"""The demo's own folder: marked before anything else is in it, held while the demo runs, emptied by the next one."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.domain.refusals import Refusal
from hub.registry.data_folder.marks import MARKER, WORDS, have_alone, marker_in, opened, share, too_high
from hub.registry.database import embedded


class NotTheDemos(Refusal):
    """The folder is not one that the demo may empty; nothing in it is touched."""

    says = (
        "{folder} 中已有内容,且没有演示程序自己的标记({marker}),未作任何改动。",
        "{folder} is not empty and does not carry the demo's own marker ({marker}); nothing in it was touched.",
    )
    then = (
        "请换一个尚不存在的目录:partnerhub demo --data 目录;如系旧版演示程序留下的目录,请自行删除。",
        "Name a folder that does not exist yet: partnerhub demo --data FOLDER. One that an older demo left is yours to delete.",
    )

    def __init__(self, folder: Path) -> None:
        super().__init__(folder=folder, marker=MARKER)


class NoFolderOfItsOwn(NotTheDemos):
    """A link, a file, or a place where no folder can be made."""

    says = (
        "{folder} 是链接或文件,或不能在此新建目录,未作任何改动。",
        "{folder} is a link or a file, or no folder can be made there; nothing was touched.",
    )


class TooHigh(NotTheDemos):
    """The folder in which the person stands, their home, or one above: never, not even with a marker."""

    says = (
        "{folder} 是当前目录、主目录或它们的上级目录,演示程序从不使用。",
        "{folder} is the folder you stand in, your home, or lies above one of them: a demo never takes it.",
    )


class InUse(NotTheDemos):
    """Another demo runs in it, or a hub that is none."""

    says = ("另一个演示程序或系统正在使用 {folder}。", "Another demo or a hub works in {folder}.")
    then = (
        "请先结束它,或换一个目录:partnerhub demo --data 目录。",
        "End that one first, or name another folder: partnerhub demo --data FOLDER.",
    )


@contextmanager
def own(data: Path) -> Iterator[None]:
    """The folder, with nothing but the marker in it, held until the end of the block. Raises NotTheDemos."""
    if too_high(data):
        raise TooHigh(data)
    try:
        data.mkdir(parents=True, exist_ok=True)
        place = opened(data)
    except OSError:
        raise NoFolderOfItsOwn(data) from None
    try:
        marker = _marker(data, place)
        try:
            _stop(data)
            _empty(place)
            if not share(place):
                raise InUse(data)
            yield
        finally:
            os.close(marker)
    finally:
        os.close(place)


def _marker(data: Path, place: int) -> int:
    """The marker, open and locked; written first of all where the folder is empty. Raises NotTheDemos."""
    if not os.listdir(place):
        _mark(data, place)
    marker = marker_in(place)
    if marker is None:
        raise NotTheDemos(data)
    # The folder too: a hub that works in it without being a demo shares its lock.
    if not have_alone(marker) or not have_alone(place):
        os.close(marker)
        raise InUse(data)
    return marker


def _mark(data: Path, place: int) -> None:
    try:
        made = os.open(MARKER, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=place)
    except OSError:
        raise NotTheDemos(data) from None
    try:
        os.write(made, WORDS)
        os.fsync(made)
    finally:
        os.close(made)


def _stop(data: Path) -> None:
    """End the last demo's database, if it still runs; one that a link leads to is not the demo's."""
    if not (data / "postgres").is_symlink() and (data / "postgres" / "postmaster.pid").exists():
        embedded.stop(data)


def _empty(place: int) -> None:
    """Delete what lies inside, but for the marker; links as links, whatever they lead to."""
    for name in os.listdir(place):
        if name == MARKER:
            continue
        if stat.S_ISDIR(os.stat(name, dir_fd=place, follow_symlinks=False).st_mode):
            shutil.rmtree(name, dir_fd=place)
        else:
            os.unlink(name, dir_fd=place)
