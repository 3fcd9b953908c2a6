# The classes of the standard streams' innermost layers.
import sys

print(type(sys.stdin.buffer.raw).__mro__[1].__name__, type(sys.stderr.buffer).__name__, type(sys.stderr).__name__)
