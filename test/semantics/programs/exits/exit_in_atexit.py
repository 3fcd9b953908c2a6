# An exit handler that exits changes nothing of the code.
import atexit
import sys

atexit.register(sys.exit, 9)
atexit.register(print, "last")
sys.exit(2)
