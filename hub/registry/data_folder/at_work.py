"""Working in a data folder as an installation: its lock is held, so that nobody empties it; a demo's folder is refused."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hub.domain.refusals import Unusable
from hub.registry.whole_files import make_folder

from . import marks


class DemosFolder(Unusable):
    """The next demo would delete the installation."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} was made by `partnerhub demo`: the next demo deletes everything in it. Name another folder in "
            f"PARTNERHUB_DATA. To keep what is in it as an installation, delete the file {folder / marks.MARKER} first."
        )


class BeingEmptied(Unusable):
    """Another process has the folder alone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another process is emptying {folder}. Name another folder in PARTNERHUB_DATA, or start again in a moment."
        )


@contextmanager
def at_work(folder: Path, *, lasting: bool = False) -> Iterator[None]:
    """Share the folder's lock until the end of the block. Raises Unusable.

    The folder is made if need be, and taken away again if nothing was put in it. Beside a running demo its worker and
    other commands may work in its folder, but nothing that is to last.
    """
    new = not folder.exists()
    place = None if sys.platform == "win32" else _shared(folder, lasting)
    try:
        yield
    finally:
        if place is not None:
            os.close(place)
        if new:
            with suppress(OSError):  # it holds something by now
                folder.rmdir()


def _shared(folder: Path, lasting: bool) -> int | None:
    """The folder, open and locked beside others; None where it cannot be opened, which whoever needs it will tell."""
    real = folder.resolve()
    for parent in real.parents:
        if marks.is_demos(parent):
            raise DemosFolder(parent)
    with suppress(OSError):
        make_folder(real)
    try:
        place = marks.opened(real)
    except OSError:
        return None
    try:
        _refuse_a_demos(real, place, lasting)
    except Unusable:
        os.close(place)
        raise
    return place


def _refuse_a_demos(folder: Path, place: int, lasting: bool) -> None:
    if not marks.share(place):
        raise BeingEmptied(folder)
    marker = marks.marker_in(place)
    if marker is None:
        return
    try:
        # A demo that runs has its marker alone.
        if lasting or marks.share(marker):
            raise DemosFolder(folder)
    finally:
        os.close(marker)
