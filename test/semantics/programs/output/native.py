# What native code prints stands where the C library writes it.
import ctypes
import sys

libc = ctypes.CDLL(None)
print("python")
libc.puts(b"native")
libc.fflush(None)
libc.dprintf(1, b"direct %d\n", 5)
print("python again")
libc.printf(b"at exit, from the library's buffer\n")
