# An abort is a signal.
import os

print("before", end="")
os.abort()
