"""Remove a folder that the demo has made: `python -m tools.remove_demo FOLDER`; any other is left as it is.

The rule is the demo's own: its marker, word for word, and nobody who works in it.
"""

import shutil
import sys
from pathlib import Path

from hub.registry.data_folder import marks

LEFT = "so it is left as it is: delete it yourself"


def complaint(folder: Path) -> str:
    """Why the folder is left as it is; nothing when it is gone."""
    if marks.too_high(folder):
        return f"{folder} is the folder you stand in, your home, or lies above one of them, {LEFT}"
    try:
        place = marks.opened(folder)
    except OSError:
        return f"{folder} is a link or no folder, {LEFT}"
    if folder.resolve() != folder.absolute():
        return f"{folder} is reached through a link, {LEFT}"
    if not any(folder.iterdir()):
        folder.rmdir()
        return ""
    marker = marks.marker_in(place)
    if marker is None:
        return f"{folder} was not made by the demo (it has no {marks.MARKER} of its own), {LEFT}"
    if not marks.was_written_for(marker, folder):
        return f"The {marks.MARKER} in {folder} was written for another folder, {LEFT}"
    if not marks.have_alone(marker) or not marks.have_alone(place):
        return f"A demo or another hub runs in {folder}, so it is left as it is: end that one first"
    for mount in marks.mounts_in(folder):
        return f"Something else is mounted inside {folder}, at {mount}, {LEFT} after umount"
    remove(folder)
    return ""


def remove(folder: Path) -> None:
    """The marker goes last, so that what is left after an interruption is still the demo's."""
    for path in folder.iterdir():
        if path.name == marks.MARKER:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    (folder / marks.MARKER).unlink()
    folder.rmdir()


if __name__ == "__main__":
    sys.exit(complaint(Path(sys.argv[1])) or None)
