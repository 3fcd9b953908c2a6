# An error in a forked child is told once, by the child; its exit handlers run there, too.
import atexit
import os
import sys

parent = os.getpid()
atexit.register(lambda: print("atexit of", "parent" if os.getpid() == parent else "child", flush=True))
pid = os.fork()
if pid == 0:
    raise ValueError("in the child")
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
sys.exit(4)
