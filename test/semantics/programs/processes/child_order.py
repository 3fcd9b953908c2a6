# A child's output stands where it was written among the program's own.
import subprocess
import sys

print("one")
subprocess.run(["sh", "-c", "echo two; echo three >&2"])
print("four", file=sys.stderr)
subprocess.run(["sh", "-c", "echo five >&2"])
print("six")
