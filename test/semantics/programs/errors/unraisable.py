# Errors in places that can't raise are told of and passed over.
import gc
import re
import sys


class Broken:
    def __del__(self):
        raise ValueError("in __del__")


sys.stderr.flush()
hooked = []
sys.unraisablehook = hooked.append
x = Broken()
del x
print(len(hooked), type(hooked[0].exc_value).__name__, re.sub("0x[0-9a-f]{8,}", "0x", repr(hooked[0].object)))
hooked.clear()
sys.unraisablehook = sys.__unraisablehook__
gc.collect()
