# Input that is no UTF-8.
import sys

line = sys.stdin.readline()
print(ascii(line))
sys.stdin.reconfigure(errors="strict")
sys.stdin.readline()
