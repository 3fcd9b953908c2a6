# So is one of bytes with a large buffer, and one that a class holds.
import os


class Holder:
    file = open(os.dup(1), "wb", buffering=1 << 20)


Holder.file.write(bytes(range(256)) * 100)
