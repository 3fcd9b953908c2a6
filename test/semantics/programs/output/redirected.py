# Output that is redirected in Python and below it.
import contextlib
import io
import os
import subprocess
import sys

with contextlib.redirect_stdout(io.StringIO()) as kept, contextlib.redirect_stderr(sys.stdout):
    print("kept")
    print("also", file=sys.stderr)
print(repr(kept.getvalue()))
saved = os.dup(1)
target = os.open("out.txt", os.O_WRONLY | os.O_CREAT)
os.dup2(target, 1)
print("into the file")
subprocess.run(["echo", "child too"])
print("error is not redirected", file=sys.stderr)
os.dup2(saved, 1)
print(open("out.txt").read())
saved = os.dup(2)
os.dup2(1, 2)
print("error into output", file=sys.stderr)
os.dup2(saved, 2)
print("error again", file=sys.stderr)
