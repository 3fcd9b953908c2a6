# Anything else is printed.
import sys

sys.exit([1.5, {"a": None}])
