# Line by line, with numbers, then from the file descriptor.
import fileinput
import os
import sys

for number, line in enumerate(sys.stdin):
    print(number, repr(line))
print(list(fileinput.input()), os.read(0, 10))
