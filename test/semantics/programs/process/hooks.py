# Every hook of the interpreter is in its first state.
import builtins
import sys
import threading

print(sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__)
print(sys.breakpointhook is sys.__breakpointhook__, sys.unraisablehook is sys.__unraisablehook__)
print(threading.excepthook is threading.__excepthook__, sys.gettrace(), sys.getprofile())
print(sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__)
print(sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth())
print([hasattr(sys, name) for name in ("ps1", "last_type", "last_value", "tracebacklimit")])
print(sorted(name for name in vars(builtins) if not name.startswith("_") and name != "display"))
print(open, print, input, __import__, exit, quit, copyright is not None)
