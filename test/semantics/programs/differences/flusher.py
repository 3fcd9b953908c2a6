# What is printed waits a few milliseconds for more.
import sys

print(sys.stdout.write_through)
