"""Holds the lock of a data folder while a process works in it, so that no demo empties it; refuses a demo's folder."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hub.domain.refusals import Unusable
from hub.registry.whole_files import make_folder

from . import marks


class DemosFolder(Unusable):
    """The folder belongs to a demo: the next one would delete the installation."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} was made by `partnerhub demo`: the next demo deletes everything in it. Name another folder in "
            f"PARTNERHUB_DATA. To keep what is in it as an installation, delete the file {folder / marks.MARKER} first."
        )


class BeingEmptied(Unusable):
    """Another process holds the folder's lock exclusively, to empty it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another process is emptying {folder}. Name another folder in PARTNERHUB_DATA, or start again in a moment."
        )


class OpenToOthers(Unusable):
    """Other users may put files into the folder, and take the hub's away."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Other users of this machine may write in {folder}, where the master key and the database lie. "
            f"Nothing was changed. Take that right away (chmod go-w {folder}), and look at what is in it."
        )


@contextmanager
def at_work(folder: Path, *, lasting: bool = False) -> Iterator[None]:
    """Hold a shared lock on the folder until the block ends. Raises DemosFolder, BeingEmptied or OpenToOthers.

    Creates a missing folder, and removes it again if it stays empty. In the folder of a running demo only its own worker
    and commands may work; pass `lasting` for anything that must outlive the demo, which is then refused.
    """
    new = not folder.exists()
    place = None if sys.platform == "win32" else _shared(folder, lasting)
    try:
        yield
    finally:
        if place is not None:
            os.close(place)
        if new:
            with suppress(OSError):  # not empty any more
                folder.rmdir()


def _shared(folder: Path, lasting: bool) -> int | None:
    """The folder's descriptor with a shared lock; None if it cannot be opened, which its first use will report."""
    real = folder.resolve()
    # A demo deletes whole trees, so a folder below a demo's is as unsafe as the demo's own.
    for parent in real.parents:
        if marks.is_demos(parent):
            raise DemosFolder(parent)
    # What cannot be made is reported by whoever needs the folder first, with its own advice.
    with suppress(OSError):
        make_folder(real)
    try:
        place = marks.opened(real)
    except OSError:
        return None
    try:
        _refuse_a_demos(real, place, lasting)
        if _is_open_to_others(os.fstat(place).st_mode):
            raise OpenToOthers(real)
    except Unusable:
        os.close(place)
        raise
    return place


def _is_open_to_others(mode: int) -> bool:
    """With the sticky bit others may add files, but not put theirs in place of the hub's."""
    return bool(mode & (stat.S_IWGRP | stat.S_IWOTH)) and not mode & stat.S_ISVTX


def _refuse_a_demos(folder: Path, place: int, lasting: bool) -> None:
    if not marks.share(place):
        raise BeingEmptied(folder)
    marker = marks.marker_in(place)
    if marker is None:
        return
    try:
        # A running demo holds its marker exclusively: if the marker can be shared, the folder is a finished demo's.
        if lasting or marks.share(marker):
            raise DemosFolder(folder)
    finally:
        os.close(marker)
