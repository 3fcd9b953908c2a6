# Statements from the future count for the whole file.
from __future__ import annotations


def f(x: Undefined) -> AlsoUndefined: ...


print(f.__annotations__)
