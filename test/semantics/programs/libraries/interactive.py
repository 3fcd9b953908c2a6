# Code run by the program itself: exec, eval, compile, the console and doctest.
import code
import doctest
import io
import sys
import traceback


def double(n):
    """
    >>> double(2)
    4
    >>> double("a")
    'ab'
    """
    return n * 2


print(doctest.testmod())
sys.stdin = io.StringIO("1 + 1\n1 / 0\n")
code.interact(banner="banner", exitmsg="bye", local={})
sys.displayhook({"a": 1})
try:
    exec(compile("x = 1\ny = x / 0", "<text>", "exec"))
except ZeroDivisionError:
    traceback.print_exc()
eval("1 +")
