# A code that looks like a signal's is still a code.
import sys

sys.exit(137)
