"""Files that get their name when they are whole, and never another's place unasked (G4, G5)."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from hub.registry import whole_files
from hub.simulation import kept


@pytest.fixture(params=["links", "a file system without links"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on a disk, or on a USB stick."""

    def none(*_: Any) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    if request.param != "links":
        monkeypatch.setattr(os, "link", none)
    return tmp_path


def test_a_new_file_is_whole_and_its_owners_alone_and_never_over_another(place: Path) -> None:
    whole_files.put_new(place / "key", b"one")
    assert (place / "key").read_bytes() == b"one" and (place / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        whole_files.put_new(place / "key", b"two")
    with pytest.raises(FileExistsError), whole_files.new_file(place / "late") as file:
        file.write(b"two")
        (place / "late").write_bytes(b"somebody else's")
    assert (place / "key").read_bytes() == b"one" and (place / "late").read_bytes() == b"somebody else's"
    assert sorted(path.name for path in place.iterdir()) == ["key", "late"]


def test_what_goes_wrong_while_it_is_written_leaves_nothing(place: Path) -> None:
    with pytest.raises(RuntimeError), whole_files.new_file(place / "list") as file:
        file.write(b"half")
        raise RuntimeError
    assert list(place.iterdir()) == []


def test_another_content_takes_the_place_of_the_old_one(place: Path) -> None:
    (place / "anchor").write_bytes(b"old")
    whole_files.put(place / "anchor", b"new")
    assert (place / "anchor").read_bytes() == b"new" and [path.name for path in place.iterdir()] == ["anchor"]


def test_a_simulators_key_is_made_once(tmp_path: Path) -> None:
    first = kept(tmp_path / "app.key", lambda: b"one")
    assert first == kept(tmp_path / "app.key", lambda: b"two") == b"one"
    assert (tmp_path / "app.key").stat().st_mode & 0o777 == 0o600
