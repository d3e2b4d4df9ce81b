"""The demo's own folder: marked before anything else is written, held while the demo runs, emptied by the next one."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.domain.refusals import Refusal
from hub.registry.data_folder.marks import (
    MARKER,
    have_alone,
    marker_in,
    mounts_in,
    opened,
    share,
    too_high,
    was_written_for,
    words_for,
)
from hub.registry.database import embedded


class NotTheDemos(Refusal):
    """The folder is not one that the demo may empty; nothing in it is touched."""

    says = (
        "{folder} 中已有内容,且没有演示程序自己的标记({marker}),未作任何改动。",
        "{folder} is not empty and does not carry the demo's own marker ({marker}); nothing in it was touched.",
    )
    then = (
        "请换一个尚不存在的目录:partnerhub demo --data 目录;如系旧版演示程序留下的目录,请自行删除。",
        "Name a folder that does not exist yet: partnerhub demo --data FOLDER. Delete one that an older demo left yourself.",
    )

    def __init__(self, folder: Path, **more: object) -> None:
        super().__init__(folder=folder, marker=MARKER, **more)


class CopiedMarker(NotTheDemos):
    """The marker of another folder, copied, linked or moved here, as by `cp -a`: what else is there is unknown."""

    says = (
        "{folder} 中的标记({marker})是为另一个目录写的,未作任何改动。",
        "The marker in {folder} ({marker}) was written for another folder; nothing was touched.",
    )


class NoFolderOfItsOwn(NotTheDemos):
    """A link, a file, or a place where no folder can be made."""

    says = (
        "{folder} 是链接或文件,或不能在此新建目录,未作任何改动。",
        "{folder} is a link or a file, or no folder can be made there; nothing was touched.",
    )


class TooHigh(NotTheDemos):
    """The current folder, the home folder, or one above: never, not even with a marker."""

    says = (
        "{folder} 是当前目录、主目录或它们的上级目录,演示程序从不使用。",
        "{folder} is the current folder, your home, or lies above one of them: a demo never uses it.",
    )


class InUse(NotTheDemos):
    """Another demo runs in it, or a hub that is not a demo."""

    says = ("另一个演示程序或系统正在使用 {folder}。", "Another demo or a hub is using {folder}.")
    then = (
        "请先结束它,或换一个目录:partnerhub demo --data 目录。",
        "End that one first, or name another folder: partnerhub demo --data FOLDER.",
    )


class MountedInside(NotTheDemos):
    """Files of another place are mounted inside it: emptying it would delete those."""

    says = (
        "{folder} 内的 {mount} 挂载了别处的文件,未作任何改动。",
        "Something else is mounted inside {folder}, at {mount}; nothing was touched.",
    )
    then = (
        "请先卸载(umount),或换一个目录:partnerhub demo --data 目录。",
        "Unmount it first (umount), or name another folder: partnerhub demo --data FOLDER.",
    )


class NotEmptied(NotTheDemos):
    """A file of the last demo cannot be deleted."""

    says = ("{folder} 中上次演示的文件不能全部删除。", "Not all files of the last demo in {folder} can be deleted.")
    then = (
        "请检查其中文件的权限,或换一个目录:partnerhub demo --data 目录。",
        "Look at the rights on its files, or name another folder: partnerhub demo --data FOLDER.",
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
            # Checked under the locks and before anything is deleted.
            for mount in mounts_in(data):
                raise MountedInside(data, mount=mount)
            _stop(data)
            try:
                _empty(place)
            except OSError:
                raise NotEmptied(data) from None
            # From exclusive to shared: the demo's own worker and commands take this lock too. The marker's stays
            # exclusive, so no second demo comes in.
            if not share(place):
                raise InUse(data)
            yield
        finally:
            os.close(marker)
    finally:
        os.close(place)


def _marker(data: Path, place: int) -> int:
    """The marker, open and locked; if the folder is empty it is written first of all. Raises NotTheDemos."""
    if not os.listdir(place):
        _mark(data, place)
    marker = marker_in(place)
    if marker is None:
        raise NotTheDemos(data)
    if not was_written_for(marker, data):
        os.close(marker)
        raise CopiedMarker(data)
    # Both locks, the marker's first: another demo holds the marker, and a hub that is not a demo shares the folder's.
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
        os.write(made, words_for(data))
        # On disk before anything else is in the folder, so that no crash leaves a full folder without its marker.
        os.fsync(made)
    finally:
        os.close(made)


def _stop(data: Path) -> None:
    """Stop the last demo's database if it still runs; a database behind a link is not the demo's."""
    if not (data / "postgres").is_symlink() and (data / "postgres" / "postmaster.pid").exists():
        embedded.stop(data)


def _empty(place: int) -> None:
    """Delete everything inside except the marker; links are deleted, not followed."""
    # Relative to the open folder: if its path is renamed meanwhile, nothing else is emptied.
    for name in os.listdir(place):
        if name == MARKER:
            continue
        if stat.S_ISDIR(os.stat(name, dir_fd=place, follow_symlinks=False).st_mode):
            shutil.rmtree(name, dir_fd=place)
        else:
            os.unlink(name, dir_fd=place)
