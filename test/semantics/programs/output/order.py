# Both streams in the order in which they were written, by whatever way.
import logging
import os
import sys
import warnings

for number in range(20):
    print("out", number)
    print("err", number, file=sys.stderr)
    os.write(1, b"raw out\n")
    os.write(2, b"")
    sys.stderr.write("partial ")
    sys.stdout.write("partial ")
    sys.stderr.writelines(["x", "y\n"])
logging.warning("logged")
print("between")
warnings.warn("warned")
print("after")
sys.stderr.buffer.write(b"bytes\n")
print("last")
raise SystemExit("the end")
