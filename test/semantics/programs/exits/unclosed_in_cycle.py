# A file in a cycle that was never closed is written at the end: here it is a copy of standard output.
import os


def opened(text, **how):
    file = open(os.dup(1), "w", **how)
    file.write(text)
    return file


kept = [opened("text " * 5000, buffering=1 << 16)]
kept.append(kept)
del kept
print("end of program")
