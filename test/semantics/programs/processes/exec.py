# A program that becomes another one keeps its streams, and the other's end is its own.
import os
import sys

print("before")
os.environ["KEPT"] = "yes"
os.execv(sys.executable, [sys.executable, "-c", "import os, sys; print(os.environ['KEPT']); sys.exit(9)"])
