"""The small mistakes that `mutants.py` makes in a syntax tree."""

import ast
import builtins
import copy
from collections.abc import Iterator
from typing import Any


def pairs(words: str) -> dict[str, str]:
    """Return each word's partner, in both directions."""
    names = words.split()
    forward = dict(zip(names[::2], names[1::2], strict=True))
    return forward | {right: left for left, right in forward.items()}


OPERATORS = {"Pow": "Mult", "FloorDiv": "Mult"} | pairs(
    "Add Sub  Mult Div  Lt LtE  Gt GtE  Eq NotEq  Is IsNot  In NotIn  And Or"
)
NAMES = pairs(
    "sum mean  min max  any all  minimum maximum  zeros ones  zeros_like ones_like  user item "
    "pos neg  rows columns  final base  argmin argmax  cumsum cumprod"
)
UNSEEN = ("strict", "device")  # of zip, a belt besides braces; and what no CPU can tell
NO = ast.Constant(value=False)


def replacements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may take the place of a node."""
    match node:
        case ast.BinOp(ast.Constant(value=str())):
            return  # a text
        case ast.BinOp(left, operator, right):
            if isinstance(operator, ast.BitOr | ast.BitAnd | ast.Add):
                yield from (left, right)
            if type(operator).__name__ in OPERATORS:
                yield changed(node, op=swapped(operator))
        case ast.AugAssign(op=operator):
            if type(operator).__name__ in OPERATORS:
                yield changed(node, op=swapped(operator))
            yield ast.If(NO, [node], [])
        case ast.Compare(ops=[operator]):
            yield changed(node, ops=[swapped(operator)])
        case ast.BoolOp(op=operator):
            yield changed(node, op=swapped(operator))
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.keyword(arg=name, value=ast.Constant(value=bool(value))) if name not in UNSEEN:
            yield changed(node, value=ast.Constant(value=not value))
        case ast.Constant(value=int(value) | float(value)) if not isinstance(value, bool):
            yield changed(node, value=value + 1)
        case ast.Attribute(attr=name) if name in NAMES:
            yield changed(node, attr=NAMES[name])
        case ast.Name(id=name, ctx=ast.Load()) if name in NAMES and name in dir(builtins):
            yield changed(node, id=NAMES[name])
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.If():
            yield changed(node, test=NO)
        case ast.comprehension(ifs=[_]):
            yield changed(node, ifs=[])
        case ast.Slice():
            yield from (changed(node, **{n: None}) for n in ("lower", "upper") if getattr(node, n))
        case ast.Call(keywords=keywords) if keywords:
            for each in keywords:
                if each.arg not in UNSEEN:
                    yield changed(node, keywords=[other for other in keywords if other != each])
        case ast.Expr(ast.Call()) | ast.Continue() | ast.Break() | ast.Assign([ast.Subscript()]):
            yield ast.If(NO, [node], [])  # rather than nothing, so that its names stay


def swapped(operator: ast.AST) -> Any:
    """Return an operator's partner."""
    return getattr(ast, OPERATORS[type(operator).__name__])()


def changed(node: Any, **fields: Any) -> Any:
    """Return a node with other fields."""
    other = copy.copy(node)
    vars(other).update(fields)
    return other


def places(parent: ast.AST) -> Iterator[tuple[Any, Any, ast.AST]]:
    """Yield the holder and key of each node below another, and the node; no texts, no types."""
    for name, value in ast.iter_fields(parent):
        of_signature = name in ("annotation", "returns", "decorator_list")
        if of_signature or (isinstance(parent, ast.FunctionDef) and name == "args"):
            continue
        for key, node in enumerate(value) if isinstance(value, list) else [(name, value)]:
            if isinstance(node, ast.AST) and not isinstance(node, ast.Raise | ast.JoinedStr):
                yield (value if isinstance(value, list) else vars(parent)), key, node
                yield from places(node)


def brief(node: ast.AST) -> str:
    """Return a node's first line, a call's without what it is given by place."""
    if isinstance(node, ast.Call) and node.args and node.keywords:
        node = changed(node, args=[ast.Constant(value=...)])
    return ast.unparse(node).strip().partition("\n")[0]
