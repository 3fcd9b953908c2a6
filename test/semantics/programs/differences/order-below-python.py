# What is written to both streams below Python, in turns.
import os

for number in range(100):
    os.write(1, b"out %d\n" % number)
    os.write(2, b"err %d\n" % number)
