# A program can read its own source, through inspect and linecache.
import inspect
import linecache


def function(a, b=2, *, c: int = 3) -> str:
    """With a text."""
    return "x"  # and a comment


class Thing:
    attribute = 1


print(inspect.getsource(function), inspect.getsource(Thing), inspect.signature(function))
print(inspect.getsourcefile(function), inspect.getmodule(function).__name__)
print(linecache.getline(__file__, 1), open(__file__).readline(), inspect.getsourcelines(Thing)[1])
print(inspect.stack()[0].lineno, inspect.currentframe().f_lineno, function.__doc__, function.__code__.co_filename)
