"""Figures of the code's shape, a line each: `python tools/figures.py [FOLDER …]`; hub without migrations by default.

Lines of functions, files a folder, comments, locals whose names say nothing, and lines of each layer.
"""

import ast
import io
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
SAYS_NOTHING = frozenset(["found", "row", "each", "said", "given", "told", "data", "result", "item", "value"])
"""Names for anything: a local that bears one does not say what it holds."""


def functions(tree: ast.AST) -> list[Function]:
    """All functions, methods and inner ones too."""
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """What stands in the function itself, not in one inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))


def empty_names(function: Function) -> set[str]:
    """The function's locals that say nothing: assigned, looped over, or bound by `with`; parameters are not counted."""
    stored = {node.id for node in own_nodes(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored & SAYS_NOTHING


def share_of_empty_names(trees: Sequence[ast.AST]) -> float:
    """How many functions of a hundred bind such a local."""
    known = [function for tree in trees for function in functions(tree)]
    return 100 * sum(bool(empty_names(function)) for function in known) / max(1, len(known))


def comments(text: str) -> int:
    """How many comments a file has; orders to a tool are none."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    spoken = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return sum(not comment.startswith(("# type:", "# noqa", "#!")) for comment in spoken)


def at(sizes: Sequence[int], hundredth: int) -> int:
    """The size below which so many of a hundred lie."""
    ordered = sorted(sizes)
    return ordered[min(len(ordered) - 1, len(ordered) * hundredth // 100)]


def spread(sizes: Sequence[int], hundredth: int) -> str:
    """Median, a high one, the highest."""
    return f"{at(sizes, 50)} / {at(sizes, hundredth)} / {max(sizes)}"


def main(folders: Sequence[str]) -> None:
    """Print the figures of the folders."""
    paths = [path for name in folders or ["hub"] for path in sorted(Path(name).rglob("*.py"))]
    texts = {path: path.read_text(encoding="utf-8") for path in paths if "versions" not in path.parts}
    trees = [ast.parse(text) for text in texts.values()]
    lines = {path: text.count("\n") for path, text in texts.items()}
    lengths = [(node.end_lineno or 0) - node.lineno + 1 for tree in trees for node in functions(tree)]
    layers = Counter({"/".join(path.parts[:2]) if len(path.parts) > 2 else path.parts[0]: 0 for path in lines})
    for path, count in lines.items():
        layers["/".join(path.parts[:2]) if len(path.parts) > 2 else path.parts[0]] += count
    total = sum(lines.values())
    shown = {
        "function lines, median / p95 / max": spread(lengths, 95),
        "file lines, median / p95 / max": spread(list(lines.values()), 95),
        "files a folder, median / p90 / max": spread(list(Counter(path.parent for path in lines).values()), 90),
        "comments per 100 lines": f"{100 * sum(map(comments, texts.values())) / total:.1f}",
        "functions with a local that says nothing": f"{share_of_empty_names(trees):.1f} %",
        "lines": str(total),
        **{f"  {layer}": str(count) for layer, count in sorted(layers.items())},
    }
    sys.stdout.writelines(f"{name:<44}{figure}\n" for name, figure in shown.items())


if __name__ == "__main__":
    main(sys.argv[1:])
