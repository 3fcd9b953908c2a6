# Reads of the descriptor and of the buffers see the same bytes; a child may have the rest.
import os
import subprocess
import sys

print(os.read(0, 4))
print(subprocess.run(["head", "-c", "3"], capture_output=True).stdout)
print(sys.stdin.buffer.raw.read(2), sys.stdin.buffer.raw.readall())
