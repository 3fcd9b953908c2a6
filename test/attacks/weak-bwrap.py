#!/usr/bin/python3
"""bubblewrap, but for what the file `change` beside it says: words of its options to leave out, and others to add."""

import fcntl
import json
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "change")) as file:
    change = json.load(file)
if sys.argv[1:2] != ["--args"]:
    os.execv(change["bwrap"], ["bwrap", *sys.argv[1:]])

# As runner/launch.py hands them over: by descriptor, each ended by a NUL.
place = int(sys.argv[2])
with open(place, "rb", closefd=False) as file:
    args = [word.decode() for word in file.read().split(b"\0")[:-1]]
for left_out in change["without"]:
    start = next(n for n in range(len(args)) if args[n : n + len(left_out)] == left_out)
    del args[start : start + len(left_out)]
# Before the root becomes read-only, so that places to mount on can still be made.
end = args.index("--remount-ro") if "--remount-ro" in args else len(args)
args[end:end] = change["more"]
fd = os.memfd_create("args")
os.write(fd, b"".join(word.encode() + b"\0" for word in args))
os.lseek(fd, 0, os.SEEK_SET)
os.dup2(fd, place)
fcntl.fcntl(place, fcntl.F_SETFD, 0)
os.execv(change["bwrap"], ["bwrap", *sys.argv[1:]])
