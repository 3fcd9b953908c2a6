# After an unhandled error the exit handlers still run, after the traceback.
import atexit
import sys

atexit.register(lambda: print("atexit", sys.last_type.__name__, file=sys.stderr))
raise ValueError("first")
