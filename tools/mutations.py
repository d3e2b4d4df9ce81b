"""What can be changed in a source file so that a rule is off, wider, narrower or moved by one."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

COMPARED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
}
RECKONED: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(),
    ast.Sub: ast.Add(),
    ast.Mult: ast.FloorDiv(),
    ast.FloorDiv: ast.Mult(),
    ast.BitOr: ast.BitAnd(),
    ast.BitAnd: ast.BitOr(),
}
# Texts have no exact places in this Python's tree; an assertion only tells the type checker what is so.
LEFT_OUT = (ast.JoinedStr, ast.Assert, ast.Import, ast.ImportFrom)
NOTED = ("annotation", "returns")
"""Parts that say what a thing is, not what it does; so do decorators, but for those that say who may do what."""


@dataclass(frozen=True)
class Mutant:
    """One change of one file, by bytes."""

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str
    within: str
    """The function, method, class or constant in which it stands."""
    names: frozenset[str]
    """What the file defines."""

    def applied(self, content: bytes) -> bytes:
        """The file with the change in it."""
        return content[: self.start] + self.new.encode() + content[self.end :]

    def told(self) -> str:
        """Where, and what was changed, on one line."""
        old, new = (" ".join(text.split()) for text in (self.old, self.new))
        return f"{self.path}:{self.line} {old if len(old) < 90 else old[:87] + '…'} → {new if len(new) < 90 else new[:87] + '…'}"


def mutants_of(path: str, content: bytes) -> Iterator[Mutant]:
    """All mutants of a file, in the order of its lines."""
    tree = ast.parse(content)
    starts = [0]
    for line in content.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    names = frozenset(name.lstrip("_") for node in tree.body for name in _names(node)) | {path.split("/")[-1][:-3]}
    for node, within in _walk(tree, path.split("/")[-1][:-3]):
        if not isinstance(node, ast.expr | ast.stmt):
            continue
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        for new in _changes(node):
            mutant = Mutant(path, node.lineno, start, end, content[start:end].decode(), new, within, names)
            if _stands(mutant.applied(content)):
                yield mutant


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name) and len(target.id) > 1]


def _walk(node: ast.AST, within: str) -> Iterator[tuple[ast.AST, str]]:
    """What may be changed, each with the innermost name in which it stands."""
    for part, value in ast.iter_fields(node):
        if part in NOTED:
            continue
        for child in value if isinstance(value, list) else [value]:
            if (
                isinstance(child, ast.AST)
                and not isinstance(child, LEFT_OUT)
                and (part != "decorator_list" or _rules(child))
            ):
                inside = next(iter(_names(child)), within) if isinstance(child, ast.stmt) else within
                yield child, inside
                yield from _walk(child, inside)


def _rules(decorator: ast.AST) -> bool:
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "operation"


def _stands(content: bytes) -> bool:
    try:
        compile(content, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _changes(node: ast.AST) -> list[str]:
    """The texts that may stand in its place."""
    changed: list[ast.expr]
    match node:
        case ast.Compare(ops=[operator]):
            changed = [ast.Compare(node.left, [COMPARED[type(operator)]], node.comparators)]
        case ast.BoolOp(values=parts):
            changed = [part if len(rest) == 1 else ast.BoolOp(node.op, rest) for part, rest in _shorter(parts)]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            changed = [operand]
        case ast.BinOp(op=operator) if type(operator) in RECKONED:
            changed = [ast.BinOp(node.left, RECKONED[type(operator)], node.right)]
        case ast.IfExp():
            changed = [node.body, node.orelse]
        case ast.Constant(value=bool() as truth):
            changed = [ast.Constant(not truth)]
        case ast.Constant(value=int() as number):
            changed = [ast.Constant(number + 1)]
        case ast.Set(elts=parts) if len(parts) > 1:
            changed = [ast.Set(rest) for _, rest in _shorter(parts)]
        case ast.Tuple(elts=parts, ctx=ast.Load()) if len(parts) > 1 and _alike(parts):
            changed = [ast.Tuple(rest, ast.Load()) for _, rest in _shorter(parts)]
        case _:
            return _statements(node)
    return [f"({ast.unparse(expression)})" for expression in changed]


def _shorter(parts: list[ast.expr]) -> Iterator[tuple[ast.expr, list[ast.expr]]]:
    """The parts with one left out, each in turn, and the first of those that stay."""
    for no in range(len(parts)):
        rest = parts[:no] + parts[no + 1 :]
        yield rest[0], rest


def _alike(parts: list[ast.expr]) -> bool:
    """Whether they are choices of one kind: names, or words of the code; not a text in two languages."""
    words = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if words:
        return len(words) == len(parts) and all(word.isidentifier() and word.isascii() for word in words)
    return all(isinstance(part, ast.Attribute) for part in parts)


def _statements(node: ast.AST) -> list[str]:
    """A guard that is never true, or a step that is left out."""
    match node:
        case ast.Expr(value=ast.Yield()):
            return ["yield from ()"]
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign():
            return ["pass"]
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript() | ast.Tuple(elts=[ast.Attribute(), *_])]):
            return ["pass"]
        case _:
            return []
