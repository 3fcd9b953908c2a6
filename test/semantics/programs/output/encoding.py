# What can't be encoded is an error, and surrogate escapes come back as their bytes.
import os
import sys

print(ascii(os.fsdecode(b"\xff")), "ok")
sys.stdout.flush()
sys.stdout.buffer.write(os.fsencode("\udcff") + b"\n")
print("\udcff", file=sys.stderr)
sys.stdout.reconfigure(errors="backslashreplace")
print("\udcff")
sys.stdout.reconfigure(encoding="latin-1", errors="strict")
print("ü")
print("日")
