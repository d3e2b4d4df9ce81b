"""The table of changes: its words are those that the code knows, and a rule's version is the same everywhere."""

import os
import subprocess
import sys

from hub.domain.changes import TABLE, Effect, Need
from hub.operations.changes.conditions import CONDITIONS
from hub.operations.changes.effects import EFFECTS

VERSIONS = "from hub.domain.changes import TABLE; print([rule.version for rule in TABLE])"


def test_every_effect_is_known_carried_out_and_used() -> None:
    assert set(Effect) == EFFECTS.keys() == {rule.effect for rule in TABLE}


def test_every_need_is_known_checked_and_used() -> None:
    assert set(Need) == CONDITIONS.keys() == {need for rule in TABLE for need in rule.needs}


def test_no_two_rules_bear_one_key() -> None:
    assert len({rule.key for rule in TABLE}) == len(TABLE)


def test_a_rule_has_the_same_version_in_every_process() -> None:
    """Signed in one process and read in another, an application under an unchanged rule stays valid."""
    versions = {
        subprocess.run(
            [sys.executable, "-c", VERSIONS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "1234"
    }
    assert len(versions) == 1
