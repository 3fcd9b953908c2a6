# A program's own excepthook is called, and one that fails is told of with both errors.
import sys


def hook(kind, value, trace):
    print("hook", kind.__name__, value, trace.tb_lineno, trace.tb_next)
    raise LookupError("in the hook")


sys.excepthook = hook
raise ValueError("first")
