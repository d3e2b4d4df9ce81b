"""A control character among a command's words ends it with a sentence (R6.1)."""

import json

from .conftest import Command

NUL = "a\x00b"


def test_by_command_a_login_or_value_with_a_control_character_is_a_sentence(command: Command) -> None:
    done = command("users", "list", "--as", "ad\x01min", PARTNERHUB_PASSWORD="x")
    assert done.returncode == 1 and "Traceback" not in done.stderr and "cannot be shown" in done.stderr
    broken = command("users", "list", "--as", "ad\udcffmin", PARTNERHUB_PASSWORD="x")
    assert broken.returncode == 1 and "Traceback" not in broken.stderr
    value = json.dumps({"a": NUL})
    done = command(
        "operation", "do", "customers.search_customers", f"words={value}", "--as", "x", PARTNERHUB_PASSWORD="x"
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr
