# Advice on names is Python's own.
import collections
import traceback


class Holder:
    length = 1


def attempt(action):
    try:
        action()
    except Exception:
        traceback.print_exc()


colour = 1
attempt(lambda: color)
attempt(lambda: Holder().lenght)
attempt(lambda: collections.namedtupel)
attempt(lambda: exec("from collections import OrderdDict"))
attempt(lambda: int("x"))
attempt(lambda: open("missing.txt"))
Holder.lenght()
