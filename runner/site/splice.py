"""Puts one call into a function of a library, such that nothing else about the function changes: neither its place in tracebacks,
nor its lines, nor its signature. The call is made of C alone, so that no tracer meets it."""

import _ast

_CALL, _BEFORE = "openrouter-ide call", "openrouter-ide before"
_NESTED, _AS_TREE = 0x10, 0x400  # CO_NESTED, PyCF_ONLY_AST


def splice(function, call, before, names):
    """From now on `function` begins with call(before(), *names), names of its own locals. False, and nothing is changed, where its
    text is not what it was made of."""
    old = function.__code__
    try:
        new = _compiled(old, _text(old), f"{_CALL!r}.__call__({', '.join([f'{_BEFORE!r}.__call__()', *names])})")
    except (OSError, SyntaxError, ValueError, StopIteration, IndexError, AttributeError):
        return False
    same = ("co_argcount", "co_kwonlyargcount", "co_posonlyargcount", "co_varnames", "co_freevars", "co_cellvars")
    if (new.co_flags ^ old.co_flags) & ~_NESTED or any(getattr(new, name) != getattr(old, name) for name in same):
        return False
    ours = {_CALL: call, _BEFORE: before}
    constants = tuple(ours.get(one, one) if isinstance(one, str) else one for one in new.co_consts)
    named = {"co_qualname": old.co_qualname} if hasattr(old, "co_qualname") else {}
    function.__code__ = new.replace(co_consts=constants, co_flags=old.co_flags, **named)
    return True


def _text(code):
    """The lines of its definition, up to the next that is indented no further."""
    with open(code.co_filename, "rb") as file:
        lines = file.read().decode("utf-8").split("\n")[code.co_firstlineno - 1 :]
    depth = _depth(lines[0])
    end = next((at for at in range(1, len(lines)) if lines[at].strip() and _depth(lines[at]) <= depth), len(lines))
    return lines[:end]


def _depth(line):
    return len(line) - len(line.lstrip())


def _compiled(code, lines, call):
    """Its code, with the call as a statement of the line of its first one."""
    # As deep as it stands in its file, so that columns are the same; names that are free in it are another function's.
    above = [] if _depth(lines[0]) == 0 else ["def _():", "    " + "".join(f"{name} = " for name in code.co_freevars) + "0"]
    text = "\n" * (code.co_firstlineno - 1 - len(above)) + "\n".join([*above, *lines])
    tree = compile(text, code.co_filename, "exec", _AS_TREE, True)
    function = tree.body[0].body[-1] if above else tree.body[0]
    at = 1 if isinstance(function.body[0], _ast.Expr) and isinstance(function.body[0].value, _ast.Constant) else 0
    (statement,) = compile(call, "", "exec", _AS_TREE, True).body
    _stand_at(statement, function.body[at])
    function.body.insert(at, statement)
    made = compile(tree, code.co_filename, "exec", 0, True)
    for name in ["_", code.co_name] if above else [code.co_name]:
        made = next(one for one in made.co_consts if getattr(one, "co_name", None) == name)
    return made


def _stand_at(node, place):
    if hasattr(node, "lineno"):
        node.lineno = node.end_lineno = place.lineno
        node.col_offset = node.end_col_offset = place.col_offset
    for name in node._fields:
        below = getattr(node, name, None)
        for one in below if isinstance(below, list) else [below]:
            if isinstance(one, _ast.AST):
                _stand_at(one, place)
