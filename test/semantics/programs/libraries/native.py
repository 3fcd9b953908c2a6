# Native calls, their errors and their memory.
import ctypes
import ctypes.util
import mmap
import struct

libc = ctypes.CDLL(None, use_errno=True)
print(libc.close(-1), ctypes.get_errno(), ctypes.util.find_library("c"))
callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
compare = callback(lambda a, b: ctypes.c_int.from_address(a).value - ctypes.c_int.from_address(b).value)
array = (ctypes.c_int * 4)(3, 1, 2, 0)
libc.qsort(array, 4, 4, compare)
print(list(array), struct.calcsize("P"))
with mmap.mmap(-1, 4096) as memory:
    memory[:4] = b"abcd"
    print(memory.read(4))
print(ctypes.pythonapi.Py_IsInitialized())
