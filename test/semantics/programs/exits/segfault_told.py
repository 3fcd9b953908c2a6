# A crash with the fault handler switched on is told with the program's frames.
import ctypes
import faulthandler
import sys

faulthandler.enable(open("dump", "w"), all_threads=False)
faulthandler.disable()
faulthandler.enable(all_threads=False)


def touch():
    sys.stderr.write("about to\n")
    ctypes.pythonapi._Py_FatalErrorFunc  # noqa: B018
    faulthandler._sigsegv()


touch()
