"""A plugin is found by where it lies: its name stands in one list of pyproject.toml, and nowhere in the hub."""

import ast
import tomllib

from .sources import ROOT, broken, product

SETTINGS = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PACKAGES = {path.parent.name for path in ROOT.glob("plugins/*/hub_*/__init__.py")}


def test_the_import_rules_hold_for_every_plugin() -> None:
    linted = tomllib.loads(SETTINGS)["tool"]["importlinter"]["root_packages"]
    assert set(linted) == {"hub", *PACKAGES}


def test_a_plugin_stands_in_one_list_alone() -> None:
    lists = [line for line in SETTINGS.splitlines() if any(package in line for package in PACKAGES)]
    assert len(lists) == 1, broken("plugins are found by pattern", lists)


def test_the_hub_imports_no_plugin() -> None:
    imports = [
        source.at(node)
        for source in product()
        if source.path.startswith("hub/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(package in ast.unparse(node).replace(".", " ").split() for package in PACKAGES)
    ]
    assert not imports, broken("the hub does not know its plugins", imports)
