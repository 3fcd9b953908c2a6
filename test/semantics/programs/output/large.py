# A megabyte in one write, in many, and a long line.
import sys

print("x" * 1_000_000)
for number in range(5000):
    print(number, "y" * 40)
sys.stderr.write("e" * 200_000 + "\n")
sys.stdout.buffer.write(b"\0" * 100_000)
