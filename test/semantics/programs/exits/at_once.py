# os._exit runs nothing, and flushes no file of the program's.
import atexit
import os
import sys

atexit.register(print, "never")
file = open("kept.txt", "w")
file.write("buffered")
print("printed")
sys.stdout.write("partial")
pid = os.fork()
if pid == 0:
    os._exit(7)
print(os.waitpid(pid, 0)[1] >> 8, os.path.getsize("kept.txt"))
try:
    os._exit(7)
finally:
    print("never")
