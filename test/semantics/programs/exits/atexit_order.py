# Exit handlers run last first, after non-daemon threads, and their errors are told.
import atexit
import sys
import threading
import weakref


class Thing:
    pass


thing = Thing()
atexit.register(print, "registered first")
weakref.finalize(thing, print, "finalizer")
atexit.register(len)  # fails: there is nothing to count
atexit.register(print, "registered last", file=sys.stderr)
atexit.register(lambda: atexit.register(print, "registered at exit"))
gate = threading.Event()
thread = threading.Thread(target=lambda: (gate.wait(), sys.stdout.write("thread\n")))
thread.start()
print("end of program")
gate.set()
