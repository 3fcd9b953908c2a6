# What stands in a buffer of standard output's at the end is written, in order.
import os
import sys

sys.stdout = os.fdopen(os.dup(1), "w", buffering=8192)
sys.stdout.write("buffered ")
os.write(1, b"direct ")
sys.__stdout__.write("unbuffered ")
