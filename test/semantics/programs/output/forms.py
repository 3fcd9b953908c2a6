# print in all its forms.
import os
import sys
import time

print("a", "b", sep="-", end="|\n")
print("flushed", flush=True)
print()
print("no end", end="")
print("\r\b\x1b[31mred\x1b[0m\0\x07")
sys.stdout.write("written\n")
sys.stdout.writelines(["x\n", "y\n"])
sys.stdout.buffer.write(bytes(range(128, 256)) + b"\n")
print(sys.stdout.write("four") == 4, os.write(1, b"os\n"))
print("ünï 日本 🎉 e\u0301 \u202ertl")
with open("/dev/stdout", "w") as again:
    again.write("by name\n")
print("to error", file=sys.stderr)
with open(1, "w", closefd=False) as again:
    again.write("by number\n")
