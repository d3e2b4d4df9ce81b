"""Where an installation keeps its master key: in a setting, or else in a file of the data folder."""

import base64
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hub.ports import new_bytes
from hub.registry.session import StoreUnusable
from hub.registry.vault import KEY_SIZE, MasterKey
from hub.registry.whole_files import clear_parts, content, make_folder, put_new

NAME = "master.key"
SETTING = "PARTNERHUB_MASTER_KEY"
# Rights on the key's file that others must not have.
OPEN = {
    stat.S_IROTH: "read by every user",
    stat.S_IWOTH: "changed by every user",
    stat.S_IWGRP: "changed by other users",
}
UNCHANGED = "Nothing was changed."


class KeyUnusable(StoreUnusable):
    """The installation's master key is missing, damaged or belongs to another; without it nothing is read or written."""


@dataclass(frozen=True)
class KeyPlace:
    """The setting, if there is one, and the data folder."""

    setting: str | None
    folder: Path

    @property
    def path(self) -> Path:
        """The key's file, used without the setting."""
        return self.folder / NAME

    @property
    def name(self) -> str:
        """Where the key comes from, for a sentence."""
        return SETTING if self.setting else str(self.path.absolute())

    def read(self) -> MasterKey | None:
        """The key; None if there is neither setting nor file. Raises KeyUnusable."""
        if self.setting:
            return self._parsed(self.setting.encode(errors="replace"))
        try:
            key = self._parsed(content(self.path))
            mode = self.path.stat().st_mode
            for right, words in OPEN.items():
                if mode & right:
                    raise KeyUnusable(
                        f"The master key {self.name} can be {words} of this machine. {UNCHANGED} "
                        f"Take that right away (chmod 600), and look who has an account here."
                    )
            return key
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyUnusable(
                f"The master key {self.name} cannot be read: {error.strerror}. {UNCHANGED} "
                f"Let this user read the file, or set {SETTING} to its content."
            ) from None

    def make(self) -> MasterKey:
        """Create the key file atomically and return its key, or return the key that exists. Raises KeyUnusable."""
        try:
            make_folder(self.folder)
            put_new(self.path, base64.b64encode(new_bytes(KEY_SIZE)))
        except FileExistsError:
            pass  # another process was first: its key counts
        except OSError as error:
            raise KeyUnusable(
                f"A master key could not be made as {self.name}: {error.strerror}. {UNCHANGED} "
                f"Let this user write in the folder, or set {SETTING} to 32 random bytes in base64."
            ) from None
        # Read back: if another process was first, the file holds its key.
        made = self.read()
        if made is None:
            raise KeyUnusable(f"The master key {self.name} points to no file. {UNCHANGED} Put the file back.")
        return made

    def tidy(self) -> None:
        """Delete what a crash left behind while a key file was written: no second copy of a key may exist."""
        with suppress(OSError):
            clear_parts(self.path)

    def _parsed(self, content: bytes) -> MasterKey:
        """The key in this content. Raises KeyUnusable, which never shows the content."""
        try:
            key = base64.b64decode(content.strip(), validate=True)
        except ValueError:
            raise self._damaged("it is not base64") from None
        if len(key) != KEY_SIZE:
            raise self._damaged(f"it holds {len(key)} bytes instead of {KEY_SIZE}" if key else "it is empty")
        return MasterKey(key)

    def _damaged(self, how: str) -> KeyUnusable:
        return KeyUnusable(
            f"The master key in {self.name} cannot be used: {how}. {UNCHANGED} "
            f"Put {NAME} back as it was made, or set {SETTING} to its content. "
            "Only where nothing was ever entered may it be taken away: the next start then makes a new one."
        )
